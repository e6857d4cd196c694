// post_handshake_auth.hpp: the client may be asked for its certificate later (RFC 8446 section 4.2.6).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct PostHandshakeAuth {
  static constexpr auto type = ExtensionType::post_handshake_auth;
  static constexpr auto place = Place::client_hello;
  static void visit(auto&, auto&) {}
};

}  // namespace handfast::extensions
