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
inline std::unique_ptr<Protection> protection(const catalog::SuiteRow& row, Version version, bool encrypt_then_mac = false) {
  auto sizes = catalog::key_sizes(row, version);
  Buffer mac_key(sizes.mac, 1), key(sizes.key, 2), iv(sizes.iv, 3);
  auto made = make_protection12(row, version, {mac_key, key, iv}, encrypt_then_mac);
  EXPECT_TRUE(made.has_value()) << row.name;
  return std::move(*made);
}
inline std::unique_ptr<Protection> protection(Suite suite, bool encrypt_then_mac = false) {
  return protection(*catalog::find(suite), Version::tls12, encrypt_then_mac);
}

/// The same for a suite of TLS 1.3.
inline std::unique_ptr<Protection> protection13(const catalog::SuiteRow& row, size_t padding = 0) {
  auto sizes = catalog::key_sizes(row, Version::tls13);
  Buffer key(sizes.key, 2), iv(sizes.iv, 3);
  auto made = make_protection13(row, key, iv, padding);
  EXPECT_TRUE(made.has_value()) << row.name;
  return std::move(*made);
}
inline std::unique_ptr<Protection> protection13(Suite suite = gcm13, size_t padding = 0) {
  return protection13(*catalog::find(suite), padding);
}

/// A row that protects records this way, whether the catalog has such a suite or not.
inline catalog::SuiteRow row_with(std::string_view name, catalog::Cipher cipher, catalog::Mac mac, Version first, Version last) {
  auto row = *catalog::find(first == Version::tls13 ? gcm13 : gcm);
  row.name = name;
  row.cipher = cipher;
  row.mac = mac;
  row.first = first;
  row.last = last;
  return row;
}

/// One row for each way to protect records before TLS 1.3.
inline std::vector<catalog::SuiteRow> rows12() {
  using enum catalog::Cipher;
  using enum catalog::Mac;
  using enum Version;
  return {row_with("AES-128-GCM", aes_128_gcm, aead, tls12, tls12),
          row_with("AES-256-GCM", aes_256_gcm, aead, tls12, tls12),
          row_with("ChaCha20-Poly1305", chacha20_poly1305, aead, tls12, tls12),
          row_with("AES-128-CCM", aes_128_ccm, aead, tls12, tls12),
          row_with("AES-256-CCM", aes_256_ccm, aead, tls12, tls12),
          row_with("AES-128-CCM-8", aes_128_ccm_8, aead, tls12, tls12),
          row_with("AES-256-CCM-8", aes_256_ccm_8, aead, tls12, tls12),
          row_with("ARIA-128-GCM", aria_128_gcm, aead, tls12, tls12),
          row_with("ARIA-256-GCM", aria_256_gcm, aead, tls12, tls12),
          row_with("AES-128-CBC with HMAC-SHA1", aes_128_cbc, hmac_sha1, tls10, tls12),
          row_with("AES-256-CBC with HMAC-SHA1", aes_256_cbc, hmac_sha1, tls10, tls12),
          row_with("AES-128-CBC with HMAC-SHA256", aes_128_cbc, hmac_sha256, tls12, tls12),
          row_with("AES-256-CBC with HMAC-SHA384", aes_256_cbc, hmac_sha384, tls12, tls12),
          row_with("Camellia-128-CBC with HMAC-SHA1", camellia_128_cbc, hmac_sha1, tls10, tls12),
          row_with("Camellia-256-CBC with HMAC-SHA1", camellia_256_cbc, hmac_sha1, tls10, tls12),
          row_with("Camellia-128-CBC with HMAC-SHA256", camellia_128_cbc, hmac_sha256, tls12, tls12),
          row_with("Camellia-256-CBC with HMAC-SHA384", camellia_256_cbc, hmac_sha384, tls12, tls12),
          row_with("no encryption, HMAC-MD5", null, hmac_md5, tls10, tls12),
          row_with("no encryption, HMAC-SHA1", null, hmac_sha1, tls10, tls12),
          row_with("no encryption, HMAC-SHA256", null, hmac_sha256, tls12, tls12),
          row_with("no encryption, HMAC-SHA384", null, hmac_sha384, tls12, tls12)};
}

/// TLS_SHA256_SHA256 and TLS_SHA384_SHA384 (RFC 9150).
inline std::vector<catalog::SuiteRow> integrity_only13() {
  using enum catalog::Mac;
  return {row_with("no encryption, HMAC-SHA256", catalog::Cipher::null, hmac_sha256, Version::tls13, Version::tls13),
          row_with("no encryption, HMAC-SHA384", catalog::Cipher::null, hmac_sha384, Version::tls13, Version::tls13)};
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
