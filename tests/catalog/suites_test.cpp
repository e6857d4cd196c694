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
  EXPECT_EQ(suites().size(), 25u);
}

TEST(Suites, DefaultsAreForwardSecretWithAWholeTag) {
  for (const auto& row : suites()) {
    bool is_good = is_aead(row) && row.key_exchange != KeyExchange::rsa && row.cipher != Cipher::aes_128_ccm_8;
    EXPECT_EQ(row.on_by_default, is_good) << row.name;
    EXPECT_EQ(row.why_not.empty(), row.on_by_default) << row.name;
  }
}

TEST(Suites, RowsAgreeWithTheirNames) {
  for (const auto& row : suites()) {
    EXPECT_EQ(row.name.find("_WITH_") == row.name.npos, row.last == Version::tls13) << row.name;
    EXPECT_EQ(row.name.find("ECDHE") != row.name.npos, row.key_exchange == KeyExchange::ecdhe) << row.name;
    EXPECT_EQ(row.name.find("ECDSA") != row.name.npos, row.authentication == Authentication::ecdsa) << row.name;
    EXPECT_EQ(row.name.ends_with("SHA384"), row.prf == Prf::sha384) << row.name;
    EXPECT_EQ(row.name.find("CBC") != row.name.npos, !is_aead(row)) << row.name;
    EXPECT_EQ(row.name.find("_128_") == row.name.npos, key_sizes(row, row.last).key == 32) << row.name;
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
