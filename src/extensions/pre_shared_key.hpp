// pre_shared_key.hpp: the keys that the client could resume with or has beforehand, with proof that it has them (RFC 8446
// section 4.2.11).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/structs.hpp>

namespace handfast::extensions {

struct PskIdentity {
  opaque_view<1, 65535> identity;
  uint32_t obfuscated_ticket_age = 0;
  static void visit(auto& m, auto& v) { v("identity", m.identity)("obfuscated_ticket_age", m.obfuscated_ticket_age); }
};

/// The last extension of its hello: the binders are over all that stands before them.
struct OfferedPsks {
  static constexpr auto type = ExtensionType::pre_shared_key;
  static constexpr auto place = Place::client_hello;
  structs<PskIdentity, 7, 65535> identities;
  blocks<32, 255, 33, 65535> binders;
  static void visit(auto& m, auto& v) { v("identities", m.identities)("binders", m.binders); }
};

struct SelectedPsk {
  static constexpr auto type = ExtensionType::pre_shared_key;
  static constexpr auto place = Place::server_hello;
  uint16_t selected_identity = 0;
  static void visit(auto& m, auto& v) { v("selected_identity", m.selected_identity); }
};

}  // namespace handfast::extensions
