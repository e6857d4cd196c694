// status_request.hpp: a fresh word of the issuer that a certificate is not revoked: OCSP, stapled (RFC 6066 section 8, RFC 8446
// section 4.4.2.1).
#pragma once

#include <string_view>

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

enum class CertificateStatusType : uint8_t { ocsp = 1 };
constexpr std::string_view name(CertificateStatusType type) { return type == CertificateStatusType::ocsp ? "ocsp" : ""; }

struct StatusRequest {
  static constexpr auto type = ExtensionType::status_request;
  static constexpr auto place = Place::client_hello;
  CertificateStatusType status_type = CertificateStatusType::ocsp;
  opaque<0, 65535> responder_id_list;
  opaque<0, 65535> request_extensions;
  opaque_rest unknown;   ///< of another type than OCSP
  static void visit(auto& m, auto& v) {
    v("status_type", m.status_type);
    if (m.status_type == CertificateStatusType::ocsp)
      v("responder_id_list", m.responder_id_list)("request_extensions", m.request_extensions);
    else
      v("unknown", m.unknown);
  }
  bool wants_ocsp() const { return status_type == CertificateStatusType::ocsp; }
};

/// Of TLS 1.2 and before: a CertificateStatus message will follow the Certificate.
struct ServerStatusRequest {
  static constexpr auto type = ExtensionType::status_request;
  static constexpr auto place = Place::server_hello;
  static void visit(auto&, auto&) {}
};

struct RequestedStatus {
  static constexpr auto type = ExtensionType::status_request;
  static constexpr auto place = Place::certificate_request;
  opaque_rest request;   ///< RFC 8446 section 4.4.2.1: nothing; what drafts had here does not matter
  static void visit(auto& m, auto& v) { v("request", m.request); }
};

struct CertificateStatus {
  static constexpr auto type = ExtensionType::status_request;
  static constexpr auto place = Place::certificate_entry;
  CertificateStatusType status_type = CertificateStatusType::ocsp;
  opaque<1, 0xffffff> response;   ///< OCSPResponse, DER
  static void visit(auto& m, auto& v) { v("status_type", m.status_type)("response", m.response); }
};

}  // namespace handfast::extensions
