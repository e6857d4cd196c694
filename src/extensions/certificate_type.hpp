// certificate_type.hpp: raw public keys in the place of certificates (RFC 7250).
#pragma once

#include <string_view>

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <handfast/names.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct ClientCertificateTypes {
  static constexpr auto type = ExtensionType::client_certificate_type;
  static constexpr auto place = Place::client_hello;
  list<CertificateType, 1, 255> client_certificate_types;
  static void visit(auto& m, auto& v) { v("client_certificate_types", m.client_certificate_types); }
};

struct ServerCertificateTypes {
  static constexpr auto type = ExtensionType::server_certificate_type;
  static constexpr auto place = Place::client_hello;
  list<CertificateType, 1, 255> server_certificate_types;
  static void visit(auto& m, auto& v) { v("server_certificate_types", m.server_certificate_types); }
};

struct ChosenClientCertificateType {
  static constexpr auto type = ExtensionType::client_certificate_type;
  static constexpr auto place = Place::encrypted_extensions;
  CertificateType client_certificate_type{};
  static void visit(auto& m, auto& v) { v("client_certificate_type", m.client_certificate_type); }
};

struct ChosenServerCertificateType {
  static constexpr auto type = ExtensionType::server_certificate_type;
  static constexpr auto place = Place::encrypted_extensions;
  CertificateType server_certificate_type{};
  static void visit(auto& m, auto& v) { v("server_certificate_type", m.server_certificate_type); }
};

}  // namespace handfast::extensions
