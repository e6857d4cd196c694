// cookie.hpp: what the server wants to see again in the second ClientHello (RFC 8446 section 4.2.2).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct Cookie {
  static constexpr auto type = ExtensionType::cookie;
  static constexpr auto place = Place::client_hello;
  opaque<1, 65535> cookie;
  static void visit(auto& m, auto& v) { v("cookie", m.cookie); }
};

struct RetryCookie {
  static constexpr auto type = ExtensionType::cookie;
  static constexpr auto place = Place::hello_retry_request;
  opaque<1, 65535> cookie;
  static void visit(auto& m, auto& v) { v("cookie", m.cookie); }
};

}  // namespace handfast::extensions
