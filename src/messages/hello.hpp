// hello.hpp: ClientHello, ServerHello, HelloRequest (RFC 5246 section 7.4.1).
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
  static void visit(auto&, auto&) {}
};

struct ClientHello {
  static constexpr Kind kind = handshake_kind(1);
  static constexpr std::string_view name = "ClientHello";
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

}  // namespace handfast::messages
