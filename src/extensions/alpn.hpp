// alpn.hpp: what is to be spoken over TLS (RFC 7301).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct ApplicationProtocols {
  static constexpr auto type = ExtensionType::application_layer_protocol_negotiation;
  static constexpr auto place = Place::client_hello;
  blocks<1, 255, 2, 65535, true> protocol_name_list;
  static void visit(auto& m, auto& v) { v("protocol_name_list", m.protocol_name_list); }
};

/// The one protocol that the server chose.
struct ChosenProtocol {
  static constexpr auto type = ExtensionType::application_layer_protocol_negotiation;
  static constexpr auto place = Place::server_hello;
  blocks<1, 255, 2, 65535, true> protocol_name_list;
  static void visit(auto& m, auto& v) { v("protocol_name_list", m.protocol_name_list); }
};

/// The same in TLS 1.3.
struct EncryptedProtocol {
  static constexpr auto type = ExtensionType::application_layer_protocol_negotiation;
  static constexpr auto place = Place::encrypted_extensions;
  blocks<1, 255, 2, 65535, true> protocol_name_list;
  static void visit(auto& m, auto& v) { v("protocol_name_list", m.protocol_name_list); }
};

}  // namespace handfast::extensions
