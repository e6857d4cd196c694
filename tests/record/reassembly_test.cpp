#include <gtest/gtest.h>

#include <record/reassembly.hpp>

namespace handfast::record {
namespace {

Buffer message(uint8_t type, size_t size) {
  Buffer bytes{type, 0, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size)};
  bytes.resize(4 + size, type);
  return bytes;
}

TEST(Reassembly, TakesWholeMessagesWithoutCopying) {
  Reassembly reassembly(1000);
  auto two = message(1, 10);
  auto second = message(2, 0);
  two.insert(two.end(), second.begin(), second.end());
  reassembly.add(two);
  auto first = reassembly.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->with_header.data(), two.data());
  EXPECT_EQ((*first)->body().size(), 10u);
  EXPECT_TRUE(reassembly.pending());
  EXPECT_EQ((*reassembly.next())->kind, handshake_kind(2));
  EXPECT_FALSE(*reassembly.next());
  EXPECT_FALSE(reassembly.pending());
}

TEST(Reassembly, JoinsFragmentsOfAnySize) {
  auto wire = message(1, 300);
  auto second = message(2, 5);
  wire.insert(wire.end(), second.begin(), second.end());
  for (size_t step = 1; step <= wire.size(); ++step) {
    Reassembly reassembly(1000);
    std::vector<size_t> sizes;
    for (size_t at = 0; at < wire.size(); at += step) {
      auto piece = Bytes(wire).subspan(at, std::min(step, wire.size() - at));
      reassembly.add(piece);
      while (true) {
        auto next = reassembly.next();
        ASSERT_TRUE(next);
        if (!*next) break;
        sizes.push_back((*next)->body().size());
      }
    }
    EXPECT_EQ(sizes, (std::vector<size_t>{300, 5})) << step;
    EXPECT_FALSE(reassembly.pending());
  }
}

// Keys may change right behind a message that came in several fragments.
TEST(Reassembly, HasNothingPendingBehindItsLastMessage) {
  auto wire = message(1, 20);
  Reassembly reassembly(1000);
  reassembly.add(Bytes(wire).first(10));
  ASSERT_FALSE(*reassembly.next());
  EXPECT_TRUE(reassembly.pending());
  reassembly.add(Bytes(wire).subspan(10));
  ASSERT_TRUE(*reassembly.next());
  EXPECT_FALSE(reassembly.pending());
  ASSERT_FALSE(*reassembly.next());

  auto second = message(2, 5);
  wire.insert(wire.end(), second.begin(), second.end());
  reassembly.add(Bytes(wire).first(10));
  ASSERT_FALSE(*reassembly.next());
  reassembly.add(Bytes(wire).subspan(10));
  ASSERT_TRUE(*reassembly.next());
  EXPECT_TRUE(reassembly.pending());
}

TEST(Reassembly, RefusesATooLongMessageByItsHeader) {
  Reassembly reassembly(100);
  const uint8_t header[] = {1, 0, 0, 101};
  reassembly.add(header);
  auto next = reassembly.next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().fault, Fault::handshake_message_too_long);
}

}  // namespace
}  // namespace handfast::record
