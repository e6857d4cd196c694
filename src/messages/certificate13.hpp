// certificate13.hpp: Certificate, CertificateRequest, CertificateVerify, CompressedCertificate of TLS 1.3 (RFC 8446
// sections 4.3.2, 4.4.2, 4.4.3; RFC 8879).
#pragma once

#include <extensions/block.hpp>
#include <handfast/names.hpp>
#include <string_view>
#include <wire/kind.hpp>
#include <wire/structs.hpp>

namespace handfast::messages {

struct CertificateEntry {
  opaque_view<1, 0xffffff> cert_data;  ///< a certificate, or a SubjectPublicKeyInfo (RFC 7250)
  opaque_view<0, 65535> extensions;    ///< for extensions::Block<Place::certificate_entry>::parse
  static void visit(auto& m, auto& v) { v("cert_data", m.cert_data)("extensions", m.extensions); }
};

struct Certificate13 {
  static constexpr Kind kind = handshake_kind(11);
  static constexpr std::string_view name = "Certificate";
  opaque<0, 255> certificate_request_context;
  structs<CertificateEntry, 0, 0xffffff> certificate_list;
  static void visit(auto& m, auto& v) {
    v("certificate_request_context", m.certificate_request_context)("certificate_list", m.certificate_list);
  }
};

/// A Certificate message, compressed: what comes out is decoded as one. In the transcript it stands as it is here.
struct CompressedCertificate {
  static constexpr Kind kind = handshake_kind(25);
  static constexpr std::string_view name = "CompressedCertificate";
  CertificateCompression algorithm{};
  uint24 uncompressed_length;
  opaque<1, 0xffffff> compressed_certificate_message;
  static void visit(auto& m, auto& v) {
    v("algorithm", m.algorithm)("uncompressed_length", m.uncompressed_length)("compressed_certificate_message",
                                                                              m.compressed_certificate_message);
  }
};

struct CertificateRequest13 {
  static constexpr Kind kind = handshake_kind(13);
  static constexpr std::string_view name = "CertificateRequest";
  opaque<0, 255> certificate_request_context;
  extensions::Block<extensions::Place::certificate_request> extensions;
  static void visit(auto& m, auto& v) {
    v("certificate_request_context", m.certificate_request_context)("extensions", m.extensions);
  }
};

struct CertificateVerify13 {
  static constexpr Kind kind = handshake_kind(15);
  static constexpr std::string_view name = "CertificateVerify";
  static constexpr bool checks_transcript = true;
  Scheme algorithm{};
  opaque<0, 65535> signature;
  static void visit(auto& m, auto& v) { v("algorithm", m.algorithm)("signature", m.signature); }
};

}  // namespace handfast::messages
