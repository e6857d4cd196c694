#include <gtest/gtest.h>

#include <record/support.hpp>

namespace handfast::record {
namespace {

struct WriterTest : testing::Test {
  BufferPool pool;
  Writer writer{pool};
};

TEST_F(WriterTest, FirstRecordIsTls10) {
  ASSERT_TRUE(writer.write(ContentType::handshake, as_bytes("hello")).has_value());
  auto expected = wire(22, as_bytes("hello"), 0x0301);
  EXPECT_TRUE(std::ranges::equal(writer.output(), expected));
  writer.sent(expected.size());
  EXPECT_TRUE(writer.output().empty());
  writer.use_version(Version::tls12);
  ASSERT_TRUE(writer.write(ContentType::alert, as_bytes("ab")).has_value());
  EXPECT_TRUE(std::ranges::equal(writer.output(), wire(21, as_bytes("ab"))));
}

TEST_F(WriterTest, SplitsAndReportsEveryRecord) {
  writer.change_protection(protection(gcm));
  Buffer content(16384 * 2 + 5);
  struct Row {
    size_t fragment, wire;
    uint64_t sequence;
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows;
  auto note = [&](Bytes fragment, size_t wire, uint64_t sequence) { rows.push_back({fragment.size(), wire, sequence}); };
  ASSERT_TRUE(writer.write(ContentType::application_data, content, note).has_value());
  EXPECT_EQ(rows, (std::vector<Row>{{16384, 16408, 0}, {16384, 16408, 1}, {5, 29, 2}}));
  EXPECT_EQ(writer.output().size(), 15 + 16408 * 2 + 29u);
}

TEST_F(WriterTest, KeepsEveryByteWhateverIsSentWhen) {
  Buffer expected, drained;
  uint32_t state = 1;
  for (int i = 0; i < 3000; ++i) {
    state = state * 1664525 + 1013904223;
    Buffer content((state >> 16) % (i % 50 == 0 ? 16384 : 200) + 1, static_cast<uint8_t>(i));
    ASSERT_TRUE(writer.write(ContentType::handshake, content).has_value());
    auto record = wire(22, content, 0x0301);
    expected.insert(expected.end(), record.begin(), record.end());
    auto take = std::min<size_t>(writer.output().size(), (state >> 8) % (i % 300 > 150 ? 4000 : 100));
    auto part = writer.output().first(take);
    drained.insert(drained.end(), part.begin(), part.end());
    writer.sent(take);
  }
  auto rest = writer.output();
  drained.insert(drained.end(), rest.begin(), rest.end());
  EXPECT_TRUE(drained == expected);
}

TEST_F(WriterTest, ReturnsItsBufferWhenDrained) {
  ASSERT_TRUE(writer.write(ContentType::application_data, as_bytes("hello")).has_value());
  auto first = writer.output().data();
  writer.sent(3);
  auto other = pool.take();
  EXPECT_NE(other, first);
  writer.sent(100);   // more than there is
  auto again = pool.take();
  EXPECT_EQ(again, first);
  pool.give(again, 0);
  pool.give(other, 0);
}

// Who chose the content must not know the IV that it meets: it is the end of a record of one byte (CVE-2011-3389).
TEST_F(WriterTest, Tls10SplitsApplicationDataAfterItsFirstByte) {
  std::vector<size_t> sizes;
  auto note = [&](Bytes fragment, size_t, uint64_t) { sizes.push_back(fragment.size()); };
  auto written = [&](ContentType type, size_t size) {
    sizes.clear();
    EXPECT_TRUE(writer.write(type, Buffer(size), note).has_value());
    return sizes;
  };
  using Sizes = std::vector<size_t>;
  auto row = row_with("AES-128-CBC", catalog::Cipher::aes_128_cbc, catalog::Mac::hmac_sha1, Version::tls10, Version::tls12);
  for (bool encrypt_then_mac : {false, true}) {
    writer.change_protection(protection(row, Version::tls10, encrypt_then_mac));
    EXPECT_EQ(written(ContentType::application_data, 0), Sizes{0});
    EXPECT_EQ(written(ContentType::application_data, 1), Sizes{1});
    EXPECT_EQ(written(ContentType::application_data, 2), (Sizes{1, 1}));
    EXPECT_EQ(written(ContentType::application_data, 16384), (Sizes{1, 16383}));
    EXPECT_EQ(written(ContentType::application_data, 40000), (Sizes{1, 16384, 16384, 7231}));
    EXPECT_EQ(written(ContentType::handshake, 100), Sizes{100});
    EXPECT_EQ(written(ContentType::alert, 2), Sizes{2});
    writer.limit_plaintext(64);
    EXPECT_EQ(written(ContentType::application_data, 130), (Sizes{1, 64, 64, 1}));
    EXPECT_EQ(written(ContentType::handshake, 130), (Sizes{64, 64, 2}));
    writer.limit_plaintext(SIZE_MAX);
  }
  for (auto version : {Version::tls11, Version::tls12}) {
    writer.change_protection(protection(row, version));
    EXPECT_EQ(written(ContentType::application_data, 100), Sizes{100});
  }
}

TEST_F(WriterTest, EmptyContentIsOneEmptyRecord) {
  ASSERT_TRUE(writer.write(ContentType::application_data, {}).has_value());
  EXPECT_EQ(writer.output().size(), 5u);
}

}  // namespace
}  // namespace handfast::record
