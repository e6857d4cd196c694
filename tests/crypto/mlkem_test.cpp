#include <crypto/mlkem.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include <crypto/keccak.hpp>
#include <crypto/mlkem_pke.hpp>
#include <support/vectors.hpp>

namespace handfast::crypto {
namespace {

using test::from_hex;
using test::to_hex;
using nlohmann::json;

class MlkemTest : public testing::TestWithParam<MlkemBackend> {
 protected:
  void SetUp() override {
    if (!MlkemKey::available(GetParam()))
      GTEST_SKIP() << (GetParam() == MlkemBackend::avx2 ? "no AVX2 here" : "this libcrypto has no ML-KEM; 3.5 has");
  }
  Result<std::unique_ptr<MlkemKey>> from_seed(Bytes seed) { return MlkemKey::from_seed(seed, GetParam()); }
  Result<std::unique_ptr<MlkemKey>> from_key(Bytes key) { return MlkemKey::from_decapsulation_key(key, GetParam()); }
  Result<MlkemEncapsulation> encapsulate(Bytes key, Bytes randomness) {
    return mlkem_encapsulate(key, randomness, GetParam());
  }
};

/// Calls `check` with every vector; how many there were.
template <class Check>
size_t for_each(const json& vectors, Check check) {
  size_t count = 0;
  for (const auto& group : vectors["testGroups"])
    for (const auto& vector : group["tests"]) {
      SCOPED_TRACE("tcId " + std::to_string(vector["tcId"].get<int>()));
      check(vector);
      ++count;
    }
  EXPECT_EQ(count, vectors["numberOfTests"]);
  return count;
}

Buffer bytes(const json& vector, const char* field) { return from_hex(vector[field].get<std::string>()); }
bool is_valid(const json& vector) { return !vector.contains("result") || vector["result"] == "valid"; }

using TextVector = std::map<std::string, Buffer>;

/// The "NAME = hex" vectors below a heading, separated by empty lines.
std::vector<TextVector> text_vectors(std::istream& in, std::string_view heading) {
  std::vector<TextVector> vectors;
  bool wanted = false, starts = true;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('[')) wanted = line == heading;
    if (line.empty()) starts = true;
    const auto sign = line.find(" = ");
    if (!wanted || sign == std::string::npos) continue;
    if (std::exchange(starts, false)) vectors.emplace_back();
    vectors.back()[line.substr(0, sign)] = from_hex(line.substr(sign + 3));
  }
  return vectors;
}

/// What the text vectors have of long values: 16 bytes of SHAKE256.
std::string fingerprint(Bytes value) {
  Buffer out(16);
  Sponge::shake256().absorb(value).squeeze(out);
  return to_hex(out);
}

TEST_P(MlkemTest, AcvpKeyGeneration) {
  constexpr auto file = "acvp-ml-kem/ml_kem_acvp_keygen.vec";
  std::ifstream in(test::vectors_folder() / file);
  if (!in) GTEST_SKIP() << test::missing_vectors(file);
  const auto vectors = text_vectors(in, "[ML-KEM-768]");
  for (auto vector : vectors) {
    auto seed = vector["D"];
    seed.insert(seed.end(), vector["Z"].begin(), vector["Z"].end());
    EXPECT_EQ(fingerprint(seed), to_hex(vector["DK"]));   // the form in which Botan keeps a decapsulation key
    auto key = from_seed(seed);
    ASSERT_TRUE(key);
    EXPECT_EQ(fingerprint((*key)->encapsulation_key()), to_hex(vector["EK"]));
  }
  EXPECT_EQ(vectors.size(), 25u);
}

TEST_P(MlkemTest, AcvpEncapsulation) {
  constexpr auto file = "acvp-ml-kem/ml_kem_acvp_encap.vec";
  std::ifstream in(test::vectors_folder() / file);
  if (!in) GTEST_SKIP() << test::missing_vectors(file);
  const auto vectors = text_vectors(in, "[ML-KEM-768]");
  for (auto vector : vectors) {
    auto result = encapsulate(vector["EK"], vector["M"]);
    ASSERT_TRUE(result);
    EXPECT_EQ(to_hex(result->secret.view()), to_hex(vector["K"]));
    EXPECT_EQ(fingerprint(result->ciphertext), to_hex(vector["C"]));
  }
  EXPECT_EQ(vectors.size(), 25u);
}

