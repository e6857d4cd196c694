// middle13.hpp: one who stands between client and server of a TLS 1.3 connection and has their secrets: opens what
// passes and seals what it makes of it.
#pragma once

#include <gtest/gtest.h>

#include <keys/schedule13.hpp>
#include <map>
#include <record/protections.hpp>
#include <stdexcept>
#include <support/opened.hpp>
#include <support/pair.hpp>

namespace handfast::support {

/// The secrets of one connection by their labels.
class Secrets : public KeyLog {
 public:
  void secret(std::string_view label, Bytes, Bytes secret) override {
    found[std::string(label)] = {secret.begin(), secret.end()};
  }
  std::map<std::string, Buffer, std::less<>> found;
};

/// What a record holds.
struct Piece {
  ContentType type;
  Buffer content;
};

/// A plain record.
inline Buffer plain_record(const Piece& piece) {
  auto n = piece.content.size();
  Buffer record = {static_cast<uint8_t>(piece.type), 3, 3, static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)};
  record.insert(record.end(), piece.content.begin(), piece.content.end());
  return record;
}

/// The records that these bytes are.
inline std::vector<Buffer> records_of(Bytes wire) {
  std::vector<Buffer> records;
  while (!wire.empty()) {
    auto n = record::header_size + (static_cast<size_t>(wire[3]) << 8 | wire[4]);
    records.emplace_back(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(n));
    wire = wire.subspan(n);
  }
  return records;
}

/// One direction under one secret: opens its records in order, and seals others in their place.
class Middle13 {
 public:
  explicit Middle13(Bytes secret) : opener_(protection(secret)), sealer_(protection(secret)) {}

  Piece open(Bytes record) {
    Buffer fragment(record.begin() + record::header_size, record.end());
    auto opened = support::open(*opener_, ContentType::application_data, Version::tls12, opened_++, fragment);
    if (!opened) throw std::runtime_error("the middle cannot open a record");
    return {opened->type, Buffer(opened->fragment.begin(), opened->fragment.end())};
  }
  Buffer seal(const Piece& piece) {
    auto n = sealer_->sealed_size(piece.content.size());
    Buffer record = {23, 3, 3, static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)};
    record.resize(record::header_size + n);
    if (!sealer_->seal(record.data() + record::header_size, piece.type, Version::tls12, sealed_++, piece.content))
      throw std::runtime_error("the middle cannot seal a record");
    return record;
  }

 private:
  static std::unique_ptr<record::Protection> protection(Bytes secret) {
    const auto& suite = *catalog::find(Suite::TLS_AES_128_GCM_SHA256);
    Buffer key(16), iv(12);
    keys::expand_label(suite.prf, secret, "key", {}, key);
    keys::expand_label(suite.prf, secret, "iv", {}, iv);
    return *record::make_protection13(suite, key, iv);
  }
  std::unique_ptr<record::Protection> opener_, sealer_;
  uint64_t opened_ = 0, sealed_ = 0;
};

}  // namespace handfast::support
