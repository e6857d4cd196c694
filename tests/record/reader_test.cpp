#include <gtest/gtest.h>

#include <algorithm>

#include <record/support.hpp>

namespace handfast::record {
namespace {

struct ReaderTest : testing::Test {
  BufferPool pool;
  Limits limits;
  Reader reader{pool, limits};

  /// The fault that these bytes end in, given so many at a time.
  static std::optional<Error> fault_of(Bytes bytes, size_t at_a_time, std::unique_ptr<Protection> with = nullptr,
                                       std::optional<Version> version = {}) {
    BufferPool pool;
    Limits limits;
    Reader reader(pool, limits);
    if (with) reader.change_protection(std::move(with));
    if (version) reader.require_version(*version);
    for (;;) {
      auto n = feed(reader, bytes.first(std::min(at_a_time, bytes.size())));
      bytes = bytes.subspan(n);
      for (;;) {
        auto record = reader.next();
        if (!record) return record.error();
        if (!*record) break;
      }
      if (bytes.empty()) return {};
    }
  }

  static void expect_fault(Fault fault, Bytes bytes, std::string_view fact = {}) {
    for (size_t at_a_time : {size_t{1}, size_t{3}, size_t{20000}}) {
      auto error = fault_of(bytes, at_a_time);
      ASSERT_TRUE(error.has_value());
      EXPECT_EQ(info(error->fault).id, info(fault).id);
      bool said = error->message().find(fact) != std::string::npos;
      EXPECT_TRUE(said || at_a_time < bytes.size()) << error->message();
    }
  }
};

// What a test remembers of a record.
struct Seen {
  ContentType type;
  Buffer fragment;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> read_all(Reader& reader, Bytes bytes, size_t at_a_time) {
  std::vector<Seen> seen;
  while (!bytes.empty()) {
    bytes = bytes.subspan(feed(reader, bytes.first(std::min(at_a_time, bytes.size()))));
    for (;;) {
      auto record = reader.next();
      EXPECT_TRUE(record.has_value());
      if (!record || !*record) break;
      seen.push_back({(*record)->type, Buffer((*record)->fragment.begin(), (*record)->fragment.end())});
    }
  }
  return seen;
}

TEST_F(ReaderTest, AnySplitGivesTheSameRecords) {
  BufferPool writers;
  Writer writer(writers);
  writer.use_version(Version::tls12);
  writer.change_protection(protection(gcm));
  std::vector<Seen> written;
  size_t sizes[] = {1, 16384, 3, 900, 16384, 2, 40, 16000, 5};
  for (auto size : sizes) {
    written.push_back({ContentType::application_data, Buffer(size, static_cast<uint8_t>(size))});
    ASSERT_TRUE(writer.write(ContentType::application_data, written.back().fragment).has_value());
  }
  for (size_t at_a_time : {1, 2, 7, 1000, 16384, 18437, 100000}) {
    Reader split(pool, limits);
    split.change_protection(protection(gcm));
    split.require_version(Version::tls12);
    EXPECT_TRUE(read_all(split, writer.output(), at_a_time) == written) << at_a_time;
    EXPECT_EQ(split.buffered(), 0u);
  }
}

// Each way of protection, read in pieces of any size; application data and handshake messages in turn.
TEST_F(ReaderTest, AnySplitOfEveryProtectionGivesTheSameContent) {
  for (const auto& row : rows12())
    for (auto version : {Version::tls10, Version::tls11, Version::tls12})
      for (bool encrypt_then_mac : {false, true}) {
        if (!is_for(row, version)) continue;
        BufferPool writers;
        Writer writer(writers);
        writer.use_version(version);
        writer.change_protection(protection(row, version, encrypt_then_mac));
        Buffer written;
        for (size_t size : {1, 16384, 3, 0, 900, 40, 16000, 5, 20000}) {
          Buffer content(size, static_cast<uint8_t>(size + written.size()));
          auto type = size % 2 ? ContentType::handshake : ContentType::application_data;
          ASSERT_TRUE(writer.write(type, content).has_value());
          written.insert(written.end(), content.begin(), content.end());
        }
        for (size_t at_a_time : {1, 7, 1000, 18437, 100000}) {
          Reader split(pool, limits);
          split.change_protection(protection(row, version, encrypt_then_mac));
          split.require_version(version);
          Buffer content;
          for (const auto& seen : read_all(split, writer.output(), at_a_time))
            content.insert(content.end(), seen.fragment.begin(), seen.fragment.end());
          ASSERT_TRUE(content == written) << row.name << " in " << printable(version) << ", " << at_a_time << " at a time";
          EXPECT_EQ(split.buffered(), 0u);
        }
      }
}

// What OpenSSL's own defence against CVE-2011-3389 sends: an empty record in front of each.
TEST_F(ReaderTest, Tls10TakesAnEmptyRecordBeforeEachOther) {
  auto row = row_with("AES-128-CBC", catalog::Cipher::aes_128_cbc, catalog::Mac::hmac_sha1, Version::tls10, Version::tls12);
  BufferPool writers;
  Writer writer(writers);
  writer.use_version(Version::tls10);
  writer.change_protection(protection(row, Version::tls10));
  Buffer written;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(writer.write(ContentType::application_data, {}).has_value());
    ASSERT_TRUE(writer.write(ContentType::application_data, as_bytes("x")).has_value());
    written.push_back('x');
  }
  reader.change_protection(protection(row, Version::tls10));
  reader.require_version(Version::tls10);
  Buffer content;
  for (const auto& seen : read_all(reader, writer.output(), 50))
    content.insert(content.end(), seen.fragment.begin(), seen.fragment.end());
  EXPECT_EQ(content, written);
}

TEST_F(ReaderTest, InputMayBeAskedForBetweenRecords) {
  Buffer bytes, small = wire(23, Buffer(10, 'x'));
  for (int i = 0; i < 5000; ++i) bytes.insert(bytes.end(), small.begin(), small.end());
  Bytes left = bytes;
  int records = 0;
  while (records < 5000) {
    left = left.subspan(feed(reader, left));
    auto record = reader.next();
    ASSERT_TRUE(record.has_value() && *record);
    ASSERT_EQ((*record)->fragment.size(), 10u);
    ++records;
  }
  EXPECT_EQ(reader.buffered(), 0u);
}

TEST_F(ReaderTest, TellsWhatTheRecordWas) {
  feed(reader, wire(22, Buffer(9), 0x0301));
  auto first = **reader.next();
  EXPECT_EQ(first.type, ContentType::handshake);
  EXPECT_EQ(first.version, Version::tls10);
  EXPECT_EQ(first.wire_length, 9u);
  EXPECT_EQ(first.sequence, 0u);
  EXPECT_FALSE(first.was_protected);
  reader.change_protection(protection(gcm));
  auto sealing = protection(gcm);
  Buffer content(5), sealed(sealing->sealed_size(5));
  ASSERT_TRUE(sealing->seal(sealed.data(), ContentType::alert, Version::tls12, 0, content).has_value());
  feed(reader, wire(21, sealed));
  auto second = **reader.next();
  EXPECT_EQ(second.wire_length, 29u);
  EXPECT_EQ(second.fragment.size(), 5u);
  EXPECT_EQ(second.sequence, 0u);
  EXPECT_TRUE(second.was_protected);
}

TEST_F(ReaderTest, WhatIsNotTls) {
  expect_fault(Fault::plain_http, as_bytes("GET / HTTP/1.1\r\nHost: \"x\""), "first bytes \"GET / HTTP/1.1\\x0d\\x0a\"");
  for (auto text : {"POST /x", "HEAD /", "PUT /a", "OPTIONS *", "HTTP/1.1 400 Bad Request"})
    expect_fault(Fault::plain_http, as_bytes(text));
  expect_fault(Fault::sslv2_hello, Buffer{0x80, 0x2e, 0x01, 0x00, 0x02}, "\\x80.\\x01");
  expect_fault(Fault::not_tls, Buffer{0x80, 0x2e, 0x04, 0x00, 0x02});
  expect_fault(Fault::not_tls, as_bytes("SSH-2.0-OpenSSH_9.2"), "SSH-2.0-OpenSSH_");
  expect_fault(Fault::not_tls, as_bytes("220 mail.example ESMTP"));
  expect_fault(Fault::not_tls, as_bytes("GEX"));
  expect_fault(Fault::not_tls, as_bytes("\n"));
  expect_fault(Fault::not_tls, Buffer{24, 3, 3, 0, 1, 0});
}

TEST_F(ReaderTest, HeaderChecks) {
  auto then = [](Buffer bytes) {
    auto all = wire(22, Buffer(4));
    all.insert(all.end(), bytes.begin(), bytes.end());
    return all;
  };
  expect_fault(Fault::record_type_unknown, then({24}), "content type 24");
  expect_fault(Fault::record_type_unknown, then({'G'}));
  expect_fault(Fault::record_version_wrong, Buffer{22, 2, 0}, "0x0200");
  expect_fault(Fault::record_version_wrong, then({22, 4, 3}));
  expect_fault(Fault::record_too_long, Buffer{22, 3, 3, 0x40, 0x01}, "16385 bytes announced, at most 16384");
  expect_fault(Fault::record_too_long, then({22, 3, 3, 0xff, 0xff}));
}

TEST_F(ReaderTest, ExactVersionOnceKnown) {
  EXPECT_FALSE(fault_of(wire(22, Buffer(4), 0x0301), 100).has_value());
  auto error = fault_of(wire(22, Buffer(4), 0x0301), 100, nullptr, Version::tls12);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->fault, Fault::record_version_wrong);
  EXPECT_NE(error->message().find("0x0301 where 0x0303"), std::string::npos);
  EXPECT_FALSE(fault_of(wire(22, Buffer(4)), 100, nullptr, Version::tls12).has_value());
}

TEST_F(ReaderTest, LimitOfProtectedRecords) {
  auto error = fault_of(Buffer{23, 3, 3, 0x48, 0x01}, 100, protection(gcm));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->fault, Fault::record_too_long);
  // 18,432 bytes are read and opened; then their content is too long.
  auto sealing = protection(gcm);
  Buffer content(max_protected - 24), sealed(max_protected);
  ASSERT_TRUE(sealing->seal(sealed.data(), ContentType::application_data, Version::tls12, 0, content).has_value());
  for (size_t at_a_time : {1, 5000, 20000}) {
    error = fault_of(wire(23, sealed), at_a_time, protection(gcm));
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->fault, Fault::plaintext_too_long);
  }
}

