#include <gtest/gtest.h>

#include <array>

#include <crypto/aead.hpp>
#include <record/support.hpp>

namespace handfast::record {
namespace {

using enum ContentType;

struct Reader13Test : testing::Test {
  BufferPool pool, writers;
  Limits limits;
  Reader reader{pool, limits};
  Writer writer{writers};

  Reader13Test() {
    reader.require_version(Version::tls13);
    writer.use_version(Version::tls13);
  }
  void protect(Suite suite = gcm13, size_t padding = 0) {
    reader.change_protection(protection13(suite));
    writer.change_protection(protection13(suite, padding));
  }
  /// The bytes of what is written.
  Buffer record(ContentType type, Bytes content) {
    EXPECT_TRUE(writer.write(type, content).has_value());
    Buffer bytes(writer.output().begin(), writer.output().end());
    writer.sent(bytes.size());
    return bytes;
  }
  /// A record with whatever inside, as the peer's next.
  Buffer crafted(Bytes inner, uint8_t outer = 23, uint16_t version = 0x0303) {
    auto aead = std::move(*crypto::Aead::make(crypto::AeadAlgorithm::aes_128_gcm, Buffer(16, 2)));
    Buffer nonce(12, 3), sealed(inner.size() + 16);
    nonce[11] ^= crafted_++;
    auto header = wire(23, sealed, version);
    aead->seal(sealed.data(), nonce, Bytes(header).first(5), inner);
    return wire(outer, sealed, version);
  }
  uint8_t crafted_ = 0;

