// certificate.hpp: Certificate, CertificateRequest, CertificateVerify (RFC 5246 sections 7.4.2, 7.4.4, 7.4.8).
#pragma once

#include <string_view>

#include <handfast/names.hpp>
#include <wire/kind.hpp>
#include <wire/presentation.hpp>

namespace handfast::messages {

struct Certificate {
  static constexpr Kind kind = handshake_kind(11);
  static constexpr std::string_view name = "Certificate";
  blocks<1, 0xffffff, 0, 0xffffff> certificate_list;
  static void visit(auto& m, auto& v) { v("certificate_list", m.certificate_list); }
};

enum class ClientCertificateType : uint8_t { rsa_sign = 1, dss_sign = 2, ecdsa_sign = 64 };
constexpr std::string_view name(ClientCertificateType type) {
  using enum ClientCertificateType;
  return type == rsa_sign ? "rsa_sign" : type == dss_sign ? "dss_sign" : type == ecdsa_sign ? "ecdsa_sign" : "";
}

struct CertificateRequest {
  static constexpr Kind kind = handshake_kind(13);
  static constexpr std::string_view name = "CertificateRequest";
  struct Shape {
    bool has_algorithms = true;   ///< from TLS 1.2 on
  };
  Shape shape;
  list<ClientCertificateType, 1, 255> certificate_types;
  list<Scheme, 2, 65534> supported_signature_algorithms;
  blocks<1, 65535, 0, 65535> certificate_authorities;   ///< DER Names
  void set_shape(const Shape& is) { shape = is; }
  static void visit(auto& m, auto& v) {
    v("certificate_types", m.certificate_types);
    if (m.shape.has_algorithms) v("supported_signature_algorithms", m.supported_signature_algorithms);
    v("certificate_authorities", m.certificate_authorities);
  }
};

struct CertificateVerify {
  static constexpr Kind kind = handshake_kind(15);
  static constexpr std::string_view name = "CertificateVerify";
  struct Shape {
    bool has_algorithm = true;   ///< from TLS 1.2 on
  };
  Shape shape;
  Scheme algorithm{};
  opaque<0, 65535> signature;
  void set_shape(const Shape& is) { shape = is; }
  static void visit(auto& m, auto& v) {
    if (m.shape.has_algorithm) v("algorithm", m.algorithm);
    v("signature", m.signature);
  }
};

}  // namespace handfast::messages
