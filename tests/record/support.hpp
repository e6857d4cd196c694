// support.hpp: what the tests of the record layer share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include <record/protections.hpp>
#include <record/reader.hpp>
#include <record/writer.hpp>

namespace handfast::record {

constexpr Suite gcm = Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
constexpr Suite gcm13 = Suite::TLS_AES_128_GCM_SHA256;

/// The protection of a suite under keys that are the same everywhere.
inline std::unique_ptr<Protection> protection(Suite suite, bool encrypt_then_mac = false) {
  auto row = catalog::find(suite);
  auto sizes = catalog::key_sizes(*row, row->last);
  Buffer mac_key(sizes.mac, 1), key(sizes.key, 2), iv(sizes.iv, 3);
  auto made = make_protection12(*row, {mac_key, key, iv}, encrypt_then_mac);
  EXPECT_TRUE(made.has_value()) << row->name;
  return std::move(*made);
}

/// The same for a suite of TLS 1.3.
inline std::unique_ptr<Protection> protection13(Suite suite = gcm13, size_t padding = 0) {
  auto row = catalog::find(suite);
  auto sizes = catalog::key_sizes(*row, row->last);
  Buffer key(sizes.key, 2), iv(sizes.iv, 3);
  auto made = make_protection13(*row, key, iv, padding);
  EXPECT_TRUE(made.has_value()) << row->name;
  return std::move(*made);
}

/// One record, not protected unless the fragment already is.
inline Buffer wire(uint8_t type, Bytes fragment, uint16_t version = 0x0303) {
  Buffer bytes(header_size + fragment.size());
  bytes[0] = type;
  for (size_t i = 0; i < 2; ++i) {
    bytes[1 + i] = static_cast<uint8_t>(version >> 8 * (1 - i));
    bytes[3 + i] = static_cast<uint8_t>(fragment.size() >> 8 * (1 - i));
  }
  std::ranges::copy(fragment, bytes.begin() + header_size);
  return bytes;
}

/// Gives the reader as many of the bytes as it has room for; how many.
inline size_t feed(Reader& reader, Bytes bytes) {
  auto room = reader.input();
  auto n = std::min(room.size(), bytes.size());
  std::copy_n(bytes.begin(), n, room.begin());
  reader.received(n);
  return n;
}

}  // namespace handfast::record
