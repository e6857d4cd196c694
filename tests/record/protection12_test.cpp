#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>

#include <crypto/aead.hpp>
#include <record/support.hpp>
#include <support/opened.hpp>
#include <support/vectors.hpp>

namespace handfast::record {
namespace {

using test::to_hex;

struct Case {
  Suite suite;
  bool encrypt_then_mac;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& row : catalog::suites()) {
    if (row.last != Version::tls12) continue;
    cases.push_back({row.suite, false});
    if (!catalog::is_aead(row)) cases.push_back({row.suite, true});
  }
  return cases;
}

TEST(Protection12, RoundTripOfEverySuite) {
  Buffer message(16384, 'x');
  for (auto [suite, etm] : all_cases()) {
    SCOPED_TRACE(name(suite));
    auto sealing = protection(suite, etm), opening = protection(suite, etm);
    EXPECT_FALSE(sealing->description().empty());
    for (size_t size : {0, 1, 3, 16, 100, 16384}) {
      auto content = Bytes(message).first(size);
      Buffer fragment(sealing->sealed_size(size));
      EXPECT_LE(fragment.size(), max_protected);
      ASSERT_TRUE(sealing->seal(fragment.data(), ContentType::handshake, Version::tls12, 9, content).has_value());
      auto opened = support::open(*opening, ContentType::handshake, Version::tls12, 9, fragment);
      ASSERT_TRUE(opened.has_value());
      EXPECT_TRUE(std::ranges::equal(opened->fragment, content));
    }
  }
}

TEST(Protection12, RefusesAnotherTypeVersionOrSequence) {
  for (auto [suite, etm] : all_cases()) {
    SCOPED_TRACE(name(suite));
    auto both = protection(suite, etm);
    Buffer message(40, 'm'), sealed(both->sealed_size(40));
    ASSERT_TRUE(both->seal(sealed.data(), ContentType::handshake, Version::tls12, 9, message).has_value());
    auto opens = [&](ContentType type, Version version, uint64_t sequence) {
      auto copy = sealed;
      auto opened = support::open(*both, type, version, sequence, copy);
      EXPECT_TRUE(opened || opened.error().fault == Fault::bad_record_mac);
      return opened.has_value();
    };
    EXPECT_TRUE(opens(ContentType::handshake, Version::tls12, 9));
    EXPECT_FALSE(opens(ContentType::alert, Version::tls12, 9));
    EXPECT_FALSE(opens(ContentType::handshake, Version::tls11, 9));
    EXPECT_FALSE(opens(ContentType::handshake, Version::tls12, 10));
  }
}

TEST(Protection12, RefusesEveryCut) {
  for (auto [suite, etm] : all_cases()) {
    auto both = protection(suite, etm);
    Buffer message(40, 'm'), sealed(both->sealed_size(40));
    ASSERT_TRUE(both->seal(sealed.data(), ContentType::handshake, Version::tls12, 0, message).has_value());
    for (size_t size = 0; size < sealed.size(); ++size) {
      auto copy = sealed;
      auto opened = support::open(*both, ContentType::handshake, Version::tls12, 0, std::span(copy).first(size));
      ASSERT_FALSE(opened.has_value());
      EXPECT_EQ(opened.error().fault, Fault::bad_record_mac);
    }
  }
}

// libcrypto's TLS mode of AES-GCM makes and reads the same fragments (RFC 5288 section 3).
TEST(Protection12, GcmAgreesWithLibcryptosTlsMode) {
  auto both = protection(gcm);
  Buffer message(77, 'm'), sealed(both->sealed_size(77));
  ASSERT_TRUE(both->seal(sealed.data(), ContentType::application_data, Version::tls12, 0x0102, message).has_value());
  EXPECT_EQ(to_hex(Bytes(sealed).first(8)), "0000000000000102");

  Buffer key(16, 2), salt(4, 3);
  Buffer aad = test::from_hex("0000000000000102170303");
  auto length = sealed.size();
  aad.push_back(static_cast<uint8_t>(length >> 8));
  aad.push_back(static_cast<uint8_t>(length));
  auto context = EVP_CIPHER_CTX_new();
  EXPECT_EQ(EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), nullptr, key.data(), nullptr), 1);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_IV_FIXED, 4, salt.data()), 1);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_TLS1_AAD, int(aad.size()), aad.data()), 16);
  EXPECT_GE(EVP_Cipher(context, sealed.data(), sealed.data(), unsigned(sealed.size())), 0);
  EVP_CIPHER_CTX_free(context);
  EXPECT_TRUE(std::equal(message.begin(), message.end(), sealed.begin() + 8));
}

// RFC 7905 section 2: nothing is carried, the nonce is the IV with the sequence number in its last 8 bytes.
TEST(Protection12, ChaChaNonce) {
  auto both = protection(Suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);
  Buffer message(20, 'm'), sealed(both->sealed_size(20)), expected(36);
  ASSERT_EQ(sealed.size(), 36u);
  ASSERT_TRUE(both->seal(sealed.data(), ContentType::alert, Version::tls12, 0x0102030405060708, message).has_value());
  auto aead = std::move(*crypto::Aead::make(crypto::AeadAlgorithm::chacha20_poly1305, Buffer(32, 2)));
  aead->seal(expected.data(), test::from_hex("03030303020100070605040b"),
             test::from_hex("01020304050607081503030014"), message);
  EXPECT_EQ(to_hex(sealed), to_hex(expected));
}

TEST(Protection12, CbcAndEncryptThenMacDiffer) {
  auto suite = Suite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA;
  auto mac_first = protection(suite), mac_last = protection(suite, true);
  EXPECT_EQ(mac_first->description(), "AES-128-CBC with HMAC-SHA1 (libcrypto)");
  EXPECT_EQ(mac_last->description(), "AES-128-CBC with HMAC-SHA1, encrypt-then-MAC (libcrypto)");
  Buffer message(40, 'm'), sealed(mac_first->sealed_size(40));
  ASSERT_TRUE(mac_first->seal(sealed.data(), ContentType::alert, Version::tls12, 0, message).has_value());
  EXPECT_FALSE(support::open(*mac_last, ContentType::alert, Version::tls12, 0, sealed).has_value());
}

TEST(Protection12, RefusesKeysOfTheWrongLength) {
  Buffer key(16), iv(12);
  auto made = make_protection12(*catalog::find(gcm), {{}, key, iv}, false);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().fault, Fault::crypto_failed);
}

}  // namespace
}  // namespace handfast::record