  /// Null where more bytes are needed or an error came, which is kept.
  const Record* next() {
    auto found = reader.next();
    error.reset();
    if (!found) error = found.error();
    return found ? *found : nullptr;
  }
  const Record* next(Bytes bytes) {
    EXPECT_EQ(feed(reader, bytes), bytes.size());
    return next();
  }
  std::optional<Fault> fault(Bytes bytes) {
    next(bytes);
    return error ? std::optional(error->fault) : std::nullopt;
  }
  std::optional<Error> error;
};

TEST_F(Reader13Test, EveryTypeOfEverySuiteAndAnySplit) {
  for (const auto& row : catalog::suites()) {
    if (row.last != Version::tls13) continue;
    for (size_t padding : {0, 512}) {
      Buffer bytes;
      writer.change_protection(protection13(row.suite, padding));
      for (auto type : {handshake, application_data, alert})
        for (size_t size : {1, 2, 500, 16384}) {
          auto more = record(type, Buffer(size, static_cast<uint8_t>(size)));
          bytes.insert(bytes.end(), more.begin(), more.end());
        }
      for (size_t at_a_time : {1, 1000, 20000}) {
        reader.change_protection(protection13(row.suite));
        uint64_t count = 0;
        for (Bytes left = bytes; !left.empty();) {
          left = left.subspan(feed(reader, left.first(std::min(at_a_time, left.size()))));
          while (auto found = next()) {
            EXPECT_EQ(found->type, (std::array{handshake, application_data, alert})[count / 4]);
            auto size = (std::array<size_t, 4>{1, 2, 500, 16384})[count % 4];
            ASSERT_TRUE(std::ranges::equal(found->fragment, Buffer(size, static_cast<uint8_t>(size))));
            EXPECT_TRUE(found->was_protected);
            EXPECT_EQ(found->sequence, count++);
          }
          ASSERT_FALSE(error) << error->message();
        }
        EXPECT_EQ(count, 12u);
      }
    }
  }
}

TEST_F(Reader13Test, LegacyVersionIsIgnored) {
  EXPECT_TRUE(next(wire(22, Buffer(4), 0x0301)));
  EXPECT_TRUE(next(wire(22, Buffer(4), 0x03ff)));
  protect();
  auto found = next(crafted(Buffer{'x', 23}, 23, 0x0300));
  ASSERT_TRUE(found);
  EXPECT_EQ(static_cast<uint16_t>(found->version), 0x0300);
  EXPECT_EQ(fault(Buffer{23, 2, 3}), Fault::record_version_wrong);
}

TEST_F(Reader13Test, OuterTypeOfAProtectedRecord) {
  for (uint8_t type : {uint8_t{22}, uint8_t{21}}) {
    BufferPool own;
    Reader fresh(own, limits);
    fresh.change_protection(protection13());
    crafted_ = 0;
    feed(fresh, crafted(Buffer{'x', 23}));
    ASSERT_TRUE(fresh.next().value());
    feed(fresh, Bytes(crafted(Buffer{1, 0, type}, type)).first(1));   // refused at its first byte
    auto refused = fresh.next();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().fault, Fault::record_type_hidden_wrong);
    EXPECT_NE(refused.error().message().find("content type " + std::to_string(type)), std::string::npos);
  }
  protect();
  EXPECT_EQ(fault(wire(22, Buffer(40))), Fault::record_type_hidden_wrong);
}

TEST_F(Reader13Test, UnknownOuterType) {
  protect();
  ASSERT_TRUE(next(record(handshake, Buffer(5))));
  EXPECT_EQ(fault(Buffer{24}), Fault::record_type_unknown);
}

TEST_F(Reader13Test, ChangeCipherSpecIsShownAndNotCounted) {
  protect();
  for (int i = 0; i < 3; ++i) {
    auto found = next(wire(20, Buffer{1}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->type, change_cipher_spec);
    EXPECT_FALSE(found->was_protected);
    EXPECT_TRUE(std::ranges::equal(found->fragment, Buffer{1}));
    found = next(record(handshake, Buffer(5)));
    ASSERT_TRUE(found) << i;
    EXPECT_EQ(found->sequence, static_cast<uint64_t>(i));
  }
  EXPECT_EQ(fault(wire(20, {})), Fault::empty_fragment);
}

TEST_F(Reader13Test, PlainRecordsAreNoLongerThanPlainOnesMayBe) {
  protect();
  EXPECT_EQ(fault(Buffer{20, 3, 3, 0x40, 0x01}), Fault::record_too_long);
}

TEST_F(Reader13Test, PlainAlertBeforeThePeersFirstProtectedRecord) {
  protect();
  auto found = next(wire(21, Buffer{2, 48}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, alert);
  EXPECT_FALSE(found->was_protected);
  EXPECT_TRUE(std::ranges::equal(found->fragment, Buffer{2, 48}));
  ASSERT_TRUE(next(record(handshake, Buffer(5))));
  protect();   // other keys change nothing
  EXPECT_EQ(fault(wire(21, Buffer{2, 48})), Fault::record_type_hidden_wrong);
}

TEST_F(Reader13Test, PlainAlertIsStillShownAfterAChangeCipherSpec) {
  protect();
  ASSERT_TRUE(next(wire(20, Buffer{1})));
  EXPECT_TRUE(next(wire(21, Buffer{2, 48})));
}

TEST_F(Reader13Test, TypesInside) {
  for (auto [type, expected] : std::vector<std::pair<uint8_t, std::optional<Fault>>>{
           {20, Fault::record_type_hidden_wrong},
           {24, Fault::record_type_hidden_wrong},
           {1, Fault::record_type_hidden_wrong},
           {255, Fault::record_type_hidden_wrong},
           {0, Fault::record_without_content},
           {21, {}},
           {22, {}},
           {23, {}}}) {
    BufferPool own;
    Reader fresh(own, limits);
    fresh.change_protection(protection13());
    crafted_ = 0;
    Buffer inner = {0, 0, type, 0, 0};
    feed(fresh, crafted(inner));
    auto found = fresh.next();
    EXPECT_EQ(found ? std::optional<Fault>{} : found.error().fault, expected) << int(type);
    if (found) {
      EXPECT_EQ(static_cast<uint8_t>((*found)->type), type);
      EXPECT_EQ((*found)->fragment.size(), 2u);
      EXPECT_EQ((*found)->wire_length, 21u);
    }
  }
}

TEST_F(Reader13Test, EmptyContent) {
  for (uint8_t type : {uint8_t{21}, uint8_t{22}}) {
    BufferPool own;
    Reader fresh(own, limits);
    fresh.change_protection(protection13());
    crafted_ = 0;
    feed(fresh, crafted(Buffer{type, 0}));
    auto found = fresh.next();
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().fault, Fault::empty_fragment);
  }
  protect();
  for (size_t i = 0; i < limits.empty_records; ++i) {
    auto found = next(record(application_data, {}));
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->fragment.empty());
  }
  EXPECT_EQ(fault(record(application_data, {})), Fault::empty_record_flood);
}

TEST_F(Reader13Test, LongestRecords) {
  protect();
  EXPECT_EQ(fault(Buffer{23, 3, 3, 0x41, 0x01}), Fault::record_too_long);
}

TEST_F(Reader13Test, LongestPlaintext) {
  protect();
  Buffer inner(16385, 'x');
  inner.back() = 23;
  auto found = next(crafted(inner));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->fragment.size(), 16384u);
  ASSERT_FALSE(next());
  ASSERT_FALSE(error);
  Buffer padded(16386);   // content of one byte, and more padding than allowed
  padded[1] = 23;
  EXPECT_EQ(fault(crafted(padded)), Fault::plaintext_too_long);
}

