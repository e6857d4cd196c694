// key_share.hpp: public values of the key exchange, sent before it is known whether they fit (RFC 8446 section 4.2.8).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <handfast/names.hpp>
#include <wire/structs.hpp>

namespace handfast::extensions {

struct KeyShareEntry {
  Group group{};
  opaque_view<1, 65535> key_exchange;
  static void visit(auto& m, auto& v) { v("group", m.group)("key_exchange", m.key_exchange); }
};

struct KeyShares {
  static constexpr auto type = ExtensionType::key_share;
  static constexpr auto place = Place::client_hello;
  structs<KeyShareEntry, 0, 65535> client_shares;
  static void visit(auto& m, auto& v) { v("client_shares", m.client_shares); }
};

struct ServerKeyShare {
  static constexpr auto type = ExtensionType::key_share;
  static constexpr auto place = Place::server_hello;
  Group group{};
  opaque<1, 65535> key_exchange;
  static void visit(auto& m, auto& v) { v("group", m.group)("key_exchange", m.key_exchange); }
};

/// The group that the server wants a share of.
struct RetryKeyShare {
  static constexpr auto type = ExtensionType::key_share;
  static constexpr auto place = Place::hello_retry_request;
  Group selected_group{};
  static void visit(auto& m, auto& v) { v("selected_group", m.selected_group); }
};

}  // namespace handfast::extensions
