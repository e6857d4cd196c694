#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>

#include <record/support.hpp>
#include <support/opened.hpp>
#include <support/vectors.hpp>

namespace handfast::record {
namespace {

using test::to_hex;

std::vector<Suite> all_suites() {
  std::vector<Suite> found;
  for (const auto& row : catalog::suites())
    if (row.last == Version::tls13 && catalog::is_aead(row)) found.push_back(row.suite);
  return found;
}

size_t tag_size_of(Suite suite) { return suite == Suite::TLS_AES_128_CCM_8_SHA256 ? 8 : 16; }

Buffer seal(Protection& with, ContentType type, uint64_t sequence, Bytes content) {
  Buffer fragment(with.sealed_size(content.size()));
  EXPECT_TRUE(with.seal(fragment.data(), type, Version::tls12, sequence, content).has_value());
  return fragment;
}

/// TLSInnerPlaintext sealed by libcrypto, with nonce and additional data as RFC 8446 sections 5.2 and 5.3 say.
Buffer sealed_by_libcrypto(Suite suite, uint64_t sequence, Bytes inner, uint16_t version = 0x0303) {
  auto sizes = catalog::key_sizes(*catalog::find(suite), Version::tls13);
  auto tag = tag_size_of(suite);
  Buffer key(sizes.key, 2), nonce(12, 3), out(inner.size() + tag);
  for (size_t i = 0; i < 8; ++i) nonce[11 - i] ^= static_cast<uint8_t>(sequence >> 8 * i);
  auto header = wire(23, out, version);
  bool is_ccm = suite == Suite::TLS_AES_128_CCM_SHA256 || suite == Suite::TLS_AES_128_CCM_8_SHA256;
  auto cipher = is_ccm                                            ? EVP_aes_128_ccm()
                : suite == Suite::TLS_AES_128_GCM_SHA256          ? EVP_aes_128_gcm()
                : suite == Suite::TLS_AES_256_GCM_SHA384          ? EVP_aes_256_gcm()
                                                                  : EVP_chacha20_poly1305();
  auto context = EVP_CIPHER_CTX_new();
  int n = 0;
  EXPECT_EQ(EVP_EncryptInit_ex(context, cipher, nullptr, nullptr, nullptr), 1);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 12, nullptr), 1);
  if (is_ccm) {
    EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, int(tag), nullptr), 1);
  }
  EXPECT_EQ(EVP_EncryptInit_ex(context, nullptr, nullptr, key.data(), nonce.data()), 1);
  if (is_ccm) {
    EXPECT_EQ(EVP_EncryptUpdate(context, nullptr, &n, nullptr, int(inner.size())), 1);
  }
  EXPECT_EQ(EVP_EncryptUpdate(context, nullptr, &n, header.data(), 5), 1);
  EXPECT_EQ(EVP_EncryptUpdate(context, out.data(), &n, inner.data(), int(inner.size())), 1);
  EXPECT_EQ(EVP_EncryptFinal_ex(context, out.data() + n, &n), 1);
  EXPECT_EQ(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, int(tag), out.data() + inner.size()), 1);
  EVP_CIPHER_CTX_free(context);
  return out;
}

Buffer inner_plaintext(Bytes content, uint8_t type, size_t zeros) {
  Buffer inner(content.begin(), content.end());
  inner.push_back(type);
  inner.resize(inner.size() + zeros);
  return inner;
}

Buffer some_content(size_t size) {
  Buffer content(size);
  for (size_t i = 0; i < size; ++i) content[i] = static_cast<uint8_t>(i * 5 + (i >> 8));
  return content;
}

TEST(Protection13, RoundTripOfEverySuite) {
  ASSERT_EQ(all_suites().size(), 5u);
  for (auto suite : all_suites()) {
    SCOPED_TRACE(name(suite));
    auto sealing = protection13(suite), opening = protection13(suite);
    EXPECT_TRUE(sealing->hides_type());
    for (size_t size : {0, 1, 3, 15, 16, 100, 2047, 2048, 2049, 16383, 16384}) {
      auto content = some_content(size);
      for (auto type : {ContentType::alert, ContentType::handshake, ContentType::application_data}) {
        auto fragment = seal(*sealing, type, 9, content);
        EXPECT_EQ(fragment.size(), size + 1 + tag_size_of(suite));
        auto opened = support::open(*opening, ContentType::application_data, Version::tls12, 9, fragment);
        ASSERT_TRUE(opened.has_value());
        EXPECT_EQ(opened->type, type);
        EXPECT_TRUE(std::ranges::equal(opened->fragment, content));
        EXPECT_EQ(opened->size, size + 1);
      }
    }
  }
}