TEST_F(ReaderTest, AlteredRecord) {
  auto sealing = protection(gcm);
  Buffer content(50), sealed(sealing->sealed_size(50));
  ASSERT_TRUE(sealing->seal(sealed.data(), ContentType::application_data, Version::tls12, 0, content).has_value());
  sealed[20] ^= 1;
  auto error = fault_of(wire(23, sealed), 100, protection(gcm));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->fault, Fault::bad_record_mac);
}

TEST_F(ReaderTest, EmptyFragments) {
  expect_fault(Fault::empty_fragment, wire(22, {}));
  expect_fault(Fault::empty_fragment, wire(21, {}));
  expect_fault(Fault::empty_fragment, wire(20, {}));
  // Application data before protection is for the connection to refuse.
  feed(reader, wire(23, {}));
  auto record = reader.next();
  ASSERT_TRUE(record.has_value() && *record);
  EXPECT_TRUE((*record)->fragment.empty());
}

TEST_F(ReaderTest, EmptyRecordFlood) {
  Writer writer(pool);
  writer.use_version(Version::tls12);
  writer.change_protection(protection(gcm));
  auto empty = [&](size_t n) {
    for (size_t i = 0; i < n; ++i) ASSERT_TRUE(writer.write(ContentType::application_data, {}).has_value());
  };
  empty(limits.empty_records);
  ASSERT_TRUE(writer.write(ContentType::application_data, as_bytes("x")).has_value());
  empty(limits.empty_records);
  reader.change_protection(protection(gcm));
  EXPECT_EQ(read_all(reader, writer.output(), 100).size(), 2 * limits.empty_records + 1);
  writer.sent(writer.output().size());
  ASSERT_TRUE(writer.write(ContentType::handshake, as_bytes("x")).has_value());   // no data of the application
  empty(1);
  feed(reader, writer.output());
  ASSERT_TRUE(reader.next().has_value());
  auto flood = reader.next();
  ASSERT_FALSE(flood.has_value());
  EXPECT_EQ(flood.error().fault, Fault::empty_record_flood);
}

