// certificate_authorities.hpp: the authorities whose certificates a side accepts (RFC 8446 section 4.2.4).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct CertificateAuthorities {
  static constexpr auto type = ExtensionType::certificate_authorities;
  static constexpr auto place = Place::client_hello;
  blocks<1, 65535, 3, 65535> authorities;   ///< DER Names
  static void visit(auto& m, auto& v) { v("authorities", m.authorities); }
};

struct RequestedAuthorities {
  static constexpr auto type = ExtensionType::certificate_authorities;
  static constexpr auto place = Place::certificate_request;
  blocks<1, 65535, 3, 65535> authorities;   ///< DER Names
  static void visit(auto& m, auto& v) { v("authorities", m.authorities); }
};

}  // namespace handfast::extensions