// Sizes around every change of path, padding of every kind; both directions.
TEST(Protection13, AgreesWithLibcrypto) {
  for (auto suite : all_suites()) {
    SCOPED_TRACE(name(suite));
    for (size_t padding : {0, 1, 16, 64, 1000, 4096, 16385}) {
      auto both = protection13(suite, padding);
      for (size_t size = 0; size <= max_plaintext; size = size < 70 ? size + 1 : size * 3 / 2) {
        auto content = some_content(size);
        auto ours = seal(*both, ContentType::handshake, 0x0102030405060708 + size, content);
        auto zeros = ours.size() - size - 1 - tag_size_of(suite);
        auto theirs = sealed_by_libcrypto(suite, 0x0102030405060708 + size, inner_plaintext(content, 22, zeros));
        ASSERT_EQ(to_hex(ours), to_hex(theirs)) << size << " padded to " << padding;
        auto opened =
            support::open(*both, ContentType::application_data, Version::tls12, 0x0102030405060708 + size, theirs);
        ASSERT_TRUE(opened.has_value());
        ASSERT_EQ(opened->type, ContentType::handshake);
        ASSERT_TRUE(std::ranges::equal(opened->fragment, content));
        ASSERT_EQ(opened->size, size + 1 + zeros);
      }
    }
  }
}

TEST(Protection13, PaddingFillsUpToAMultipleWhereThereIsRoom) {
  auto inner = [](const Protection& with, size_t content) { return with.sealed_size(content) - 16; };
  auto padded = protection13(gcm13, 100);
  EXPECT_EQ(inner(*padded, 0), 100u);
  EXPECT_EQ(inner(*padded, 99), 100u);
  EXPECT_EQ(inner(*padded, 100), 200u);
  EXPECT_EQ(inner(*padded, 16299), 16300u);
  EXPECT_EQ(inner(*padded, 16384), 16385u);
  EXPECT_EQ(inner(*padded, 16383), 16385u);
  padded->limit_padding(512);
  EXPECT_EQ(inner(*padded, 499), 500u);
  EXPECT_EQ(inner(*padded, 500), 512u);
  EXPECT_EQ(inner(*padded, 511), 512u);
  auto full = protection13(gcm13, SIZE_MAX);
  EXPECT_EQ(inner(*full, 0), 16385u);
  EXPECT_EQ(inner(*protection13(gcm13, 1), 5), 6u);
}

TEST(Protection13, PaddingAlone) {
  auto both = protection13();
  for (size_t zeros : {0, 1, 15, 16, 17, 40, 16384}) {
    auto sealed = sealed_by_libcrypto(gcm13, 0, Buffer(zeros));
    auto opened = support::open(*both, ContentType::application_data, Version::tls12, 0, sealed);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().fault, Fault::record_without_content);
  }
}

// Whatever the type inside is, the reader decides.
TEST(Protection13, ShowsTheTypeInside) {
  auto both = protection13();
  for (auto type : Buffer{1, 20, 24, 255}) {
    auto sealed = sealed_by_libcrypto(gcm13, 0, inner_plaintext({}, type, 33));
    auto opened = support::open(*both, ContentType::application_data, Version::tls12, 0, sealed);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(static_cast<uint8_t>(opened->type), type);
    EXPECT_TRUE(opened->fragment.empty());
    EXPECT_EQ(opened->size, 34u);
  }
}

void expect_only_itself_opens(Protection& both) {
  auto sealed = seal(both, ContentType::handshake, 9, some_content(40));
  auto fault = [&](Version version, uint64_t sequence, Buffer copy) -> std::optional<Fault> {
    auto opened = support::open(both, ContentType::application_data, version, sequence, copy);
    return opened ? std::optional<Fault>{} : opened.error().fault;
  };
  EXPECT_EQ(fault(Version::tls12, 9, sealed), std::nullopt);
  for (auto version : {Version::tls10, Version::tls11}) EXPECT_EQ(fault(version, 9, sealed), Fault::bad_record_mac);
  for (uint64_t sequence : {8, 10}) EXPECT_EQ(fault(Version::tls12, sequence, sealed), Fault::bad_record_mac);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto altered = sealed;
    altered[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    ASSERT_EQ(fault(Version::tls12, 9, altered), Fault::bad_record_mac) << bit;
  }
  for (size_t size = 0; size < sealed.size(); ++size)
    ASSERT_EQ(fault(Version::tls12, 9, Buffer(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(size))),
              Fault::bad_record_mac);
}

