// pieces.hpp: messages and key exchanges out of a trace.
#pragma once

#include <array>
#include <crypto/key_exchange.hpp>
#include <messages/hello.hpp>

#include "p256.hpp"
#include "same_bytes.hpp"
#include "trace_file.hpp"

namespace handfast::test {

using namespace messages;

inline constexpr auto handshake = ContentType::handshake;
inline constexpr size_t header = 4;

inline Buffer with_header(Kind kind, Bytes body) {
  Buffer message = {handshake_type(kind), 0, static_cast<uint8_t>(body.size() >> 8), static_cast<uint8_t>(body.size())};
  message.insert(message.end(), body.begin(), body.end());
  return message;
}

template <class M>
Buffer written(const M& message) {
  Buffer body;
  EXPECT_TRUE(wire::encode(message, body));
  return with_header(M::kind, body);
}

template <class M>
M read(Bytes message) {
  EXPECT_EQ(kind_of(message[0], message.subspan(header)), M::kind) << M::name;
  return decode_same<M>(message.subspan(header));
}

/// The handshake messages of one flight.
inline std::vector<Buffer> messages_of(Bytes flight) {
  std::vector<Buffer> messages;
  while (flight.size() >= header) {
    auto n = header + (static_cast<size_t>(flight[1]) << 16 | static_cast<size_t>(flight[2]) << 8 | flight[3]);
    if (n > flight.size()) throw std::runtime_error("a message is cut short");
    messages.emplace_back(flight.begin(), flight.begin() + static_cast<std::ptrdiff_t>(n));
    flight = flight.subspan(n);
  }
  return messages;
}

/// What stands behind the random in what one side drew, cut into private keys.
inline std::vector<Buffer> drawn(const Trace& trace, const std::string& side) {
  auto pool = trace.bytes(side + "_RNG_Pool");
  std::vector<Buffer> keys;
  for (size_t at = 32; at + 32 <= pool.size(); at += 32)
    keys.emplace_back(pool.begin() + static_cast<std::ptrdiff_t>(at),
                      pool.begin() + static_cast<std::ptrdiff_t>(at + 32));
  return keys;
}

/// The secret between a share of ours, whose private key is among those that were drawn, and the peer's.
inline Buffer shared_secret(const Trace& trace, const std::string& side, Group group, Bytes ours, Bytes theirs) {
  for (const auto& key : drawn(trace, side)) {
    if (group == Group::secp256r1) {
      auto pair = p256_exchange(key, theirs);
      if (std::ranges::equal(pair.public_value, ours)) return pair.secret;
      continue;
    }
    auto share = crypto::KeyShare::from_private(group, key);
    if (!share || !std::ranges::equal(share->public_value(), ours)) continue;
    auto secret = std::move(*share).derive(theirs);
    if (!secret) throw std::runtime_error(secret.error().message());
    return Buffer(secret->view().begin(), secret->view().end());
  }
  throw std::runtime_error("no key drawn by the " + side + " is that of its share");
}

}  // namespace handfast::test
