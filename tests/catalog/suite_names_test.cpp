#include <catalog/suite_names.hpp>

#include <catalog/suites.hpp>
#include <gtest/gtest.h>

namespace handfast::catalog {
namespace {

TEST(SuiteNames, EveryRegisteredSuiteIsNamedAndFoundByItsName) {
  EXPECT_GT(suite_names().size(), 350u);
  for (const auto& row : suite_names()) {
    EXPECT_EQ(name(row.suite), row.name);
    EXPECT_EQ(registered_suite(row.name), row.suite);
    EXPECT_TRUE(row.name.starts_with("TLS_"));
  }
  EXPECT_EQ(name(Suite(0x0005)), "TLS_RSA_WITH_RC4_128_SHA");
  EXPECT_EQ(name(Suite(0xc0b0)), "TLS_ECCPWD_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(name(Suite(0xd004)), "");
  EXPECT_EQ(printable(Suite(0xd004)), "0xd004");
  EXPECT_EQ(name(Suite(0x0a0a)), "GREASE");
  EXPECT_EQ(registered_suite("tls_rsa_with_rc4_128_sha"), Suite(0x0005));
  EXPECT_FALSE(registered_suite("TLS_RSA_WITH_ROT13"));
}

TEST(SuiteNames, TheRowsOfTheCatalogAreAmongThem) {
  for (const auto& row : suites()) {
    EXPECT_EQ(registered_name(row.suite), row.name);
    const auto facts = facts_of(row.name);
    EXPECT_EQ(facts.first, row.first) << row.name;
    EXPECT_EQ(facts.last, row.last) << row.name;
  }
}

TEST(SuiteNames, WhatIsNotImplementedSaysWhy) {
  for (const auto& row : suite_names()) EXPECT_FALSE(facts_of(row.name).why_not.empty()) << row.name;
  const std::pair<const char*, const char*> reasons[] = {
      {"TLS_RSA_WITH_RC4_128_SHA", "RFC 7465"},        {"TLS_RSA_EXPORT_WITH_RC4_40_MD5", "FREAK"},
      {"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "SWEET32"},    {"TLS_RSA_WITH_DES_CBC_SHA", "56-bit"},
      {"TLS_KRB5_WITH_RC4_128_SHA", "RFC 7465"},       {"TLS_ECDH_RSA_WITH_AES_128_CBC_SHA", "static Diffie-Hellman"},
      {"TLS_DH_DSS_WITH_AES_128_CBC_SHA", "static"},   {"TLS_DHE_DSS_WITH_AES_128_CBC_SHA", "DSA"},
      {"TLS_SRP_SHA_WITH_AES_128_CBC_SHA", "SRP"},     {"TLS_SM4_GCM_SM3", "SM4"},
      {"TLS_FALLBACK_SCSV", "signal"},                 {"TLS_RSA_PSK_WITH_AES_128_CBC_SHA", "static RSA"},
  };
  for (const auto& [suite, reason] : reasons) EXPECT_NE(facts_of(suite).why_not.find(reason), std::string_view::npos) << suite;
}

TEST(SuiteNames, FactsAreReadOffTheName) {
  const std::tuple<const char*, const char*, const char*> expected[] = {
      {"TLS_RSA_WITH_AES_128_CBC_SHA", "RSA", "AES-128-CBC, HMAC-SHA1"},
      {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE ECDSA", "AES-256-GCM"},
      {"TLS_PSK_DHE_WITH_AES_128_CCM_8", "DHE PSK", "AES-128-CCM-8"},
      {"TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "DHE RSA", "CHACHA20-POLY1305"},
      {"TLS_ECDH_anon_WITH_NULL_SHA", "ECDH anon", "no encryption, HMAC-SHA1"},
      {"TLS_SHA384_SHA384", "any", "no encryption, HMAC-SHA384"},
      {"TLS_AES_128_CCM_8_SHA256", "any", "AES-128-CCM-8"},
      {"TLS_NULL_WITH_NULL_NULL", "NULL", "no encryption, no MAC"},
      {"TLS_GOSTR341112_256_WITH_MAGMA_MGM_S", "GOSTR341112 256", "MAGMA-MGM-S"},
      {"TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "RSA EXPORT", "RC2-CBC-40, HMAC-MD5"},
      {"TLS_FALLBACK_SCSV", "", ""},
  };
  for (const auto& [suite, keys, protection] : expected) {
    EXPECT_EQ(facts_of(suite).key_exchange, keys) << suite;
    EXPECT_EQ(facts_of(suite).protection, protection) << suite;
  }
}

TEST(OtherNames, GroupsAndSchemesThatAreNotImplementedHaveNames) {
  EXPECT_EQ(name(Group(26)), "brainpoolP256r1");
  EXPECT_EQ(name(Group(0x11ed)), "SecP384r1MLKEM1024");
  EXPECT_EQ(name(Scheme(0x0303)), "ecdsa_sha224");
  EXPECT_EQ(name(Scheme::rsa_pkcs1_sha1), "rsa_pkcs1_sha1");
  EXPECT_FALSE(group_from("secp256k1"));
  EXPECT_FALSE(scheme_from("rsa_pkcs1_md5"));
}

}  // namespace
}  // namespace handfast::catalog
