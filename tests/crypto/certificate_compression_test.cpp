// Certificate compression (RFC 8879).
#include <gtest/gtest.h>

#include <algorithm>
#include <crypto/certificate_compression.hpp>
#include <numeric>
#include <string>
#include <support/identities.hpp>
#include <tuple>

namespace handfast {
namespace {

using crypto::compress;
using crypto::decompress;

constexpr size_t limit = 65536;

Buffer chain() {
  auto identity = support::server_identity(support::KeyKind::rsa);
  return identity.chain().front();
}

class CertificateCompressionTest : public testing::TestWithParam<CertificateCompression> {};

TEST_P(CertificateCompressionTest, GivesTheMessageBack) {
  const auto message = chain();
  const auto small = compress(GetParam(), message);
  ASSERT_TRUE(small) << small.error().message();
  EXPECT_LT(small->size(), message.size());
  const auto whole = decompress(GetParam(), *small, message.size(), limit);
  ASSERT_TRUE(whole) << whole.error().message();
  EXPECT_EQ(*whole, message);
}

TEST_P(CertificateCompressionTest, RefusesAnotherLengthThanWhatComesOut) {
  const auto message = chain();
  const auto small = compress(GetParam(), message);
  ASSERT_TRUE(small);
  for (size_t length : {size_t{0}, size_t{1}, message.size() - 1, message.size() + 1, limit}) {
    const auto refused = decompress(GetParam(), *small, length, limit);
    ASSERT_FALSE(refused) << length;
    EXPECT_EQ(refused.error().fault, Fault::certificate_decompression_failed);
  }
}

TEST_P(CertificateCompressionTest, RefusesALengthOverTheLimitBeforeAnythingElse) {
  for (size_t length : {limit + 1, size_t{0xffffff}, SIZE_MAX}) {
    const auto refused = decompress(GetParam(), {}, length, limit);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::handshake_message_too_long);
  }
}

TEST_P(CertificateCompressionTest, RefusesWhatIsCutOffOrHasMoreBehindIt) {
  const auto message = chain();
  auto small = compress(GetParam(), message);
  ASSERT_TRUE(small);
  for (size_t size = 0; size < small->size(); ++size) {
    const auto refused = decompress(GetParam(), Bytes(*small).first(size), message.size(), limit);
    ASSERT_FALSE(refused) << size;
    EXPECT_EQ(refused.error().fault, Fault::certificate_decompression_failed);
  }
  small->push_back(0);
  EXPECT_FALSE(decompress(GetParam(), *small, message.size(), limit));
}

TEST_P(CertificateCompressionTest, ABombGivesNoMoreThanItSays) {
  const Buffer zeros(4 << 20);
  const auto bomb = compress(GetParam(), zeros);
  ASSERT_TRUE(bomb);
  const auto refused = decompress(GetParam(), *bomb, limit, limit);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::certificate_decompression_failed);
}

TEST_P(CertificateCompressionTest, TakesTheLongestMessageThatWeTake) {
  Buffer message(limit);
  uint32_t state = 1;
  for (auto& byte : message) byte = static_cast<uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  const auto small = compress(GetParam(), message);
  ASSERT_TRUE(small);
  const auto whole = decompress(GetParam(), *small, message.size(), limit);
  ASSERT_TRUE(whole) << whole.error().message();
  EXPECT_EQ(*whole, message);
}

INSTANTIATE_TEST_SUITE_P(All, CertificateCompressionTest, testing::ValuesIn(crypto::implemented_compressions()),
                         [](const auto& instance) { return std::string(name(instance.param)); });

// A stream by hand whose header asks for the largest window and announces a block of 16 MiB.
TEST(BrotliDecompression, DoesNotTakeTheMemoryThatThePeerAsksFor) {
  if (std::ranges::count(crypto::implemented_compressions(), CertificateCompression::brotli) == 0)
    GTEST_SKIP() << "built without brotli";
  // WBITS 24 (1111), not last (0), six nibbles of length (10), MLEN - 1 = 0xffffff, not compressed (1).
  Buffer bomb{0x4f, 0xff, 0xff, 0xff, 0x01};
  bomb.resize(1000);
  const auto refused = decompress(CertificateCompression::brotli, bomb, limit, limit);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::certificate_decompression_failed);
}

TEST(CertificateCompressions, RefusesAnAlgorithmThatNobodyHas) {
  const auto unknown = CertificateCompression(0x1234);
  EXPECT_EQ(compress(unknown, chain()).error().fault, Fault::config_unknown_name);
  EXPECT_EQ(decompress(unknown, chain(), 100, limit).error().fault, Fault::certificate_compression_not_offered);
}

TEST(CompressedMessages, CompressesAMessageOnce) {
  const auto all = crypto::implemented_compressions();
  if (all.empty()) GTEST_SKIP() << "built without compression";
  crypto::CompressedMessages messages;
  const auto first = messages.get(all[0], chain()), second = messages.get(all[0], chain());
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->get(), second->get());
  auto other = chain();
  other.push_back(0);
  const auto third = messages.get(all[0], other);
  ASSERT_TRUE(third);
  EXPECT_NE(**third, **first);
}

TEST(CompressedMessages, KeepsAFewOnly) {
  const auto all = crypto::implemented_compressions();
  if (all.empty()) GTEST_SKIP() << "built without compression";
  crypto::CompressedMessages messages;
  const auto first = messages.get(all[0], chain());
  for (uint8_t i = 0; i < 100; ++i) EXPECT_TRUE(messages.get(all[0], Buffer{i}));
  const auto again = messages.get(all[0], chain());
  ASSERT_TRUE(first && again);
  EXPECT_NE(first->get(), again->get());
  EXPECT_EQ(**first, **again);
}

}  // namespace
}  // namespace handfast
