// renegotiation_info.hpp: binds a renegotiation to the handshake before it (RFC 5746); empty in the first one.
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct RenegotiationInfo {
  static constexpr auto type = ExtensionType::renegotiation_info;
  static constexpr auto place = Place::client_hello;
  opaque<0, 255> renegotiated_connection;
  static void visit(auto& m, auto& v) { v("renegotiated_connection", m.renegotiated_connection); }
};

struct ServerRenegotiationInfo {
  static constexpr auto type = ExtensionType::renegotiation_info;
  static constexpr auto place = Place::server_hello;
  opaque<0, 255> renegotiated_connection;
  static void visit(auto& m, auto& v) { v("renegotiated_connection", m.renegotiated_connection); }
};

}  // namespace handfast::extensions
