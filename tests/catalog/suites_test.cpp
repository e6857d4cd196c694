#include <catalog/suites.hpp>

#include <gtest/gtest.h>

namespace handfast::catalog {
namespace {

TEST(Suites, EveryRowFoundByItsNumberAndName) {
  for (const auto& row : suites()) {
    EXPECT_EQ(find(row.suite), &row);
    EXPECT_EQ(suite_from(row.name), row.suite);
    EXPECT_EQ(suite_from(row.openssl_name), row.suite);
    EXPECT_EQ(name(row.suite), row.name);
  }

}

TEST(Suites, DefaultsAreForwardSecretAuthenticatedAndWithAWholeTag) {
  size_t defaults = 0;
  for (const auto& row : suites()) {
    EXPECT_EQ(row.why_not.empty(), row.on_by_default) << row.name;
    if (!row.on_by_default) continue;
    ++defaults;
    EXPECT_TRUE(is_aead(row) && has_certificate(row) && row.cipher != Cipher::aes_128_ccm_8) << row.name;
    EXPECT_TRUE(row.key_exchange == KeyExchange::ecdhe || row.key_exchange == KeyExchange::any) << row.name;
  }
  EXPECT_EQ(defaults, 10u);
}

TEST(Suites, RowsAgreeWithTheirNames) {
  for (const auto& row : suites()) {
    const auto has = [&](std::string_view part) { return row.name.find(part) != row.name.npos; };
    EXPECT_EQ(!has("_WITH_"), row.last == Version::tls13) << row.name;
    EXPECT_EQ(has("ECDHE_") || has("ECDH_"), row.key_exchange == KeyExchange::ecdhe) << row.name;
    EXPECT_EQ(has("_DHE_") || has("_DH_"), row.key_exchange == KeyExchange::dhe) << row.name;
    EXPECT_EQ(has("TLS_RSA_"), row.key_exchange == KeyExchange::rsa) << row.name;
    EXPECT_EQ(has("ECDSA"), row.authentication == Authentication::ecdsa) << row.name;
    EXPECT_EQ(has("PSK"), row.authentication == Authentication::psk) << row.name;
    EXPECT_EQ(has("anon"), row.authentication == Authentication::anonymous) << row.name;
    EXPECT_EQ(has("SHA384"), row.prf == Prf::sha384) << row.name;
    EXPECT_EQ(has("_CBC_"), is_block_cipher(row.cipher)) << row.name;
    const bool is_null = has("NULL") || row.name == "TLS_SHA256_SHA256" || row.name == "TLS_SHA384_SHA384";
    EXPECT_EQ(is_null, row.cipher == Cipher::null) << row.name;
    EXPECT_EQ(!is_null && !has("_128_"), !is_null && key_sizes(row, row.last).key == 32) << row.name;
    // RFC 5487 section 3 and RFC 5489 section 3 let the PSK suites with a newer hash be used before TLS 1.2.
    const bool is_old = row.name.ends_with("_SHA") || row.name.ends_with("_MD5") || (has("PSK") && !is_aead(row));
    EXPECT_EQ(row.first == Version::tls10, is_old) << row.name;
  }
}

TEST(Suites, KeySizes) {
  auto sizes = [](Suite suite) { return key_sizes(*find(suite), find(suite)->last); };
  auto gcm = sizes(Suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384);
  EXPECT_EQ(std::tuple(gcm.mac, gcm.key, gcm.iv), std::tuple(0, 32, 4));
  auto chacha = sizes(Suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);
  EXPECT_EQ(std::tuple(chacha.mac, chacha.key, chacha.iv), std::tuple(0, 32, 12));
  auto gcm13 = sizes(Suite::TLS_AES_128_GCM_SHA256);
  EXPECT_EQ(std::tuple(gcm13.mac, gcm13.key, gcm13.iv), std::tuple(0, 16, 12));
  auto cbc = sizes(Suite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384);
  EXPECT_EQ(std::tuple(cbc.mac, cbc.key, cbc.iv), std::tuple(48, 32, 0));
}

}  // namespace
}  // namespace handfast::catalog
