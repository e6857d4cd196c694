// Parsing with few decoders finds the same keys as libcrypto does with all of them.
#include <gtest/gtest.h>
#include <openssl/core_names.h>

#include <crypto/certificate.hpp>
#include <crypto/hash.hpp>
#include <crypto/key_decoders.hpp>
#include <crypto/owned.hpp>
#include <crypto/point_key.hpp>
#include <functional>
#include <thread>

namespace handfast::crypto {
namespace {

OwnedKey make_key(const char* type, const std::function<void(EVP_PKEY_CTX*)>& prepare = {}) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY_keygen_init(context.get());
  if (prepare) prepare(context.get());
  EVP_PKEY* key = nullptr;
  EVP_PKEY_generate(context.get(), &key);
  return OwnedKey(key);
}

OwnedKey make_curve_key(const char* curve, const char* encoding = "named_curve", const char* format = "uncompressed") {
  return make_key("EC", [&](EVP_PKEY_CTX* context) {
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(curve), 0),
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_ENCODING, const_cast<char*>(encoding), 0),
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, const_cast<char*>(format), 0),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX_set_params(context, parameters);
  });
}

Buffer certificate_of(EVP_PKEY* key) {
  static const auto issuer = make_curve_key("P-256");
  OwnedCertificate made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  const auto* name = reinterpret_cast<const unsigned char*>("someone");
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, name, -1, -1, 0);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  EXPECT_GT(X509_set_pubkey(made.get(), key), 0);
  EXPECT_GT(X509_sign(made.get(), issuer.get(), EVP_sha256()), 0);
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(made.get(), &bytes);
  const OwnedBytes owned(bytes);
  return {bytes, bytes + size};
}

/// As libcrypto parses it by itself.
Certificate parse_plainly(const Buffer& der) {
  const auto* next = der.data();
  return Certificate(
      std::shared_ptr<void>(d2i_X509(nullptr, &next, static_cast<long>(der.size())), Release<X509_free>()));
}

EVP_PKEY* key_in(const Certificate& certificate) { return X509_get0_pubkey(static_cast<X509*>(certificate.native())); }

void expect_same(EVP_PKEY* key) {
  ASSERT_TRUE(key);
  const auto der = certificate_of(key);
  const auto parsed = Certificate::parse(der);
  const auto expected = parse_plainly(der);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->der(), der);
  EXPECT_EQ(EVP_PKEY_eq(key_in(*parsed), key_in(expected)), 1);
  EXPECT_EQ(parsed->key().type(), expected.key().type());
  EXPECT_EQ(parsed->key().bits(), expected.key().bits());
  EXPECT_EQ(parsed->key().curve(), expected.key().curve());
  EXPECT_EQ(parsed->key().description(), expected.key().description());
}

void expect_verifies(OwnedKey key, Scheme scheme) {
  const auto parsed = Certificate::parse(certificate_of(key.get()));
  ASSERT_TRUE(parsed);
  const auto message = as_bytes("what is signed"), other = as_bytes("what is not");
  const PrivateKey own(std::shared_ptr<void>(key.release(), Release<EVP_PKEY_free>()));
  const auto signature = own.sign(scheme, Version::tls12, message);
  ASSERT_TRUE(signature);
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_TRUE(parsed->key().verify(scheme, Version::tls12, message, *signature));
    EXPECT_FALSE(parsed->key().verify(scheme, Version::tls12, other, *signature));
  }
}

TEST(KeyDecoders, FindTheSameKeys) {
  const auto rsa = [](EVP_PKEY_CTX* context) { EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048); };
  for (const auto* type : {"RSA", "RSA-PSS"}) {
    SCOPED_TRACE(type);
    expect_same(make_key(type, rsa).get());
  }
  for (const auto* curve : {"P-256", "P-384", "P-521", "P-224", "secp256k1"}) {
    SCOPED_TRACE(curve);
    expect_same(make_curve_key(curve).get());
    expect_same(make_curve_key(curve, "named_curve", "compressed").get());
    expect_same(make_curve_key(curve, "explicit").get());
  }
  for (const auto* type : {"ED25519", "ED448", "X25519", "X448"}) {  // a key exchange's signs nothing, but has a name
    SCOPED_TRACE(type);
    expect_same(make_key(type).get());
  }
}

