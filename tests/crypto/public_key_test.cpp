#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <crypto/hash.hpp>
#include <crypto/public_key.hpp>
#include <crypto/scheme_algorithms.hpp>
#include <set>
#include <thread>

namespace handfast::crypto {
namespace {

std::shared_ptr<void> owned(EVP_PKEY* key) {
  EXPECT_NE(key, nullptr);
  return {key, [](void* k) { EVP_PKEY_free(static_cast<EVP_PKEY*>(k)); }};
}
std::shared_ptr<void> ec(const char* curve) { return owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); }
std::shared_ptr<void> rsa(size_t bits) { return owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)); }
std::shared_ptr<void> edwards(const char* name) { return owned(EVP_PKEY_Q_keygen(nullptr, nullptr, name)); }
std::shared_ptr<void> rsa_pss() {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
  EVP_PKEY_keygen_init(context.get());
  EVP_PKEY* key = nullptr;
  EVP_PKEY_generate(context.get(), &key);
  return owned(key);
}

const std::shared_ptr<void>& rsa_2048() {
  static const auto key = rsa(2048);
  return key;
}

const auto message = as_bytes("what is signed");

TEST(PublicKey, SaysWhatItIs) {
  EXPECT_EQ(PublicKey(rsa_2048()).description(), "RSA 2048");
  EXPECT_EQ(PublicKey(rsa_pss()).description(), "RSA-PSS 2048");
  EXPECT_EQ(PublicKey(ec("P-256")).description(), "ECDSA P-256");
  EXPECT_EQ(PublicKey(ec("P-521")).description(), "ECDSA P-521");
  EXPECT_EQ(PublicKey(ec("secp256k1")).description(), "ECDSA secp256k1");
  EXPECT_EQ(PublicKey(edwards("ED25519")).description(), "Ed25519");
  EXPECT_EQ(PublicKey(edwards("X25519")).type(), KeyType::other);
  EXPECT_EQ(PublicKey(ec("P-384")).curve(), Group::secp384r1);
  EXPECT_EQ(PublicKey().type(), KeyType::other);
}

TEST(PublicKey, FitsTheSchemesOfItsKindAndVersion) {
  const PublicKey p256(ec("P-256")), rsa_key(rsa_2048()), pss_key(rsa_pss()), ed(edwards("ED25519"));
  EXPECT_TRUE(p256.fits(Scheme::ecdsa_secp256r1_sha256, Version::tls13));
  EXPECT_FALSE(p256.fits(Scheme::ecdsa_secp384r1_sha384, Version::tls13));
  EXPECT_TRUE(p256.fits(Scheme::ecdsa_secp384r1_sha384, Version::tls12));
  EXPECT_FALSE(p256.fits(Scheme::rsa_pkcs1_sha256, Version::tls12));
  EXPECT_TRUE(rsa_key.fits(Scheme::rsa_pkcs1_sha256, Version::tls12));
  EXPECT_FALSE(rsa_key.fits(Scheme::rsa_pkcs1_sha256, Version::tls13));
  EXPECT_TRUE(rsa_key.fits(Scheme::rsa_pss_rsae_sha256, Version::tls13));
  EXPECT_FALSE(rsa_key.fits(Scheme::rsa_pss_pss_sha256, Version::tls13));
  EXPECT_TRUE(pss_key.fits(Scheme::rsa_pss_pss_sha256, Version::tls12));
  EXPECT_FALSE(pss_key.fits(Scheme::rsa_pkcs1_sha256, Version::tls12));
  EXPECT_TRUE(ed.fits(Scheme::ed25519, Version::tls12));
  EXPECT_FALSE(ed.fits(Scheme::ed448, Version::tls12));
  EXPECT_FALSE(rsa_key.fits(Scheme::rsa_pkcs1_sha1, Version::tls12));
  EXPECT_FALSE(p256.fits(Scheme::ecdsa_sha1, Version::tls12));
  EXPECT_FALSE(PublicKey(ec("secp256k1")).fits(Scheme::ecdsa_secp256r1_sha256, Version::tls12));
  EXPECT_FALSE(PublicKey(rsa(1024)).fits(Scheme::rsa_pss_rsae_sha512, Version::tls12));
  EXPECT_TRUE(PublicKey(rsa(1024)).fits(Scheme::rsa_pss_rsae_sha384, Version::tls12));
  EXPECT_FALSE(PublicKey(rsa(512)).fits(Scheme::rsa_pkcs1_sha512, Version::tls12));
  EXPECT_TRUE(PublicKey(rsa(512)).fits(Scheme::rsa_pkcs1_sha256, Version::tls12));
  EXPECT_FALSE(PublicKey().fits(Scheme::ed25519, Version::tls12));
}

