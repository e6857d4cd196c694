// Certificates that our own issuing does not make: other curves, digests and extensions.
#include <gtest/gtest.h>

#include <crypto/certificate.hpp>
#include <crypto/distinguished_name.hpp>
#include <crypto/end_point.hpp>
#include <crypto/hash.hpp>
#include <crypto/issue.hpp>
#include <crypto/owned.hpp>
#include <handfast/identity.hpp>
#include <stdexcept>

namespace handfast::crypto {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return *std::move(result);
}

KeyHandle ec_key(const char* curve) { return KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve), Release<EVP_PKEY_free>()); }

EVP_PKEY* native(const KeyHandle& key) { return static_cast<EVP_PKEY*>(key.get()); }

void push_address(GENERAL_NAMES* names, Bytes address) {
  auto* value = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(value, address.data(), static_cast<int>(address.size()));
  auto* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, GEN_IPADD, value);
  sk_GENERAL_NAME_push(names, name);
}

/// A self-signed certificate of "crafted", for the addresses.
Certificate crafted(const KeyHandle& key, const EVP_MD* digest, const std::vector<Buffer>& addresses = {}) {
  const OwnedCertificate made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 7);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), 1'800'000'000);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), 1'900'000'000);
  X509_set_pubkey(made.get(), native(key));
  X509_NAME_add_entry_by_NID(X509_get_subject_name(made.get()), NID_commonName, MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("crafted"), -1, -1, 0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
  if (!addresses.empty()) {
    const Owned<GENERAL_NAMES, GENERAL_NAMES_free> names(GENERAL_NAMES_new());
    for (const auto& address : addresses) push_address(names.get(), address);
    X509_add1_ext_i2d(made.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT);
  }
  if (X509_sign(made.get(), native(key), digest) <= 0) throw std::runtime_error("not signed");
  unsigned char* der = nullptr;
  const int size = i2d_X509(made.get(), &der);
  const OwnedBytes owned(der);
  return must(Certificate::parse(Bytes(der, static_cast<size_t>(size))));
}

// RFC 5929 section 4.1: the hash is that of the signature, but SHA-256 for what is weaker.
TEST(EndPointHash, IsThatOfTheSignature) {
  const auto key = must(make_key(NewKey::p256));
  const auto expect = [](const Certificate& certificate, HashAlgorithm algorithm) {
    const auto value = hash(algorithm, certificate.der());
    const auto found = end_point_hash(certificate);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, Buffer(value.view().begin(), value.view().end()));
  };
  expect(crafted(key, EVP_sha1()), HashAlgorithm::sha256);
  expect(crafted(key, EVP_sha256()), HashAlgorithm::sha256);
  expect(crafted(key, EVP_sha384()), HashAlgorithm::sha384);
  expect(crafted(key, EVP_sha512()), HashAlgorithm::sha512);
  EXPECT_FALSE(end_point_hash(crafted(key, EVP_sha224())));
  EXPECT_FALSE(end_point_hash(crafted(must(make_key(NewKey::ed25519)), nullptr)));
}

TEST(Identity, RefusesCurvesThatTlsHasNot) {
  const auto key = ec_key("secp256k1");
  const auto made = Identity::from_pem(certificate_to_pem(crafted(key, EVP_sha256())), as_text(must(key_to_pem(key)).view()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::key_unsupported);
  EXPECT_NE(made.error().facts[0].find("use ECDSA over P-256, P-384 or P-521, RSA, Ed25519 or Ed448"), std::string::npos);
}

TEST(Certificate, ShowsAddressesThatAreNone) {
  const auto made = crafted(must(make_key(NewKey::p256)), EVP_sha256(), {{192, 0, 2, 1}, {1, 2, 3, 4, 5}, {}});
  EXPECT_EQ(made.names(), (std::vector<std::string>{"192.0.2.1", "malformed address 0102030405", "malformed address "}));
  EXPECT_TRUE(made.names_host("192.0.2.1"));
  EXPECT_FALSE(made.names_host("1.2.3.4"));
}

TEST(Certificate, AuthoritiesMayIssueAndOthersMayNot) {
  const auto key = must(make_key(NewKey::p256));
  const auto from = std::chrono::system_clock::from_time_t(1'800'000'000);
  const Validity valid{from, from + std::chrono::hours(24)};
  const auto authority = must(issue_certificate({.common_name = "CA", .purpose = Purpose::authority, .valid = valid}, key, nullptr));
  EXPECT_TRUE(authority.is_authority());
  EXPECT_EQ(authority.not_before(), from);
  const auto server = must(issue_certificate({.common_name = "s", .valid = valid, .dns_names = {"s.example"}}, key, nullptr));
  EXPECT_FALSE(server.is_authority());
}

TEST(DistinguishedName, IsReadFromTheWire) {
  const auto made = crafted(must(make_key(NewKey::p256)), EVP_sha256());
  auto der = made.subject_der();
  EXPECT_EQ(must(name_text(der)), "CN=crafted");
  EXPECT_FALSE(name_text(Bytes(der).first(der.size() - 1)));
  EXPECT_FALSE(name_text({}));
}

TEST(IssuerFromPem, IsACertificateWithItsKey) {
  const auto key = must(make_key(NewKey::p256)), other = must(make_key(NewKey::p256));
  const auto certificate = certificate_to_pem(crafted(key, EVP_sha256()));
  EXPECT_TRUE(issuer_from_pem(certificate, as_text(must(key_to_pem(key)).view()), "ca.pem"));
  const auto wrong = issuer_from_pem(certificate, as_text(must(key_to_pem(other)).view()), "ca.pem");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().fault, Fault::key_mismatch);
  EXPECT_EQ(wrong.error().facts[0], "ca.pem: the key is not that of CN=crafted");
  EXPECT_EQ(issuer_from_pem(certificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "ca.pem").error().facts[0],
            "ca.pem: the private key does not parse: is it cut off, or of an unknown kind?");
}

TEST(IssueCertificate, RefusesLongNames) {
  const auto key = must(make_key(NewKey::p256));
  EXPECT_TRUE(issue_certificate({.common_name = std::string(64, 'n'), .valid = {}}, key, nullptr));
  EXPECT_EQ(issue_certificate({.common_name = std::string(65, 'n'), .valid = {}}, key, nullptr).error().fault, Fault::server_name_invalid);
}

}  // namespace
}  // namespace handfast::crypto