TEST(KeyDecoders, FindKeysThatVerify) {
  expect_verifies(make_curve_key("P-256"), Scheme::ecdsa_secp256r1_sha256);
  expect_verifies(make_curve_key("P-256"), Scheme::ecdsa_secp256r1_sha256);  // a copy of the one before it
  expect_verifies(make_curve_key("P-256", "named_curve", "compressed"), Scheme::ecdsa_secp256r1_sha256);
  expect_verifies(make_curve_key("P-384"), Scheme::ecdsa_secp384r1_sha384);
  expect_verifies(make_curve_key("P-521"), Scheme::ecdsa_secp521r1_sha512);
  expect_verifies(make_key("ED25519"), Scheme::ed25519);
  const auto rsa = [](EVP_PKEY_CTX* context) { EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048); };
  expect_verifies(make_key("RSA", rsa), Scheme::rsa_pss_rsae_sha256);
  expect_verifies(make_key("RSA", rsa), Scheme::rsa_pkcs1_sha256);
  expect_verifies(make_key("RSA-PSS", rsa), Scheme::rsa_pss_pss_sha256);
}

TEST(KeyDecoders, LeaveTheThreadsContextAsItWas) {
  const auto der = certificate_of(make_curve_key("P-256").get());
  const auto current = [] { return OSSL_LIB_CTX_set0_default(nullptr); };  // null changes nothing
  const auto* global = OSSL_LIB_CTX_get0_global_default();
  ASSERT_TRUE(Certificate::parse(der));
  EXPECT_EQ(current(), global);
  {
    const KeyDecodersOnly few;
    EXPECT_NE(current(), global);
  }
  EXPECT_EQ(current(), global);

  std::thread([&] {
    Owned<OSSL_LIB_CTX, OSSL_LIB_CTX_free> own(OSSL_LIB_CTX_new());
    OSSL_LIB_CTX_set0_default(own.get());
    EXPECT_TRUE(Certificate::parse(der));
    EXPECT_EQ(current(), own.get());
    OSSL_LIB_CTX_set0_default(OSSL_LIB_CTX_get0_global_default());
  }).join();
}

TEST(KeyDecoders, ServeSeveralThreads) {
  const auto one = certificate_of(make_curve_key("P-256").get()), two = certificate_of(make_key("ED25519").get());
  std::vector<std::thread> threads;
  for (const auto* der : {&one, &two, &one, &two})
    threads.emplace_back([der] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(Certificate::parse(*der)->key().type() != KeyType::other);
    });
  for (auto& thread : threads) thread.join();
}

TEST(PointKey, RefusesWhatIsNoPoint) {
  const auto key = make_curve_key("P-256");
  std::array<uint8_t, 65> point{};
  size_t size = 0;
  ASSERT_GT(EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size), 0);
  EXPECT_TRUE(key_of_point(Group::secp256r1, point));
  EXPECT_FALSE(key_of_point(Group::secp384r1, point));
  EXPECT_FALSE(key_of_point(Group::x25519, point));
  EXPECT_FALSE(key_of_point(Group::secp256r1, {}));
  EXPECT_FALSE(key_of_point(Group::secp256r1, Bytes(point).first(64)));
  auto elsewhere = point;
  elsewhere[64] ^= 1;
  EXPECT_FALSE(key_of_point(Group::secp256r1, elsewhere));
  auto hybrid = point;
  hybrid[0] = 6;
  EXPECT_FALSE(key_of_point(Group::secp256r1, hybrid));
}

}  // namespace
}  // namespace handfast::crypto