// The expanded key of a vector is what its seed gives: both open the same ciphertext, and reject with the same z.
TEST_P(MlkemTest, WycheproofKeyGeneration) {
  constexpr auto file = "wycheproof/mlkem_768_keygen_seed_test.json";
  auto vectors = test::json_vectors(file);
  if (!vectors) GTEST_SKIP() << test::missing_vectors(file);
  auto count = for_each(*vectors, [&](const json& vector) {
    auto key = from_seed(bytes(vector, "seed")), expanded = from_key(bytes(vector, "dk"));
    ASSERT_TRUE(key && expanded);
    EXPECT_EQ(to_hex((*key)->encapsulation_key()), vector["ek"].get<std::string>());
    EXPECT_EQ(to_hex((*expanded)->encapsulation_key()), vector["ek"].get<std::string>());
    auto sent = encapsulate((*key)->encapsulation_key(), Buffer(32, 7));
    ASSERT_TRUE(sent);
    for (auto change : {0, 1}) {
      sent->ciphertext[1000] = static_cast<uint8_t>(sent->ciphertext[1000] ^ change);
      auto one = (*key)->decapsulate(sent->ciphertext), other = (*expanded)->decapsulate(sent->ciphertext);
      ASSERT_TRUE(one && other);
      EXPECT_EQ(to_hex(one->view()), to_hex(other->view()));
      EXPECT_EQ(to_hex(one->view()) == to_hex(sent->secret.view()), change == 0);
    }
  });
  EXPECT_GT(count, 0u);
}

// The decapsulation key of algorithm 16, put together from that of K-PKE.
std::string decapsulation_key(const mlkem::Arithmetic& arithmetic, Bytes seed) {
  std::array<uint8_t, 64> seeds;
  Sponge::sha3_512().absorb(seed.first(32)).absorb(Buffer{3}).squeeze(seeds);
  std::array<uint8_t, mlkem768_decapsulation_key_size> key;
  std::span whole(key);
  const auto encapsulation = whole.subspan<1152, 1184>();
  mlkem::generate(arithmetic, std::span(seeds).first<32>(), std::span(seeds).last<32>(), encapsulation,
                  whole.first<1152>());
  Sponge::sha3_256().absorb(encapsulation).squeeze(whole.subspan<2336, 32>());
  std::ranges::copy(seed.last(32), whole.last<32>().begin());
  return to_hex(key);
}

TEST_P(MlkemTest, WycheproofDecapsulationKeys) {
  constexpr auto file = "wycheproof/mlkem_768_keygen_seed_test.json";
  if (GetParam() == MlkemBackend::libcrypto) GTEST_SKIP() << "libcrypto keeps the key in its own form";
  auto vectors = test::json_vectors(file);
  if (!vectors) GTEST_SKIP() << test::missing_vectors(file);
  const auto& arithmetic =
      GetParam() == MlkemBackend::avx2 ? *mlkem::avx2_arithmetic() : mlkem::portable_arithmetic();
  auto count = for_each(*vectors, [&](const json& vector) {
    EXPECT_EQ(decapsulation_key(arithmetic, bytes(vector, "seed")), vector["dk"].get<std::string>());
  });
  EXPECT_GT(count, 0u);
}

TEST_P(MlkemTest, WycheproofEncapsulation) {
  constexpr auto file = "wycheproof/mlkem_768_encaps_test.json";
  auto vectors = test::json_vectors(file);
  if (!vectors) GTEST_SKIP() << test::missing_vectors(file);
  size_t refused = 0;
  auto count = for_each(*vectors, [&](const json& vector) {
    auto result = encapsulate(bytes(vector, "ek"), bytes(vector, "m"));
    ASSERT_EQ(result.has_value(), is_valid(vector));
    if (!result) {
      EXPECT_EQ(result.error().fault, Fault::public_value_invalid);
      ++refused;
      return;
    }
    EXPECT_EQ(to_hex(result->secret.view()), vector["K"].get<std::string>());
    EXPECT_EQ(to_hex(result->ciphertext), vector["c"].get<std::string>());
  });
  EXPECT_GT(count, refused);
  EXPECT_GT(refused, 100u);
}

