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
  catalog::SuiteRow row;
  Version version;
  bool encrypt_then_mac;

  std::unique_ptr<Protection> make() const { return protection(row, version, encrypt_then_mac); }
  std::string name() const { return std::string(row.name) + " in " + printable(version) + (encrypt_then_mac ? ", encrypt-then-MAC" : ""); }
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& row : rows12())
    for (auto version : {Version::tls10, Version::tls11, Version::tls12}) {
      if (!is_for(row, version)) continue;
      cases.push_back({row, version, false});
      if (!catalog::is_aead(row) && row.cipher != catalog::Cipher::null) cases.push_back({row, version, true});
    }
  return cases;
}

// Every protection that a suite of the catalog has is among the cases.
TEST(Protection12, KnowsThoseOfTheCatalog) {
  for (const auto& row : catalog::suites()) {
    if (row.last == Version::tls13) continue;
    for (auto version : {row.first, row.last}) EXPECT_FALSE(protection(row, version)->description().empty()) << row.name;
    EXPECT_TRUE(std::ranges::any_of(rows12(), [&](const auto& known) {
      return known.cipher == row.cipher && (known.mac == row.mac || row.mac != catalog::Mac::aead);
    })) << row.name;
  }
}

TEST(Protection12, RoundTripOfEveryKind) {
  Buffer message(16384, 'x');
  for (const auto& each : all_cases()) {
    SCOPED_TRACE(each.name());
    auto sealing = each.make(), opening = each.make();
    auto description = sealing->description();
    EXPECT_TRUE(description.starts_with(each.row.name)) << description;
    EXPECT_EQ(description.find("encrypt-then-MAC") != description.npos, each.encrypt_then_mac) << description;
    EXPECT_EQ(sealing->chains_iv(), each.version == Version::tls10 && each.row.cipher != catalog::Cipher::null);
    for (size_t size : {0, 1, 3, 16, 100, 16384}) {
      auto content = Bytes(message).first(size);
      Buffer fragment(sealing->sealed_size(size) + 1, 0xee);
      EXPECT_LE(fragment.size() - 1, max_protected);
      ASSERT_TRUE(sealing->seal(fragment.data(), ContentType::handshake, each.version, 9, content).has_value());
      ASSERT_EQ(fragment.back(), 0xee);
      fragment.pop_back();
      auto opened = support::open(*opening, ContentType::handshake, each.version, 9, fragment);
      ASSERT_TRUE(opened.has_value());
      EXPECT_TRUE(std::ranges::equal(opened->fragment, content));
    }
  }
}

struct Sealed {
  Case by;
  Buffer fragment;

  explicit Sealed(const Case& with, size_t size = 40) : by(with) {
    auto sealing = by.make();
    fragment.resize(sealing->sealed_size(size));
    Buffer message(size, 'm');
    EXPECT_TRUE(sealing->seal(fragment.data(), ContentType::handshake, by.version, 9, message).has_value());
  }
  // Whether this, as the first record, opens; every refusal is the same.
  bool opens(Buffer altered, ContentType type, Version version, uint64_t sequence) const {
    auto opened = support::open(*by.make(), type, version, sequence, altered);
    EXPECT_TRUE(opened || opened.error().fault == Fault::bad_record_mac);
    return opened.has_value();
  }
  bool opens(Buffer altered) const { return opens(std::move(altered), ContentType::handshake, by.version, 9); }
};

TEST(Protection12, RefusesAnotherTypeVersionOrSequence) {
  for (const auto& each : all_cases()) {
    SCOPED_TRACE(each.name());
    const Sealed record(each);
    auto other = each.version == Version::tls11 ? Version::tls12 : Version::tls11;
    EXPECT_TRUE(record.opens(record.fragment));
    EXPECT_FALSE(record.opens(record.fragment, ContentType::alert, each.version, 9));
    EXPECT_FALSE(record.opens(record.fragment, ContentType::handshake, other, 9));
    EXPECT_FALSE(record.opens(record.fragment, ContentType::handshake, each.version, 10));
  }
}

TEST(Protection12, RefusesEveryAlteredByte) {
  for (const auto& each : all_cases())
    for (size_t size : {0, 1, 40}) {
      const Sealed record(each, size);
      for (size_t at = 0; at < record.fragment.size(); ++at)
        for (auto flip : Buffer{0x01, 0x80, 0xff}) {
          auto altered = record.fragment;
          altered[at] ^= flip;
          ASSERT_FALSE(record.opens(std::move(altered))) << each.name() << ", byte " << at << " of " << record.fragment.size();
        }
    }
}

TEST(Protection12, RefusesEveryCutAndEveryLongerOne) {
  for (const auto& each : all_cases()) {
    const Sealed record(each);
    for (size_t size = 0; size < record.fragment.size(); ++size)
      ASSERT_FALSE(record.opens(Buffer(record.fragment.begin(), record.fragment.begin() + long(size)))) << each.name() << " " << size;
    for (size_t more = 1; more <= 48; ++more) {
      auto longer = record.fragment;
      longer.insert(longer.end(), more, uint8_t{0});
      ASSERT_FALSE(record.opens(std::move(longer))) << each.name() << " " << more;
    }
  }
}

// libcrypto's TLS modes of AES-GCM, AES-CCM and ARIA-GCM make and read the same fragments (RFC 5288 section 3, RFC 6655 section 3).
struct TlsMode {
  std::string_view name;
  const EVP_CIPHER* cipher;
  int fixed_iv, tag;   // the control that sets the salt; bytes of CCM's tag
};

