// encrypt_then_mac.hpp: the MAC of CBC suites over the ciphertext (RFC 7366).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct EncryptThenMac {
  static constexpr auto type = ExtensionType::encrypt_then_mac;
  static constexpr auto place = Place::client_hello;
  static void visit(auto&, auto&) {}
};

struct ServerEncryptThenMac {
  static constexpr auto type = ExtensionType::encrypt_then_mac;
  static constexpr auto place = Place::server_hello;
  static void visit(auto&, auto&) {}
};

}  // namespace handfast::extensions