TEST(Protection13, RefusesAnotherVersionOrSequenceAndEveryAlteredBit) {
  for (auto suite : all_suites()) {
    SCOPED_TRACE(name(suite));
    expect_only_itself_opens(*protection13(suite));
  }
  for (const auto& row : integrity_only13()) {
    SCOPED_TRACE(row.name);
    expect_only_itself_opens(*protection13(row));
  }
}

// RFC 9150 section 5: content, type and padding as they are, and an HMAC over nonce, header and these.
TEST(Protection13, IntegrityOnlyIsTheTextAndItsMac) {
  for (const auto& row : integrity_only13()) {
    SCOPED_TRACE(row.name);
    auto size = catalog::mac_size(row.mac);
    auto sealing = protection13(row, 64), opening = protection13(row);
    EXPECT_EQ(sealing->description(), row.name);
    EXPECT_TRUE(sealing->hides_type());
    EXPECT_EQ(sealing->record_limit(), UINT64_MAX);
    const uint64_t sequence = 0x0102030405060708;
    auto content = some_content(50);
    auto sealed = seal(*sealing, ContentType::handshake, sequence, content);

    Buffer expected = inner_plaintext(content, 22, 13), key(size, 2), covered(size, 3), mac(size);   // the IV, then the nonce
    ASSERT_EQ(expected.size(), 64u);
    for (size_t i = 0; i < 8; ++i) covered[size - 1 - i] ^= static_cast<uint8_t>(sequence >> 8 * i);
    for (auto byte : {size_t{23}, size_t{3}, size_t{3}, size_t{0}, 64 + size}) covered.push_back(static_cast<uint8_t>(byte));
    covered.insert(covered.end(), expected.begin(), expected.end());
    ASSERT_NE(EVP_Q_mac(nullptr, "HMAC", nullptr, size == 32 ? "SHA256" : "SHA384", nullptr, key.data(), key.size(), covered.data(),
                        covered.size(), mac.data(), mac.size(), nullptr),
              nullptr);
    expected.insert(expected.end(), mac.begin(), mac.end());
    EXPECT_EQ(to_hex(sealed), to_hex(expected));

    for (size_t length : {size_t{0}, size_t{1}, size_t{1000}, max_plaintext}) {
      auto fragment = seal(*sealing, ContentType::application_data, length, Buffer(length, 'x'));
      EXPECT_LE(fragment.size(), max_protected13);
      auto opened = support::open(*opening, ContentType::application_data, Version::tls12, length, fragment);
      ASSERT_TRUE(opened.has_value());
      EXPECT_EQ(opened->type, ContentType::application_data);
      EXPECT_EQ(opened->fragment.size(), length);
    }
  }
}

// The additional data is the header as it came.
TEST(Protection13, OpensWithTheVersionOfTheHeader) {
  auto both = protection13();
  auto sealed = sealed_by_libcrypto(gcm13, 0, inner_plaintext(some_content(5), 23, 0), 0x0301);
  EXPECT_TRUE(support::open(*both, ContentType::application_data, Version::tls10, 0, sealed).has_value());
}

TEST(Protection13, LimitsOfTheKeys) {
  EXPECT_EQ(protection13(gcm13)->record_limit(), uint64_t{1} << 24);
  EXPECT_EQ(protection13(Suite::TLS_AES_256_GCM_SHA384)->record_limit(), uint64_t{1} << 24);
  EXPECT_EQ(protection13(Suite::TLS_AES_128_CCM_SHA256)->record_limit(), uint64_t{1} << 23);
  EXPECT_EQ(protection13(Suite::TLS_AES_128_CCM_8_SHA256)->record_limit(), uint64_t{1} << 23);
  EXPECT_EQ(protection13(Suite::TLS_CHACHA20_POLY1305_SHA256)->record_limit(), UINT64_MAX);
  EXPECT_EQ(protection(gcm)->record_limit(), UINT64_MAX);
}

TEST(Protection13, RefusesOtherSuitesAndKeysOfTheWrongLength) {
  auto fault = [](Suite suite, size_t key, size_t iv) -> std::optional<Fault> {
    auto made = make_protection13(*catalog::find(suite), Buffer(key), Buffer(iv));
    return made ? std::optional<Fault>{} : made.error().fault;
  };
  EXPECT_EQ(fault(gcm13, 16, 12), std::nullopt);
  EXPECT_EQ(fault(gcm13, 32, 12), Fault::crypto_failed);
  EXPECT_EQ(fault(gcm13, 16, 4), Fault::crypto_failed);
  EXPECT_EQ(fault(gcm, 16, 4), Fault::crypto_failed);
}

}  // namespace
}  // namespace handfast::record
