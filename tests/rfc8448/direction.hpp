// direction.hpp: one direction of a recorded connection: what we write is what was recorded, and what was recorded
// reads back as what we wrote.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <keys/schedule13.hpp>
#include <record/protections.hpp>
#include <record/reader.hpp>
#include <record/writer.hpp>
#include <support/vectors.hpp>

namespace handfast::test {

class Direction {
 public:
  /// Both ends use the traffic keys of this secret from the next record on.
  void protect(const catalog::SuiteRow& suite, const keys::TrafficSecret& secret) {
    auto keys = secret.keys(suite);
    writer_.change_protection(*record::make_protection13(suite, keys.key.view(), keys.iv.view()));
    reader_.change_protection(*record::make_protection13(suite, keys.key.view(), keys.iv.view()));
  }

  /// After the first record of a client (RFC 8446 section 5.1).
  void use_version(Version version) {
    writer_.use_version(version);
    reader_.require_version(version);
  }

  /// Opens the first of the recorded records.
  Buffer open(ContentType type, Bytes recorded) {
    auto first = recorded.first(first_record(recorded));
    auto room = reader_.input();
    std::ranges::copy(first, room.begin());
    reader_.received(first.size());
    auto record = reader_.next();
    if (!record || !*record) throw std::runtime_error("a recorded record cannot be opened");
    EXPECT_EQ((*record)->type, type);
    return Buffer((*record)->fragment.begin(), (*record)->fragment.end());
  }

  /// Writes the content: it is the first of the recorded records, which is taken off.
  void seal(ContentType type, Bytes content, Bytes& recorded) {
    ASSERT_TRUE(writer_.write(type, content));
    auto first = recorded.first(first_record(recorded));
    EXPECT_EQ(to_hex(writer_.output()), to_hex(first));
    writer_.sent(writer_.output().size());
    recorded = recorded.subspan(first.size());
  }

  /// Both, where the content is known beforehand.
  void carry(ContentType type, Bytes content, Bytes& recorded) {
    EXPECT_EQ(to_hex(open(type, recorded)), to_hex(content));
    seal(type, content, recorded);
  }
  void carry_whole(ContentType type, Bytes content, Bytes recorded) {
    carry(type, content, recorded);
    EXPECT_TRUE(recorded.empty());
  }

 private:
  static size_t first_record(Bytes recorded) {
    if (recorded.size() < record::header_size) throw std::runtime_error("no record is left");
    auto n = record::header_size + (static_cast<size_t>(recorded[3]) << 8 | recorded[4]);
    if (recorded.size() < n) throw std::runtime_error("a record is cut short");
    return n;
  }

  BufferPool pool_;
  Limits limits_;
  record::Writer writer_{pool_};
  record::Reader reader_{pool_, limits_};
};

}  // namespace handfast::test