TEST(PrivateKey, SignsWhatItsPublicHalfVerifiesInEveryScheme) {
  const std::shared_ptr<void> keys[] = {rsa_2048(),  rsa_pss(),          ec("P-256"),     ec("P-384"),
                                        ec("P-521"), edwards("ED25519"), edwards("ED448")};
  size_t signatures = 0;
  for (const auto& key : keys) {
    const PrivateKey secret(key);
    const auto half = secret.public_key();
    for (const auto& row : scheme_algorithms()) {
      auto signature = secret.sign(row.scheme, Version::tls12, message);
      ASSERT_EQ(signature.has_value(), half.fits(row.scheme, Version::tls12))
          << half.description() << printable(row.scheme);
      if (!signature) {
        EXPECT_EQ(signature.error().fault, Fault::scheme_not_for_key);
        continue;
      }
      ++signatures;
      EXPECT_TRUE(half.verify(row.scheme, Version::tls12, message, *signature)) << printable(row.scheme);
      auto wrong = half.verify(row.scheme, Version::tls12, as_bytes("something else"), *signature);
      ASSERT_FALSE(wrong);
      EXPECT_EQ(wrong.error().fault, Fault::signature_invalid);
      (*signature)[signature->size() / 2] ^= 1;
      EXPECT_FALSE(half.verify(row.scheme, Version::tls12, message, *signature));
      EXPECT_FALSE(half.verify(row.scheme, Version::tls12, message, {}));
    }
  }
  EXPECT_EQ(signatures, 6u + 3 + 3 * 3 + 2);
}

// RFC 8446 section 4.2.3: for each kind of key exactly these schemes may sign a TLS 1.3 handshake.
TEST(PrivateKey, Tls13AllowsEachKeyItsOwnSchemesAlone) {
  using enum Scheme;
  using Schemes = std::set<Scheme>;
  const std::pair<std::shared_ptr<void>, Schemes> keys[] = {
      {rsa_2048(), {rsa_pss_rsae_sha256, rsa_pss_rsae_sha384, rsa_pss_rsae_sha512}},
      {rsa(1024), {rsa_pss_rsae_sha256, rsa_pss_rsae_sha384}},
      {rsa_pss(), {rsa_pss_pss_sha256, rsa_pss_pss_sha384, rsa_pss_pss_sha512}},
      {ec("P-256"), {ecdsa_secp256r1_sha256}},
      {ec("P-384"), {ecdsa_secp384r1_sha384}},
      {ec("P-521"), {ecdsa_secp521r1_sha512}},
      {ec("secp256k1"), {}},
      {edwards("ED25519"), {ed25519}},
      {edwards("ED448"), {ed448}},
      {edwards("X25519"), {}},
  };
  for (const auto& [key, own] : keys) {
    const PrivateKey secret(key);
    const auto half = secret.public_key();
    for (const auto& row : scheme_algorithms()) {
      const bool allowed = own.contains(row.scheme);
      EXPECT_EQ(half.fits(row.scheme, Version::tls13), allowed) << half.description() << printable(row.scheme);
      const auto signature = secret.sign(row.scheme, Version::tls13, message);
      ASSERT_EQ(signature.has_value(), allowed) << half.description() << printable(row.scheme);
      if (allowed) {
        EXPECT_TRUE(half.verify(row.scheme, Version::tls13, message, *signature));
        EXPECT_FALSE(half.verify(row.scheme, Version::tls13, as_bytes("something else"), *signature));
        continue;
      }
      EXPECT_EQ(signature.error().fault, Fault::scheme_not_for_key);
      // Even where the key has signed it, for TLS 1.2.
      const auto older = secret.sign(row.scheme, Version::tls12, message);
      const auto verified = half.verify(row.scheme, Version::tls13, message, older ? *older : Buffer(64, 1));
      ASSERT_FALSE(verified);
      EXPECT_EQ(verified.error().fault, Fault::scheme_not_for_key);
    }
    for (auto scheme : {rsa_pkcs1_sha1, ecdsa_sha1}) EXPECT_FALSE(half.fits(scheme, Version::tls13));
  }
}