TEST_F(Reader13Test, LongestContentOfAll) {
  protect();
  Buffer inner(max_protected13 - 16, 'x');
  inner.back() = 23;
  EXPECT_EQ(fault(crafted(inner)), Fault::plaintext_too_long);
}

// RFC 8449 section 4: in TLS 1.3 the limit counts type and padding.
TEST_F(Reader13Test, RecordSizeLimit) {
  protect();
  reader.limit_plaintext(100);
  Buffer inner(100, 'x');
  inner.back() = 23;
  auto found = next(crafted(inner));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->fragment.size(), 99u);
  Buffer padded(101);
  padded[0] = 23;
  EXPECT_EQ(fault(crafted(padded)), Fault::record_size_limit_exceeded);
}

TEST_F(Reader13Test, RecordSizeLimitOfTls12CountsTheContent) {
  BufferPool own;
  Reader older(own, limits);
  older.limit_plaintext(100);
  feed(older, wire(22, Buffer(101)));   // not for what is plain
  EXPECT_TRUE(older.next().value());
  older.change_protection(protection(gcm));
  Writer long_ones(writers);
  long_ones.use_version(Version::tls12);
  long_ones.change_protection(protection(gcm));
  ASSERT_TRUE(long_ones.write(application_data, Buffer(100)).has_value());
  ASSERT_TRUE(long_ones.write(application_data, Buffer(101)).has_value());
  feed(older, long_ones.output());
  EXPECT_TRUE(older.next().value());
  auto refused = older.next();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().fault, Fault::record_size_limit_exceeded);
}

/// What a client sends whose early data was refused.
struct EarlyDataTest : Reader13Test {
  Writer early{writers};
  EarlyDataTest() { early.change_protection(protection13(Suite::TLS_CHACHA20_POLY1305_SHA256)); }
  Buffer early_record(size_t size) {
    EXPECT_TRUE(early.write(application_data, Buffer(size, 'e')).has_value());
    Buffer bytes(early.output().begin(), early.output().end());
    early.sent(bytes.size());
    return bytes;
  }
};

