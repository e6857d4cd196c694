// signature_algorithms.hpp: the signatures that the client can verify, best first (RFC 5246 section 7.4.1.4.1).
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

}  // namespace handfast::extensions