TEST_F(ReaderTest, SequenceNumbersDoNotWrap) {
  Writer writer(pool);
  writer.use_version(Version::tls12);
  writer.change_protection(protection(gcm), UINT64_MAX - 1);
  reader.change_protection(protection(gcm), UINT64_MAX - 1);
  ASSERT_TRUE(writer.write(ContentType::application_data, as_bytes("last")).has_value());
  auto refused = writer.write(ContentType::application_data, as_bytes("none"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().fault, Fault::sequence_number_exhausted);
  EXPECT_EQ(read_all(reader, writer.output(), 100).size(), 1u);
  feed(reader, wire(23, Buffer(30)));
  auto wrapped = reader.next();
  ASSERT_FALSE(wrapped.has_value());
  EXPECT_EQ(wrapped.error().fault, Fault::sequence_number_exhausted);
}

// Counted by what the pool hands out: it keeps what it was given.
TEST_F(ReaderTest, HoldsABufferOnlyWhileItHoldsBytes) {
  auto mark = pool.take();
  auto is_back = [&] {
    auto taken = pool.take();
    pool.give(taken, 0);
    return taken == mark;
  };
  pool.give(mark, 0);
  ASSERT_TRUE(is_back());
  feed(reader, Bytes(wire(22, Buffer(4))).first(3));
  EXPECT_TRUE(reader.next().has_value());
  EXPECT_FALSE(is_back());
  feed(reader, Bytes(wire(22, Buffer(4))).subspan(3));
  EXPECT_TRUE(*reader.next());
  EXPECT_FALSE(*reader.next());
  EXPECT_EQ(reader.buffered(), 0u);
}

TEST_F(ReaderTest, ErasesOpenedPlaintextWhenTheBufferGoesBack) {
  Writer writer(pool);
  writer.use_version(Version::tls12);
  writer.change_protection(protection(gcm));
  ASSERT_TRUE(writer.write(ContentType::application_data, as_bytes("a secret of some length")).has_value());
  reader.change_protection(protection(gcm));
  auto room = reader.input();
  auto size = writer.output().size();
  std::ranges::copy(writer.output(), room.begin());
  reader.received(size);
  auto record = reader.next();
  ASSERT_TRUE(record.has_value() && *record);
  EXPECT_EQ(as_text((*record)->fragment), "a secret of some length");
  EXPECT_FALSE(*reader.next());
  auto again = reader.input();   // the same buffer, from the pool
  ASSERT_EQ(again.data(), room.data());
  EXPECT_TRUE(std::ranges::all_of(again.first(size), [](auto byte) { return byte == 0; }));
}

}  // namespace
}  // namespace handfast::record
