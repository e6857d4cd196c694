// with_header.hpp: a handshake message as the transcript has it (RFC 8446 section 4, RFC 5246 section 7.4).
#pragma once

#include <wire/codec.hpp>
#include <wire/kind.hpp>

namespace handfast::messages {

/// Type, length of 24 bits and body, in place of what `out` held.
template <class M>
Result<> encode_with_header(const M& message, Buffer& out) {
  constexpr size_t header = 4;
  out.resize(header);
  TRY(wire::encode(message, out));
  const auto size = out.size() - header;
  out[0] = handshake_type(M::kind);
  for (size_t i = 0; i < 3; ++i) out[1 + i] = static_cast<uint8_t>(size >> 8 * (2 - i));
  return {};
}

}  // namespace handfast::messages
