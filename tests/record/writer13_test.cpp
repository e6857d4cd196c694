#include <gtest/gtest.h>

#include <record/support.hpp>

namespace handfast::record {
namespace {

struct Writer13Test : testing::Test {
  BufferPool pool;
  Limits limits;
  Writer writer{pool};

  /// Plaintext bytes of the records that this content becomes.
  std::vector<size_t> fragments(size_t content) {
    std::vector<size_t> sizes;
    auto note = [&](Bytes fragment, size_t, uint64_t) { sizes.push_back(fragment.size()); };
    EXPECT_TRUE(writer.write(ContentType::application_data, Buffer(content, 'x'), note).has_value());
    return sizes;
  }
  /// Bytes of the records that wait, without header.
  std::vector<size_t> lengths() const {
    std::vector<size_t> found;
    for (auto left = writer.output(); !left.empty();) {
      size_t length = static_cast<size_t>(left[3]) << 8 | left[4];
      found.push_back(length);
      left = left.subspan(header_size + length);
    }
    return found;
  }
  std::optional<Fault> fault_of_write() {
    auto written = writer.write(ContentType::application_data, as_bytes("x"));
    return written ? std::nullopt : std::optional(written.error().fault);
  }
};

TEST_F(Writer13Test, HeadersHideTypeAndVersion) {
  writer.change_protection(protection13());   // early data: before the version is negotiated
  ASSERT_TRUE(writer.write(ContentType::handshake, as_bytes("hello")).has_value());
  auto sealing = protection13();
  Buffer sealed(sealing->sealed_size(5));
  ASSERT_EQ(sealed.size(), 22u);
  ASSERT_TRUE(sealing->seal(sealed.data(), ContentType::handshake, Version::tls12, 0, as_bytes("hello")).has_value());
  EXPECT_TRUE(std::ranges::equal(writer.output(), wire(23, sealed)));
  EXPECT_EQ(writer.version(), Version::tls12);
}

TEST_F(Writer13Test, PlainRecordsOfTls13) {
  writer.use_version(Version::tls13);
  ASSERT_TRUE(writer.write(ContentType::handshake, as_bytes("hello")).has_value());
  EXPECT_TRUE(std::ranges::equal(writer.output(), wire(22, as_bytes("hello"), 0x0303)));
}

TEST_F(Writer13Test, PlainAgainAfterAHelloRetryRequest) {
  writer.change_protection(protection13());
  writer.change_protection(nullptr);
  ASSERT_TRUE(writer.write(ContentType::handshake, as_bytes("hello")).has_value());
  EXPECT_TRUE(std::ranges::equal(writer.output(), wire(22, as_bytes("hello"), 0x0303)));
}

TEST_F(Writer13Test, PadsWithinTheRecord) {
  writer.change_protection(protection13(gcm13, 1000));
  EXPECT_EQ(fragments(16384 + 999), (std::vector<size_t>{16384, 999}));
  EXPECT_EQ(lengths(), (std::vector<size_t>{16385 + 16, 1000 + 16}));
  Reader reader(pool, limits);
  reader.change_protection(protection13());
  feed(reader, writer.output());
  EXPECT_EQ((*reader.next())->fragment.size(), 16384u);
  EXPECT_EQ((*reader.next())->fragment.size(), 999u);
}

// RFC 8449 section 4: content, type and padding in TLS 1.3, content in TLS 1.2; nothing for plain records.
TEST_F(Writer13Test, KeepsThePeersRecordSizeLimit) {
  writer.limit_plaintext(64);
  EXPECT_EQ(fragments(100), (std::vector<size_t>{100}));
  writer.change_protection(protection(gcm));
  EXPECT_EQ(fragments(150), (std::vector<size_t>{64, 64, 22}));
  writer.change_protection(protection13());
  EXPECT_EQ(fragments(150), (std::vector<size_t>{63, 63, 24}));
  writer.limit_plaintext(16385);
  EXPECT_EQ(fragments(20000), (std::vector<size_t>{16384, 3616}));
  writer.change_protection(protection(gcm));
  EXPECT_EQ(fragments(20000), (std::vector<size_t>{16384, 3616}));
}

TEST_F(Writer13Test, PaddingKeepsThePeersRecordSizeLimit) {
  writer.change_protection(protection13(gcm13, 1000));
  writer.limit_plaintext(512);
  EXPECT_EQ(fragments(600), (std::vector<size_t>{511, 89}));
  EXPECT_EQ(lengths(), (std::vector<size_t>{512 + 16, 512 + 16}));
  writer.sent(writer.output().size());
  writer.change_protection(protection13(gcm13, 1000));   // other keys keep it
  EXPECT_EQ(fragments(1), (std::vector<size_t>{1}));
  EXPECT_EQ(lengths(), (std::vector<size_t>{512 + 16}));
}

TEST_F(Writer13Test, MuchContentInSmallRecords) {
  writer.change_protection(protection13());
  writer.limit_plaintext(64);
  Buffer content(200000);
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<uint8_t>(i >> 3);
  ASSERT_TRUE(writer.write(ContentType::application_data, content).has_value());
  Reader reader(pool, limits);
  reader.change_protection(protection13());
  reader.limit_plaintext(64);
  Buffer read;
  for (auto left = writer.output(); !left.empty();) {
    left = left.subspan(feed(reader, left));
    for (;;) {
      auto record = reader.next();
      ASSERT_TRUE(record.has_value());
      if (!*record) break;
      read.insert(read.end(), (*record)->fragment.begin(), (*record)->fragment.end());
    }
  }
  EXPECT_TRUE(read == content);
}

TEST_F(Writer13Test, AsksForOtherKeysBeforeTheirLimit) {
  for (auto [suite, limit] : {std::pair(gcm13, uint64_t{1} << 24), {Suite::TLS_AES_128_CCM_SHA256, uint64_t{1} << 23}}) {
    writer.change_protection(protection13(suite), limit / 8 * 7 - 1);
    EXPECT_FALSE(writer.needs_key_update());
    EXPECT_EQ(fault_of_write(), std::nullopt);
    EXPECT_TRUE(writer.needs_key_update());
    writer.change_protection(protection13(suite), limit - 1);
    EXPECT_EQ(fault_of_write(), std::nullopt);
    EXPECT_EQ(fault_of_write(), Fault::aead_limit_reached);
    EXPECT_EQ(fault_of_write(), Fault::aead_limit_reached);
    writer.change_protection(protection13(suite));
    EXPECT_FALSE(writer.needs_key_update());
    EXPECT_EQ(fault_of_write(), std::nullopt);
  }
}

TEST_F(Writer13Test, OthersEndWithTheirSequenceNumbers) {
  EXPECT_FALSE(writer.needs_key_update());
  writer.change_protection(protection13(Suite::TLS_CHACHA20_POLY1305_SHA256), uint64_t{1} << 40);
  EXPECT_FALSE(writer.needs_key_update());
  writer.change_protection(protection13(Suite::TLS_CHACHA20_POLY1305_SHA256), UINT64_MAX - 1);
  EXPECT_TRUE(writer.needs_key_update());
  EXPECT_EQ(fault_of_write(), std::nullopt);
  EXPECT_EQ(fault_of_write(), Fault::sequence_number_exhausted);
}

}  // namespace
}  // namespace handfast::record
