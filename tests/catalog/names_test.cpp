#include <handfast/names.hpp>

#include <gtest/gtest.h>

namespace handfast {
namespace {

TEST(Names, LeadBackToWhatTheyName) {
  for (auto version : {Version::ssl30, Version::tls10, Version::tls11, Version::tls12, Version::tls13})
    EXPECT_EQ(version_from(name(version)), version);
  for (auto suite : implemented_suites()) EXPECT_EQ(suite_from(name(suite)), suite);
  for (auto group : default_groups()) EXPECT_EQ(group_from(name(group)), group);
  for (auto scheme : default_schemes()) EXPECT_EQ(scheme_from(name(scheme)), scheme);
  for (auto algorithm : {CertificateCompression::zlib, CertificateCompression::brotli, CertificateCompression::zstd})
    EXPECT_EQ(certificate_compression_from(name(algorithm)), algorithm);
}

TEST(Names, AreReadInEverySpelling) {
  EXPECT_EQ(version_from("1.2"), Version::tls12);
  EXPECT_EQ(version_from("tls 1.3"), Version::tls13);
  EXPECT_EQ(suite_from("ecdhe-rsa-aes128-gcm-sha256"), Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
  EXPECT_EQ(group_from("P-256"), Group::secp256r1);
  EXPECT_EQ(group_from("x25519mlkem768"), Group::X25519MLKEM768);
  EXPECT_EQ(certificate_compression_from("Brotli"), CertificateCompression::brotli);
}

TEST(Names, ThatNobodyHasLeadNowhere) {
  for (const char* text : {"", "1.4", "TLS 1", "TLS_RSA_WITH_ROT13", "gzip", "P-"}) {
    EXPECT_FALSE(version_from(text)) << text;
    EXPECT_FALSE(suite_from(text)) << text;
    EXPECT_FALSE(group_from(text)) << text;
    EXPECT_FALSE(scheme_from(text)) << text;
    EXPECT_FALSE(certificate_compression_from(text)) << text;
  }
}

TEST(Names, OfNumbersThatHaveNoneAreTheNumbers) {
  EXPECT_EQ(printable(Version(0x0305)), "0x0305");
  EXPECT_EQ(printable(Version(0x1a1a)), "GREASE");
  EXPECT_EQ(printable(Group(0xfe00)), "0xfe00");
  EXPECT_EQ(printable(Scheme(0xfe00)), "0xfe00");
  EXPECT_EQ(printable(CertificateType(9)), "0x0009");
  EXPECT_EQ(printable(CertificateCompression(9)), "0x0009");
}

}  // namespace
}  // namespace handfast
