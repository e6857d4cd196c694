// hello_bytes.hpp: ClientHellos of any age and oddity, as bytes on the wire.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include <handfast/result.hpp>

namespace handfast::support {

inline void put(Buffer& out, size_t value, size_t width) {
  for (size_t i = width; i-- > 0;) out.push_back(static_cast<uint8_t>(value >> 8 * i));
}
inline void put(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
inline void put_block(Buffer& out, Bytes bytes, size_t width) {
  put(out, bytes.size(), width);
  put(out, bytes);
}

/// Plain records with this content, each with at most `piece` bytes of it; their version is that of a first hello.
inline Buffer plain_records(uint8_t content_type, Bytes content, size_t piece = 16384, uint16_t version = 0x0301) {
  Buffer wire;
  for (; !content.empty(); content = content.subspan(std::min(piece, content.size()))) {
    put(wire, content_type, 1);
    put(wire, version, 2);
    put_block(wire, content.first(std::min(piece, content.size())), 2);
  }
  return wire;
}

/// A ClientHello of TLS 1.2, field by field.
struct HelloBytes {
  using Extension = std::pair<uint16_t, Buffer>;
  static constexpr uint16_t ecdhe_gcm = 0xc02b, tls13_gcm = 0x1301, secure_renegotiation = 0x00ff;
  static constexpr uint16_t supported_groups = 10, signature_algorithms = 13, pre_shared_key = 41, supported_versions = 43,
                            psk_modes = 45, key_share = 51, unknown = 0x4000;

  uint16_t version = 0x0303;
  Buffer session_id{};
  std::vector<uint16_t> suites{ecdhe_gcm, secure_renegotiation};
  Buffer compressions{0};
  bool has_extensions = true;
  std::vector<Extension> extensions{{supported_groups, {0, 2, 0, 23}}, {signature_algorithms, {0, 2, 4, 3}}};

  /// Of TLS 1.3, with a share of X25519 or without any.
  static HelloBytes tls13(bool has_share = true) {
    HelloBytes hello;
    hello.session_id = Buffer(32, 7);
    hello.suites = {tls13_gcm};
    Buffer share;
    if (has_share) {
      put(share, 29, 2);
      put_block(share, Buffer(32, 9), 2);
    }
    Buffer shares;
    put_block(shares, share, 2);
    hello.extensions = {{supported_versions, {2, 3, 4}},
                        {supported_groups, {0, 2, 0, 29}},
                        {signature_algorithms, {0, 2, 4, 3}},
                        {psk_modes, {1, 1}},
                        {key_share, shares}};
    return hello;
  }

  Buffer body() const {
    Buffer body;
    put(body, version, 2);
    body.resize(34, 0x42);
    put_block(body, session_id, 1);
    put(body, 2 * suites.size(), 2);
    for (auto suite : suites) put(body, suite, 2);
    put_block(body, compressions, 1);
    if (!has_extensions) return body;
    Buffer block;
    for (const auto& [type, data] : extensions) {
      put(block, type, 2);
      put_block(block, data, 2);
    }
    put_block(body, block, 2);
    return body;
  }
  /// With the header of a handshake message.
  Buffer message() const {
    Buffer message{1};
    put_block(message, body(), 3);
    return message;
  }
  /// In as many records as it takes.
  Buffer wire(size_t piece = 16384) const { return plain_records(22, message(), piece); }

  /// With an extension that nobody knows, as long as it takes for a body of this many bytes.
  HelloBytes& pad_to(size_t length, uint16_t type = unknown) {
    extensions.emplace_back(type, Buffer(length - body().size() - 4));
    return *this;
  }
};

}  // namespace handfast::support