TEST(Protection12, AgreesWithLibcryptosTlsMode) {
  const TlsMode modes[] = {{"AES-128-GCM", EVP_aes_128_gcm(), EVP_CTRL_GCM_SET_IV_FIXED, 0},
                           {"AES-256-GCM", EVP_aes_256_gcm(), EVP_CTRL_GCM_SET_IV_FIXED, 0},
                           {"ARIA-128-GCM", EVP_aria_128_gcm(), EVP_CTRL_GCM_SET_IV_FIXED, 0},
                           {"ARIA-256-GCM", EVP_aria_256_gcm(), EVP_CTRL_GCM_SET_IV_FIXED, 0},
                           {"AES-128-CCM", EVP_aes_128_ccm(), EVP_CTRL_CCM_SET_IV_FIXED, 16},
                           {"AES-256-CCM", EVP_aes_256_ccm(), EVP_CTRL_CCM_SET_IV_FIXED, 16},
                           {"AES-128-CCM-8", EVP_aes_128_ccm(), EVP_CTRL_CCM_SET_IV_FIXED, 8},
                           {"AES-256-CCM-8", EVP_aes_256_ccm(), EVP_CTRL_CCM_SET_IV_FIXED, 8}};
  for (const auto& mode : modes) {
    SCOPED_TRACE(mode.name);
    auto rows = rows12();
    auto row = *std::ranges::find(rows, mode.name, &catalog::SuiteRow::name);
    auto both = protection(row, Version::tls12);
    Buffer message(77, 'm'), sealed(both->sealed_size(77));
    ASSERT_TRUE(both->seal(sealed.data(), ContentType::application_data, Version::tls12, 0x0102, message).has_value());
    EXPECT_EQ(to_hex(Bytes(sealed).first(8)), "0000000000000102");

    Buffer key(catalog::key_sizes(row, Version::tls12).key, 2), salt(4, 3);
    Buffer aad = test::from_hex("0000000000000102170303");
    auto length = sealed.size();
    aad.push_back(static_cast<uint8_t>(length >> 8));
    aad.push_back(static_cast<uint8_t>(length));
    auto context = EVP_CIPHER_CTX_new();
    EXPECT_EQ(EVP_DecryptInit_ex(context, mode.cipher, nullptr, nullptr, nullptr), 1);
    if (mode.tag) {
      EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 12, nullptr), 1);
      EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, mode.tag, nullptr), 1);
    }
    EXPECT_EQ(EVP_DecryptInit_ex(context, nullptr, nullptr, key.data(), nullptr), 1);
    EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, mode.fixed_iv, 4, salt.data()), 1);
    EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_TLS1_AAD, int(aad.size()), aad.data()), mode.tag ? mode.tag : 16);
    EXPECT_GE(EVP_Cipher(context, sealed.data(), sealed.data(), unsigned(sealed.size())), 0);
    EVP_CIPHER_CTX_free(context);
    EXPECT_TRUE(std::equal(message.begin(), message.end(), sealed.begin() + 8));
  }
}

// RFC 5246 section 6.2.3.1: the content itself, and the MAC over sequence number, type, version, length and content.
TEST(Protection12, NullIsTheContentAndItsMac) {
  const std::pair<std::string_view, const char*> macs[] = {{"no encryption, HMAC-MD5", "MD5"}, {"no encryption, HMAC-SHA1", "SHA1"},
                                                           {"no encryption, HMAC-SHA256", "SHA256"},
                                                           {"no encryption, HMAC-SHA384", "SHA384"}};
  for (auto [name, digest] : macs) {
    auto rows = rows12();
    auto row = *std::ranges::find(rows, name, &catalog::SuiteRow::name);
    auto size = catalog::mac_size(row.mac);
    auto both = protection(row, Version::tls12);
    EXPECT_EQ(both->description(), name);
    auto content = as_bytes("everybody on the way reads this");
    Buffer sealed(both->sealed_size(content.size())), mac(size), key(size, 1);
    ASSERT_TRUE(both->seal(sealed.data(), ContentType::application_data, Version::tls12, 0x0102, content).has_value());
    Buffer message(content.begin(), content.end());
    auto covered = test::from_hex("0000000000000102170303001f" + to_hex(message));
    ASSERT_NE(EVP_Q_mac(nullptr, "HMAC", nullptr, digest, nullptr, key.data(), key.size(), covered.data(), covered.size(), mac.data(),
                        mac.size(), nullptr),
              nullptr);
    EXPECT_EQ(to_hex(sealed), to_hex(message) + to_hex(mac)) << name;
  }
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
  auto made = make_protection12(*catalog::find(gcm), Version::tls12, {{}, key, iv}, false);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().fault, Fault::crypto_failed);
}

TEST(Protection12, RefusesAVersionThatTheSuiteIsNotFor) {
  Buffer key(16), iv(4);
  for (auto version : {Version::ssl30, Version::tls10, Version::tls11, Version::tls13}) {
    auto made = make_protection12(*catalog::find(gcm), version, {{}, key, iv}, false);
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().fault, Fault::crypto_failed);
  }
  EXPECT_TRUE(make_protection12(*catalog::find(gcm), Version::tls12, {{}, key, iv}, false).has_value());
}

}  // namespace
}  // namespace handfast::record
