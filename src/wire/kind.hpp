// kind.hpp: what a message is: its content type and, for a handshake message, its handshake type.
#pragma once

#include <cstdint>

namespace handfast {

/// ContentType, RFC 5246 section 6.2.1.
enum class ContentType : uint8_t { change_cipher_spec = 20, alert = 21, handshake = 22, application_data = 23 };

/// Content type and handshake type together, so that no handshake byte can pass for a ChangeCipherSpec; and a mark for
/// HelloRetryRequest, which only its random tells from a ServerHello (RFC 8446 section 4.1.3).
enum class Kind : uint32_t {};

constexpr Kind handshake_kind(uint8_t type) { return Kind(static_cast<uint32_t>(22 << 8 | type)); }
inline constexpr Kind hello_retry_request_kind{1 << 16 | 22 << 8 | 2};
inline constexpr Kind change_cipher_spec_kind{20 << 8};

constexpr ContentType content_type(Kind kind) {
  return ContentType(static_cast<uint8_t>(static_cast<uint32_t>(kind) >> 8));
}
constexpr uint8_t handshake_type(Kind kind) { return static_cast<uint8_t>(kind); }

}  // namespace handfast