// RFC 2246 section 7.4.3, RFC 4492 section 5.4: one scheme for each kind of key, and no version has the other's.
TEST(PrivateKey, Tls10AndTls11HaveOneSchemeForEachKindOfKey) {
  using enum Scheme;
  const std::pair<std::shared_ptr<void>, std::optional<Scheme>> keys[] = {
      {rsa_2048(), rsa_pkcs1_md5_sha1}, {rsa(512), rsa_pkcs1_md5_sha1}, {rsa_pss(), {}},          {ec("P-256"), ecdsa_sha1},
      {ec("P-384"), ecdsa_sha1},        {ec("P-521"), ecdsa_sha1},      {ec("secp256k1"), {}}, {edwards("ED25519"), {}},
  };
  for (const auto& [key, own] : keys) {
    const PrivateKey secret(key);
    const auto half = secret.public_key();
    for (const auto& row : scheme_algorithms())
      for (auto version : {Version::ssl30, Version::tls10, Version::tls11, Version::tls12, Version::tls13}) {
        const bool older = version == Version::tls10 || version == Version::tls11;
        const bool older_scheme = row.scheme == rsa_pkcs1_md5_sha1 || row.scheme == ecdsa_sha1;
        const auto signature = secret.sign(row.scheme, version, message);
        if (older || older_scheme) {
          const bool allowed = older && own == row.scheme;
          EXPECT_EQ(half.fits(row.scheme, version), allowed) << half.description() << printable(row.scheme);
          ASSERT_EQ(signature.has_value(), allowed) << half.description() << printable(row.scheme);
        }
        EXPECT_FALSE(version == Version::ssl30 && signature.has_value());
        if (!signature || !older) continue;
        EXPECT_TRUE(half.verify(row.scheme, version, message, *signature));
        EXPECT_FALSE(half.verify(row.scheme, version, as_bytes("something else"), *signature));
        // The same signature is none for the version that has another scheme.
        const auto newer = half.verify(row.scheme, Version::tls12, message, *signature);
        ASSERT_FALSE(newer);
        EXPECT_EQ(newer.error().fault, Fault::scheme_not_for_key);
      }
  }
}

// PKCS#1 v1.5 around both hashes, without a DigestInfo to name them.
TEST(PrivateKey, Tls10SignsBothHashesBare) {
  const auto signature = *PrivateKey(rsa_2048()).sign(Scheme::rsa_pkcs1_md5_sha1, Version::tls10, message);
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, static_cast<EVP_PKEY*>(rsa_2048().get()), nullptr));
  Buffer recovered(256);
  size_t size = recovered.size();
  ASSERT_GT(EVP_PKEY_verify_recover_init(context.get()), 0);
  ASSERT_GT(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING), 0);
  ASSERT_GT(EVP_PKEY_verify_recover(context.get(), recovered.data(), &size, signature.data(), signature.size()), 0);
  recovered.resize(size);
  const auto hashes = hash(HashAlgorithm::md5_sha1, message);
  EXPECT_EQ(recovered, Buffer(hashes.view().begin(), hashes.view().end()));
}

