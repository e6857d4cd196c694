// Parsed certificates that are kept: bounded, the least recently used leaves first.
#include <gtest/gtest.h>

#include <crypto/known_certificates.hpp>
#include <support/identities.hpp>

namespace handfast::crypto {
namespace {

Buffer der_of(const std::string& common_name) { return support::client_identity(common_name).chain().front(); }

void keep(KnownCertificates& known, const Buffer& der) {
  auto certificate = Certificate::parse(der);
  ASSERT_TRUE(certificate);
  known.keep(der, *certificate);
}

TEST(KnownCertificates, GivesBackWhatItKeeps) {
  KnownCertificates known;
  const auto der = der_of("alice");
  EXPECT_FALSE(known.find(der));
  keep(known, der);
  auto found = known.find(der);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->der(), der);
  keep(known, der);
  EXPECT_EQ(known.size(), 1u);
  known.forget_all();
  EXPECT_FALSE(known.find(der));
}

TEST(KnownCertificates, AnyOtherByteIsAnotherCertificate) {
  KnownCertificates known;
  auto der = der_of("alice");
  keep(known, der);
  der.back() ^= 1;
  EXPECT_FALSE(known.find(der));
}

TEST(KnownCertificates, TheLeastRecentlyUsedLeaves) {
  KnownCertificates known(2);
  const auto alice = der_of("alice"), bob = der_of("bob"), carol = der_of("carol");
  keep(known, alice);
  keep(known, bob);
  EXPECT_TRUE(known.find(alice));
  keep(known, carol);
  EXPECT_EQ(known.size(), 2u);
  EXPECT_TRUE(known.find(alice));
  EXPECT_FALSE(known.find(bob));
  EXPECT_TRUE(known.find(carol));
}

TEST(KnownCertificates, KeepsNoneWhereItMayNot) {
  KnownCertificates known(0);
  keep(known, der_of("alice"));
  EXPECT_EQ(known.size(), 0u);
}

}  // namespace
}  // namespace handfast::crypto
