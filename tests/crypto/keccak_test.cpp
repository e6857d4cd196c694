#include <crypto/keccak.hpp>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <support/vectors.hpp>

namespace handfast::crypto {
namespace {

using test::to_hex;

Buffer some_bytes(size_t size) {
  Buffer bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 31 + size);
  return bytes;
}

Buffer by_libcrypto(const char* name, Bytes message, size_t size) {
  auto* digest = EVP_MD_fetch(nullptr, name, nullptr);
  auto* context = EVP_MD_CTX_new();
  Buffer out(size);
  bool done = EVP_DigestInit_ex2(context, digest, nullptr) == 1 &&
              EVP_DigestUpdate(context, message.data(), message.size()) == 1 &&
              (name[3] == '3' ? EVP_DigestFinal_ex(context, out.data(), nullptr)
                              : EVP_DigestFinalXOF(context, out.data(), out.size())) == 1;
  EVP_MD_CTX_free(context);
  EVP_MD_free(digest);
  EXPECT_TRUE(done) << name;
  return out;
}

// Every length up to three blocks, whole and in two pieces.
void compare(const char* name, Sponge (*make)(), size_t size) {
  for (size_t length = 0; length <= 3 * shake128_rate; ++length) {
    auto message = some_bytes(length);
    auto expected = to_hex(by_libcrypto(name, message, size));
    Buffer whole(size), pieces(size);
    make().absorb(message).squeeze(whole);
    ASSERT_EQ(to_hex(whole), expected) << name << ' ' << length;
    auto sponge = make();
    sponge.absorb(Bytes(message).first(length / 3)).absorb(Bytes(message).subspan(length / 3));
    sponge.squeeze(std::span(pieces).first(size / 3));
    sponge.squeeze(std::span(pieces).subspan(size / 3));
    ASSERT_EQ(to_hex(pieces), expected) << name << ' ' << length;
  }
}

TEST(KeccakTest, AgreesWithLibcrypto) {
  compare("SHA3-256", Sponge::sha3_256, 32);
  compare("SHA3-512", Sponge::sha3_512, 64);
  compare("SHAKE128", Sponge::shake128, 500);
  compare("SHAKE256", Sponge::shake256, 500);
}

void compare_four(void (*permute)(KeccakState4&)) {
  for (size_t length = 0; length < shake128_rate; ++length) {
    std::array<Buffer, 4> messages, out;
    std::array<Bytes, 4> inputs;
    for (size_t lane = 0; lane < 4; ++lane) {
      messages[lane] = some_bytes(length);
      if (length > 0) messages[lane][0] = static_cast<uint8_t>(lane);
      inputs[lane] = messages[lane];
      out[lane].resize(2 * shake128_rate);
    }
    Shake4 shake(shake128_rate, inputs, permute);
    for (size_t at : {size_t{0}, shake128_rate})
      shake.squeeze_block({&out[0][at], &out[1][at], &out[2][at], &out[3][at]}, shake128_rate);
    for (size_t lane = 0; lane < 4; ++lane) {
      Buffer expected(2 * shake128_rate);
      Sponge::shake128().absorb(messages[lane]).squeeze(expected);
      ASSERT_EQ(to_hex(out[lane]), to_hex(expected)) << length << ' ' << lane;
    }
  }
}

TEST(KeccakTest, FourAtOnceInPortableCode) { compare_four(permute4_portable); }

TEST(KeccakTest, FourAtOnceWithAvx2) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "no AVX2 here";
  compare_four(permute4_avx2);
}

}  // namespace
}  // namespace handfast::crypto
