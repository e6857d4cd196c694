// same_bytes.hpp: a message that is read and written again is the same.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <support/vectors.hpp>
#include <vector>
#include <wire/codec.hpp>
#include <wire/kind.hpp>

namespace handfast::test {

/// Each extension with its header. Ours stand in an order of our own, and what they say does not depend on it.
inline std::vector<std::string> sorted_extensions(Bytes items) {
  std::vector<std::string> found;
  while (items.size() >= 4) {
    auto n = std::min<size_t>(items.size(), size_t{4} + (static_cast<size_t>(items[2]) << 8 | items[3]));
    found.push_back(to_hex(items.first(n)));
    items = items.subspan(n);
  }
  EXPECT_TRUE(items.empty());
  std::ranges::sort(found);
  return found;
}

/// Decodes a message without its header and checks that it encodes to the same bytes.
template <class M>
M decode_same(Bytes body) {
  auto message = wire::decode<M>(body);
  if (!message) throw std::runtime_error(std::string(M::name) + ": " + message.error().message());
  Buffer written;
  EXPECT_TRUE(wire::encode(*message, written)) << M::name;
  if constexpr (requires { message->extensions; }) {
    M bare = *message;
    bare.extensions = {};
    Buffer head;
    EXPECT_TRUE(wire::encode(bare, head)) << M::name;
    constexpr bool may_be_absent = requires { message->random; }
    &&M::kind != hello_retry_request_kind;
    if (!may_be_absent) head.resize(head.size() - 2);  // the length of no extensions
    EXPECT_EQ(written.size(), body.size()) << M::name;
    auto before = head.size() + 2;  // with the length of the extensions
    if (written.size() != body.size() || before > body.size()) return *message;
    EXPECT_EQ(to_hex(Bytes(written).first(before)), to_hex(body.first(before))) << M::name;
    EXPECT_EQ(sorted_extensions(Bytes(written).subspan(before)), sorted_extensions(body.subspan(before))) << M::name;
  } else {
    EXPECT_EQ(to_hex(written), to_hex(body)) << M::name;
  }
  return *message;
}

}  // namespace handfast::test
