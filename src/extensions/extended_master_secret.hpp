// extended_master_secret.hpp: the master secret is bound to the whole handshake (RFC 7627).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct ExtendedMasterSecret {
  static constexpr auto type = ExtensionType::extended_master_secret;
  static constexpr auto place = Place::client_hello;
  static void visit(auto&, auto&) {}
};

struct ServerExtendedMasterSecret {
  static constexpr auto type = ExtensionType::extended_master_secret;
  static constexpr auto place = Place::server_hello;
  static void visit(auto&, auto&) {}
};

}  // namespace handfast::extensions
