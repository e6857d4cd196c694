// compress_certificate.hpp: the ways in which a Certificate message may be compressed (RFC 8879).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <handfast/names.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct CompressCertificate {
  static constexpr auto type = ExtensionType::compress_certificate;
  static constexpr auto place = Place::client_hello;
  list<CertificateCompression, 2, 254> algorithms;
  static void visit(auto& m, auto& v) { v("algorithms", m.algorithms); }
};

struct RequestedCompressCertificate {
  static constexpr auto type = ExtensionType::compress_certificate;
  static constexpr auto place = Place::certificate_request;
  list<CertificateCompression, 2, 254> algorithms;
  static void visit(auto& m, auto& v) { v("algorithms", m.algorithms); }
};

}  // namespace handfast::extensions
