// hello.hpp: ClientHello, ServerHello, HelloRetryRequest, HelloRequest (RFC 5246 section 7.4.1, RFC 8446 section 4.1).
#pragma once

#include <array>
#include <string_view>

#include <extensions/block.hpp>
#include <handfast/names.hpp>
#include <wire/kind.hpp>
#include <wire/presentation.hpp>

namespace handfast::messages {

using Random = std::array<uint8_t, 32>;

enum class CompressionMethod : uint8_t { null = 0, deflate = 1 };
constexpr std::string_view name(CompressionMethod method) {
  return method == CompressionMethod::null ? "null" : method == CompressionMethod::deflate ? "deflate" : "";
}

struct HelloRequest {
  static constexpr Kind kind = handshake_kind(0);
  static constexpr std::string_view name = "HelloRequest";
  static constexpr bool is_outside_transcript = true;   // RFC 5246 section 7.4.1.1
  static void visit(auto&, auto&) {}
};

struct ClientHello {
  static constexpr Kind kind = handshake_kind(1);
  static constexpr std::string_view name = "ClientHello";
  static constexpr bool ends_flight = true;   // the peer waits for our answer
  Version client_version = Version::tls12;
  Random random{};
  opaque<0, 32> session_id;
  list<Suite, 2, 65534> cipher_suites;
  list<CompressionMethod, 1, 255> compression_methods;
  extensions::Block<extensions::Place::client_hello> extensions;
  static void visit(auto& m, auto& v) {
    v("client_version", m.client_version)("random", m.random)("session_id", m.session_id)(
        "cipher_suites", m.cipher_suites)("compression_methods", m.compression_methods)("extensions", m.extensions);
  }
};

struct ServerHello {
  static constexpr Kind kind = handshake_kind(2);
  static constexpr std::string_view name = "ServerHello";
  Version server_version = Version::tls12;
  Random random{};
  opaque<0, 32> session_id;
  Suite cipher_suite{};
  CompressionMethod compression_method = CompressionMethod::null;
  extensions::Block<extensions::Place::server_hello> extensions;
  static void visit(auto& m, auto& v) {
    v("server_version", m.server_version)("random", m.random)("session_id", m.session_id)(
        "cipher_suite", m.cipher_suite)("compression_method", m.compression_method)("extensions", m.extensions);
  }
};

/// The random of a ServerHello that is a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3).
inline constexpr Random hello_retry_random = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                              0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                              0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

struct HelloRetryRequest {
  static constexpr Kind kind = hello_retry_request_kind;
  static constexpr std::string_view name = "HelloRetryRequest";
  static constexpr bool ends_flight = true;
  Version server_version = Version::tls12;
  Random random = hello_retry_random;
  opaque<0, 32> session_id;
  Suite cipher_suite{};
  CompressionMethod compression_method = CompressionMethod::null;
  extensions::Block<extensions::Place::hello_retry_request> extensions;
  static void visit(auto& m, auto& v) {
    v("server_version", m.server_version)("random", m.random)("session_id", m.session_id)(
        "cipher_suite", m.cipher_suite)("compression_method", m.compression_method)("extensions", m.extensions);
  }
};

/// The kind of a handshake message, HelloRetryRequest told from ServerHello.
Kind kind_of(uint8_t handshake_type, Bytes body);

}  // namespace handfast::messages
