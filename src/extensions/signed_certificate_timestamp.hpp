// signed_certificate_timestamp.hpp: proof that a certificate stands in public logs (RFC 6962 section 3.3), passed through as it comes.
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct ScTimestampsWanted {
  static constexpr auto type = ExtensionType::signed_certificate_timestamp;
  static constexpr auto place = Place::client_hello;
  static void visit(auto&, auto&) {}
};

/// Of TLS 1.2 and before (RFC 6962 section 3.3.1).
struct ServerScTimestamps {
  static constexpr auto type = ExtensionType::signed_certificate_timestamp;
  static constexpr auto place = Place::server_hello;
  opaque_rest sct_list;
  static void visit(auto& m, auto& v) { v("sct_list", m.sct_list); }
};

struct RequestedScTimestamps {
  static constexpr auto type = ExtensionType::signed_certificate_timestamp;
  static constexpr auto place = Place::certificate_request;
  static void visit(auto&, auto&) {}
};

struct ScTimestamps {
  static constexpr auto type = ExtensionType::signed_certificate_timestamp;
  static constexpr auto place = Place::certificate_entry;
  opaque_rest sct_list;
  static void visit(auto& m, auto& v) { v("sct_list", m.sct_list); }
};

}  // namespace handfast::extensions