TEST(PrivateKey, RefusesSchemesOfOtherKeys) {
  const PrivateKey key(ec("P-256"));
  auto signature = key.sign(Scheme::rsa_pkcs1_sha256, Version::tls12, message);
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().fault, Fault::scheme_not_for_key);
  EXPECT_FALSE(PrivateKey().sign(Scheme::ed25519, Version::tls12, message));
  EXPECT_FALSE(PrivateKey());
  auto verified = key.public_key().verify(Scheme::ecdsa_secp384r1_sha384, Version::tls13, message,
                                          *key.sign(Scheme::ecdsa_secp384r1_sha384, Version::tls12, message));
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().fault, Fault::scheme_not_for_key);
}

TEST(PrivateKey, SignsFromManyThreadsAtOnce) {
  const PrivateKey key(ec("P-256"));
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        auto signature = key.sign(Scheme::ecdsa_secp256r1_sha256, Version::tls13, message);
        if (signature && key.public_key().verify(Scheme::ecdsa_secp256r1_sha256, Version::tls12, message, *signature))
          ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
}

Buffer premaster_of(Version version) {
  Buffer secret(48, 0x5a);
  secret[0] = static_cast<uint8_t>(static_cast<unsigned>(version) >> 8);
  secret[1] = static_cast<uint8_t>(version);
  return secret;
}

Buffer decrypt(Bytes encrypted) {
  auto premaster = PrivateKey(rsa_2048()).decrypt_premaster(encrypted, Version::tls12, Buffer(48, 0xee));
  EXPECT_TRUE(premaster);
  return {premaster->view().begin(), premaster->view().end()};
}

TEST(PrivateKey, DecryptsAPremaster) {
  const auto secret = premaster_of(Version::tls12);
  EXPECT_EQ(decrypt(*PublicKey(rsa_2048()).encrypt_pkcs1(secret)), secret);
}

/// libcrypto's own random replacement looks like a premaster of this version once in 65,536 times: ask twice.
void expect_substitute(Bytes encrypted) {
  const Buffer substitute(48, 0xee);
  EXPECT_TRUE(decrypt(encrypted) == substitute || decrypt(encrypted) == substitute);
}

// Bleichenbacher's questions all get the same answer: 48 bytes.
TEST(PrivateKey, GivesTheSubstituteForEveryWrongPremaster) {
  const PublicKey half(rsa_2048());
  expect_substitute(*half.encrypt_pkcs1(premaster_of(Version::tls11)));
  expect_substitute(*half.encrypt_pkcs1(premaster_of(Version::ssl30)));
  auto secret = premaster_of(Version::tls12);
  secret.push_back(0);
  expect_substitute(*half.encrypt_pkcs1(secret));
  secret.resize(47);
  expect_substitute(*half.encrypt_pkcs1(secret));
  expect_substitute(*half.encrypt_pkcs1({}));
  expect_substitute({});
  expect_substitute(Buffer(255, 1));
  expect_substitute(Buffer(256, 0xff));
  expect_substitute(Buffer(257, 0));
  expect_substitute(Buffer(256, 0));
  expect_substitute(Buffer(256, 0x42));
}

TEST(PrivateKey, OnlyRsaKeysTakePremasters) {
  EXPECT_FALSE(PrivateKey(ec("P-256")).decrypt_premaster(Buffer(256, 1), Version::tls12, Buffer(48, 0)));
  EXPECT_FALSE(PublicKey(ec("P-256")).encrypt_pkcs1(premaster_of(Version::tls12)));
  EXPECT_FALSE(PrivateKey().decrypt_premaster(Buffer(256, 1), Version::tls12, Buffer(48, 0)));
}

}  // namespace
}  // namespace handfast::crypto
