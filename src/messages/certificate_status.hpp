// certificate_status.hpp: what an authority says of the server's certificate, in TLS 1.2 and before (RFC 6066 section 8).
#pragma once

#include <string_view>

#include <extensions/status_request.hpp>
#include <wire/kind.hpp>
#include <wire/presentation.hpp>

namespace handfast::messages {

struct CertificateStatus {
  static constexpr Kind kind = handshake_kind(22);
  static constexpr std::string_view name = "CertificateStatus";
  extensions::CertificateStatusType status_type = extensions::CertificateStatusType::ocsp;
  opaque<1, 0xffffff> response;   ///< OCSPResponse, DER
  static void visit(auto& m, auto& v) {
    v("status_type", m.status_type);
    if constexpr (requires { v.take(0); })
      if (m.status_type != extensions::CertificateStatusType::ocsp) v.reject(Fault::malformed_message);
    v("response", m.response);
  }
};

}  // namespace handfast::messages
