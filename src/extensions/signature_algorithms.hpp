// signature_algorithms.hpp: the signatures that a side can verify, best first: in the handshake and, where the second
// list is sent, in certificates (RFC 5246 section 7.4.1.4.1, RFC 8446 section 4.2.3).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>
#include <handfast/names.hpp>

namespace handfast::extensions {

struct SignatureAlgorithms {
  static constexpr auto type = ExtensionType::signature_algorithms;
  static constexpr auto place = Place::client_hello;
  list<Scheme, 2, 65534> supported_signature_algorithms;
  static void visit(auto& m, auto& v) { v("supported_signature_algorithms", m.supported_signature_algorithms); }
};

struct RequestedSignatureAlgorithms {
  static constexpr auto type = ExtensionType::signature_algorithms;
  static constexpr auto place = Place::certificate_request;
  list<Scheme, 2, 65534> supported_signature_algorithms;
  static void visit(auto& m, auto& v) { v("supported_signature_algorithms", m.supported_signature_algorithms); }
};

struct SignatureAlgorithmsCert {
  static constexpr auto type = ExtensionType::signature_algorithms_cert;
  static constexpr auto place = Place::client_hello;
  list<Scheme, 2, 65534> supported_signature_algorithms;
  static void visit(auto& m, auto& v) { v("supported_signature_algorithms", m.supported_signature_algorithms); }
};

struct RequestedSignatureAlgorithmsCert {
  static constexpr auto type = ExtensionType::signature_algorithms_cert;
  static constexpr auto place = Place::certificate_request;
  list<Scheme, 2, 65534> supported_signature_algorithms;
  static void visit(auto& m, auto& v) { v("supported_signature_algorithms", m.supported_signature_algorithms); }
};

}  // namespace handfast::extensions
