#include <crypto/aead.hpp>

#include <gtest/gtest.h>

#include <algorithm>

#include <support/vectors.hpp>

namespace handfast::crypto {
namespace {

using test::from_hex;
using test::to_hex;
using enum AeadAlgorithm;

constexpr AeadAlgorithm algorithms[] = {aes_128_gcm, aes_256_gcm,   chacha20_poly1305, aes_128_ccm, aes_128_ccm_8,
                                        aes_256_ccm, aes_256_ccm_8, aria_128_gcm,      aria_256_gcm};
constexpr bool is_aria(AeadAlgorithm a) { return a == aria_128_gcm || a == aria_256_gcm; }

class AeadTest : public testing::TestWithParam<AeadBackend> {
 protected:
  void SetUp() override {
    if (!Aead::available(aes_128_gcm, GetParam())) GTEST_SKIP() << "ipsec-mb is not available here";
  }
  std::unique_ptr<Aead> make(AeadAlgorithm algorithm, Bytes key) {
    auto aead = Aead::make(algorithm, key, GetParam());
    EXPECT_TRUE(aead.has_value());
    return std::move(*aead);
  }
  std::vector<AeadAlgorithm> served() {
    std::vector<AeadAlgorithm> found;
    std::ranges::copy_if(algorithms, std::back_inserter(found), [](auto a) { return Aead::available(a, GetParam()); });
    return found;
  }
  void check_vectors(std::string_view file, int at_least = 100);
  void check_vector(AeadAlgorithm algorithm, const nlohmann::json& vector);
};

void AeadTest::check_vector(AeadAlgorithm algorithm, const nlohmann::json& vector) {
  SCOPED_TRACE("tcId " + std::to_string(vector["tcId"].get<int>()));
  auto hex = [&](const char* field) { return from_hex(vector[field].get<std::string>()); };
  auto aead = make(algorithm, hex("key"));
  auto nonce = hex("iv"), aad = hex("aad"), message = hex("msg"), sealed = hex("ct"), tag = hex("tag");
  sealed.insert(sealed.end(), tag.begin(), tag.end());
  bool valid = vector["result"] == "valid";

  Buffer ours(message.size() + tag.size());
  aead->seal(ours.data(), nonce, aad, message);
  EXPECT_EQ(to_hex(ours) == to_hex(sealed), valid);
  auto in_place = message;
  in_place.resize(ours.size());
  aead->seal(in_place.data(), nonce, aad, Bytes(in_place).first(message.size()));
  EXPECT_EQ(to_hex(in_place), to_hex(ours));

  for (size_t tail : {size_t{0}, size_t{1}, message.size() / 2, message.size()}) {
    if (tail > message.size()) continue;
    Buffer joined = message;
    joined.resize(ours.size());
    auto head = Bytes(message).first(message.size() - tail);
    std::fill_n(joined.begin(), head.size(), uint8_t{0xee});
    aead->seal_with_tail(joined.data(), nonce, aad, head, tail);
    EXPECT_EQ(to_hex(joined), to_hex(ours)) << tail;
  }

  auto opened = sealed;
  ASSERT_EQ(aead->open(opened, nonce, aad), valid);
  opened.resize(message.size());
  EXPECT_EQ(to_hex(opened), to_hex(valid ? message : Buffer(message.size())));
}

// The algorithm of a group of vectors, where TLS uses it.
std::optional<AeadAlgorithm> algorithm_of(std::string_view name, const nlohmann::json& group) {
  if (group["ivSize"] != 96) return {};
  for (auto algorithm : algorithms) {
    if (is_aria(algorithm)) continue;
    auto family = is_ccm(algorithm) ? "AES-CCM" : algorithm == chacha20_poly1305 ? "CHACHA20-POLY1305" : "AES-GCM";
    if (name == family && group["keySize"] == key_size(algorithm) * 8 && group["tagSize"] == tag_size(algorithm) * 8)
      return algorithm;
  }
  return {};
}

void AeadTest::check_vectors(std::string_view file, int at_least) {
  auto vectors = test::json_vectors(file);
  if (!vectors) GTEST_SKIP() << test::missing_vectors(file);
  int checked = 0;
  for (const auto& group : (*vectors)["testGroups"]) {
    auto algorithm = algorithm_of((*vectors)["algorithm"].get<std::string>(), group);
    if (!algorithm) continue;
    for (const auto& vector : group["tests"]) {
      check_vector(*algorithm, vector);
      ++checked;
    }
  }
  EXPECT_GE(checked, at_least);
}

TEST_P(AeadTest, WycheproofAesGcm) { check_vectors("wycheproof/aes_gcm_test.json"); }
TEST_P(AeadTest, WycheproofChaCha20Poly1305) { check_vectors("wycheproof/chacha20_poly1305_test.json"); }

// Every size that meets another code path, against the other implementation; with a tail of every kind.
TEST_P(AeadTest, AgreesWithLibcryptoForEverySize) {
  Buffer key(32, 7), nonce(12, 9), aad(13, 5), message(16385);
  for (size_t i = 0; i < message.size(); ++i) message[i] = static_cast<uint8_t>(i * 7 + (i >> 8));
  for (auto algorithm : served()) {
    auto tag = tag_size(algorithm);
    auto aead = make(algorithm, Bytes(key).first(key_size(algorithm)));
    auto reference = std::move(*Aead::make(algorithm, Bytes(key).first(key_size(algorithm)), AeadBackend::libcrypto));
    for (size_t size = 0; size <= message.size(); size += size < 600 ? 1 : 1579) {
      Buffer ours(size + tag), theirs(size + tag), joined(size + tag);
      aead->seal(ours.data(), nonce, aad, Bytes(message).first(size));
      reference->seal(theirs.data(), nonce, aad, Bytes(message).first(size));
      ASSERT_EQ(to_hex(ours), to_hex(theirs)) << size;
      for (size_t tail : {size_t{1}, size_t{17}, size_t{300}}) {
        if (tail > size) continue;
        std::ranges::copy(Bytes(message).subspan(size - tail, tail), std::span(joined).subspan(size - tail).begin());
        aead->seal_with_tail(joined.data(), nonce, aad, Bytes(message).first(size - tail), tail);
        ASSERT_EQ(to_hex(joined), to_hex(theirs)) << size << " with a tail of " << tail;
      }
      ASSERT_TRUE(aead->open(theirs, nonce, aad)) << size;
      ASSERT_TRUE(std::equal(theirs.begin(), theirs.end() - static_cast<std::ptrdiff_t>(tag), message.begin())) << size;
    }
  }
}

TEST_P(AeadTest, RefusesEveryAlteredBitAndErases) {
  Buffer key(32, 1), nonce(12, 2), aad(13, 3), message(40, 4);
  for (auto algorithm : served()) {
    auto aead = make(algorithm, Bytes(key).first(key_size(algorithm)));
    Buffer sealed(message.size() + tag_size(algorithm));
    aead->seal(sealed.data(), nonce, aad, message);
    for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
      auto altered = sealed;
      altered[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      ASSERT_FALSE(aead->open(altered, nonce, aad)) << bit;
      ASSERT_TRUE(std::all_of(altered.begin(), altered.begin() + 40, [](auto b) { return b == 0; }));
    }
    auto other = aad;
    other[0] ^= 1;
    auto copy = sealed;
    EXPECT_FALSE(aead->open(copy, nonce, other));
    EXPECT_FALSE(aead->open(std::span(sealed).first(tag_size(algorithm) - 1), nonce, aad));
    EXPECT_FALSE(aead->open({}, nonce, aad));
    EXPECT_TRUE(aead->open(sealed, nonce, aad));
  }
}

TEST_P(AeadTest, NamesItself) {
  auto who = GetParam() == AeadBackend::ipsec_mb ? "(ipsec-mb)" : "(libcrypto)";
  EXPECT_EQ(make(aes_128_gcm, Buffer(16))->description(), std::string("AES-128-GCM ") + who);
  EXPECT_EQ(make(aes_256_gcm, Buffer(32))->description(), std::string("AES-256-GCM ") + who);
  EXPECT_EQ(make(chacha20_poly1305, Buffer(32))->description(), std::string("ChaCha20-Poly1305 ") + who);
}

TEST(Aead, CcmAndAriaAreLibcryptos) {
  EXPECT_EQ((*Aead::make(aes_128_ccm, Buffer(16)))->description(), "AES-128-CCM (libcrypto)");
  EXPECT_EQ((*Aead::make(aes_128_ccm_8, Buffer(16)))->description(), "AES-128-CCM-8 (libcrypto)");
  EXPECT_EQ((*Aead::make(aes_256_ccm, Buffer(32)))->description(), "AES-256-CCM (libcrypto)");
  EXPECT_EQ((*Aead::make(aes_256_ccm_8, Buffer(32)))->description(), "AES-256-CCM-8 (libcrypto)");
  EXPECT_EQ((*Aead::make(aria_128_gcm, Buffer(16)))->description(), "ARIA-128-GCM (libcrypto)");
  EXPECT_EQ((*Aead::make(aria_256_gcm, Buffer(32)))->description(), "ARIA-256-GCM (libcrypto)");
  for (auto algorithm : {aes_128_ccm, aes_256_ccm, aes_128_ccm_8, aes_256_ccm_8, aria_128_gcm, aria_256_gcm})
    EXPECT_FALSE(Aead::make(algorithm, Buffer(key_size(algorithm)), AeadBackend::ipsec_mb).has_value());
}

TEST_P(AeadTest, RefusesAKeyOfTheWrongLength) {
  auto aead = Aead::make(aes_256_gcm, Buffer(16), GetParam());
  ASSERT_FALSE(aead.has_value());
  EXPECT_EQ(aead.error().fault, Fault::crypto_failed);
}

INSTANTIATE_TEST_SUITE_P(Backends, AeadTest, testing::Values(AeadBackend::libcrypto, AeadBackend::ipsec_mb),
                         [](const auto& at) { return at.param == AeadBackend::libcrypto ? "libcrypto" : "ipsec_mb"; });

class CcmTest : public AeadTest {};
TEST_P(CcmTest, Wycheproof) { check_vectors("wycheproof/aes_ccm_test.json", 172); }
INSTANTIATE_TEST_SUITE_P(Backends, CcmTest, testing::Values(AeadBackend::libcrypto));   // nobody else has it

TEST(Aead, BestIsAvailable) {
  for (auto algorithm : algorithms) {
    EXPECT_TRUE(Aead::available(algorithm, AeadBackend::best));
    EXPECT_TRUE(Aead::make(algorithm, Buffer(key_size(algorithm))).has_value());
  }
}

}  // namespace
}  // namespace handfast::crypto