TEST_F(EarlyDataTest, SkippedUntilARecordOpens) {
  protect();
  reader.skip_early_data(16384 + 2000);
  EXPECT_FALSE(next(early_record(16384)));
  ASSERT_FALSE(error);
  ASSERT_TRUE(next(wire(20, Buffer{1})));   // does not end it
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_FALSE(next(early_record(100)));
    ASSERT_FALSE(error);
  }
  EXPECT_EQ(reader.early_data_skipped(), 16384u + 2000);
  auto found = next(record(handshake, as_bytes("Finished")));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sequence, 0u);
  EXPECT_EQ(as_text(found->fragment), "Finished");
  EXPECT_EQ(fault(early_record(1)), Fault::bad_record_mac);
}

TEST_F(EarlyDataTest, SeveralAtOnceAreSkippedInOneCall) {
  protect();
  reader.skip_early_data(1000);
  Buffer bytes;
  for (auto&& more :
       {early_record(10), early_record(20), record(handshake, as_bytes("Finished")), record(alert, Buffer{1, 0})})
    bytes.insert(bytes.end(), more.begin(), more.end());
  auto found = next(bytes);
  ASSERT_TRUE(found);
  EXPECT_EQ(as_text(found->fragment), "Finished");
  EXPECT_TRUE(next());
}

TEST_F(EarlyDataTest, TooMuch) {
  protect();
  reader.skip_early_data(150);
  EXPECT_EQ(fault(early_record(100)), std::nullopt);
  EXPECT_EQ(fault(early_record(51)), Fault::early_data_too_long);
}

TEST_F(EarlyDataTest, RecordsThatHoldNothingAreCountedToo) {
  protect();
  reader.skip_early_data(20);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(fault(wire(23, {})), std::nullopt);
  EXPECT_EQ(fault(wire(23, {})), Fault::early_data_too_long);
}

TEST_F(EarlyDataTest, OnlyWhatDoesNotOpenIsSkipped) {
  protect();
  reader.skip_early_data(1000);
  EXPECT_EQ(fault(crafted(Buffer(5))), Fault::record_without_content);
}

TEST_F(EarlyDataTest, OtherPlainRecordsAreNotSkipped) {
  protect();
  reader.skip_early_data(1000);
  EXPECT_FALSE(next(early_record(10)));
  EXPECT_EQ(fault(wire(22, Buffer(10))), Fault::record_type_hidden_wrong);
}

// RFC 8446 section 4.2.10: after a HelloRetryRequest, until the second ClientHello.
TEST_F(EarlyDataTest, AfterAHelloRetryRequest) {
  ASSERT_TRUE(next(wire(22, as_bytes("first hello"))));
  reader.skip_early_data(16384 + 100);
  EXPECT_FALSE(next(early_record(16384)));   // longer than plain records may be
  ASSERT_FALSE(error);
  ASSERT_TRUE(next(wire(20, Buffer{1})));
  EXPECT_FALSE(next(early_record(50)));
  ASSERT_FALSE(error);
  auto found = next(wire(22, as_bytes("second hello")));
  ASSERT_TRUE(found);
  EXPECT_EQ(as_text(found->fragment), "second hello");
  found = next(wire(23, Buffer(50)));   // no early data after it: for the connection to refuse
  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, application_data);
  protect();
  EXPECT_EQ(fault(early_record(10)), Fault::bad_record_mac);
}

TEST_F(EarlyDataTest, AfterAHelloRetryRequestTooMuch) {
  ASSERT_TRUE(next(wire(22, as_bytes("first hello"))));
  reader.skip_early_data(100);
  EXPECT_EQ(fault(early_record(101)), Fault::early_data_too_long);
}

TEST_F(EarlyDataTest, AlertsAreNotSkipped) {
  ASSERT_TRUE(next(wire(22, as_bytes("first hello"))));
  reader.skip_early_data(100);
  auto found = next(wire(21, Buffer{2, 40}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, alert);
}

TEST_F(EarlyDataTest, NothingIsSkippedUnasked) {
  protect();
  EXPECT_EQ(fault(early_record(10)), Fault::bad_record_mac);
}

}  // namespace
}  // namespace handfast::record