TEST_P(MlkemTest, WycheproofDecapsulation) {
  constexpr auto file = "wycheproof/mlkem_768_test.json";
  auto vectors = test::json_vectors(file);
  if (!vectors) GTEST_SKIP() << test::missing_vectors(file);
  size_t refused = 0;
  auto count = for_each(*vectors, [&](const json& vector) {
    auto key = from_seed(bytes(vector, "seed"));
    if (!key) {
      EXPECT_FALSE(is_valid(vector));
      ++refused;
      return;
    }
    EXPECT_EQ(to_hex((*key)->encapsulation_key()), vector["ek"].get<std::string>());
    auto secret = (*key)->decapsulate(bytes(vector, "c"));
    ASSERT_EQ(secret.has_value(), is_valid(vector));
    if (secret)
      EXPECT_EQ(to_hex(secret->view()), vector["K"].get<std::string>());
    else
      ++refused;
  });
  EXPECT_GT(count, refused);
  EXPECT_GT(refused, 30u);
}

TEST_P(MlkemTest, WycheproofExpandedKeys) {
  constexpr auto file = "wycheproof/mlkem_768_semi_expanded_decaps_test.json";
  auto vectors = test::json_vectors(file);
  if (!vectors) GTEST_SKIP() << test::missing_vectors(file);
  size_t valid = 0;
  auto count = for_each(*vectors, [&](const json& vector) {
    auto key = from_key(bytes(vector, "dk"));
    if (!key) {
      EXPECT_FALSE(is_valid(vector));
      return;
    }
    auto secret = (*key)->decapsulate(bytes(vector, "c"));
    ASSERT_EQ(secret.has_value(), is_valid(vector));
    if (!secret) return;
    EXPECT_EQ(to_hex(secret->view()), vector["K"].get<std::string>());
    ++valid;
  });
  EXPECT_EQ(valid, 3u);
  EXPECT_GT(count, valid);
}

TEST_P(MlkemTest, BothSidesAgree) {
  for (uint8_t i = 0; i < 100; ++i) {
    Buffer seed(64, i), randomness(32, static_cast<uint8_t>(i + 1));
    auto key = from_seed(seed);
    ASSERT_TRUE(key);
    auto sent = encapsulate((*key)->encapsulation_key(), randomness);
    ASSERT_TRUE(sent);
    auto received = (*key)->decapsulate(sent->ciphertext);
    ASSERT_TRUE(received);
    EXPECT_EQ(to_hex(received->view()), to_hex(sent->secret.view()));
  }
}

TEST_P(MlkemTest, EveryAlteredByteIsRejectedImplicitly) {
  auto key = std::move(*from_seed(Buffer(64, 3)));
  auto sent = std::move(*encapsulate(key->encapsulation_key(), Buffer(32, 4)));
  std::string last;
  for (size_t i = 0; i < sent.ciphertext.size(); ++i) {
    auto altered = sent.ciphertext;
    altered[i] ^= static_cast<uint8_t>(1u << (i % 8));
    auto secret = key->decapsulate(altered);
    ASSERT_TRUE(secret);
    auto text = to_hex(secret->view());
    ASSERT_NE(text, to_hex(sent.secret.view())) << i;
    ASSERT_NE(std::exchange(last, text), text) << i;
  }
}

TEST_P(MlkemTest, RefusesWrongLengths) {
  auto key = std::move(*from_seed(Buffer(64, 3)));
  for (size_t size : {0, 1, 1087, 1089, 1184, 4096}) {
    auto secret = key->decapsulate(Buffer(size));
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().fault, Fault::public_value_invalid);
  }
  for (size_t size : {0, 1, 1183, 1185, 1216}) {
    auto result = encapsulate(Buffer(size), Buffer(32));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().fault, Fault::public_value_invalid);
  }
  EXPECT_FALSE(from_seed(Buffer(32)));
  EXPECT_FALSE(encapsulate(key->encapsulation_key(), Buffer(31)));
}

std::string name_of(const testing::TestParamInfo<MlkemBackend>& parameter) {
  constexpr const char* names[] = {"Best", "Libcrypto", "Avx2", "Portable"};
  return names[static_cast<size_t>(parameter.param)];
}

INSTANTIATE_TEST_SUITE_P(Backends, MlkemTest,
                         testing::Values(MlkemBackend::portable, MlkemBackend::avx2, MlkemBackend::libcrypto), name_of);

}  // namespace
}  // namespace handfast::crypto
