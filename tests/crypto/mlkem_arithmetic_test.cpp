#include <crypto/mlkem_arithmetic.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace handfast::crypto::mlkem {
namespace {

int residue(int64_t value) { return static_cast<int>((value % q + q) % q); }

std::array<int, n> residues(const Polynomial& f) {
  std::array<int, n> all;
  for (size_t i = 0; i < n; ++i) all[i] = residue(f.coefficients[i]);
  return all;
}

bool is_small(const Polynomial& f) {
  return std::ranges::all_of(f.coefficients, [](int c) { return -q < c && c < q; });
}

/// Coefficients between the bounds: the lowest everywhere, the highest, both in turn, and many by chance.
void for_polynomials(int lowest, int highest, const std::function<void(const Polynomial&)>& check) {
  Polynomial f;
  for (size_t period : {0, 1, 2, 3, 4, 8, 16, 128}) {
    for (size_t i = 0; i < n; ++i)
      f.coefficients[i] = static_cast<int16_t>(period != 0 && i / period % 2 == 0 ? highest : lowest);
    check(f);
  }
  std::ranges::fill(f.coefficients, static_cast<int16_t>(highest));
  check(f);
  std::mt19937 random(7);
  std::uniform_int_distribution<int> any(lowest, highest);
  for (int i = 0; i < 200; ++i) {
    for (auto& coefficient : f.coefficients) coefficient = static_cast<int16_t>(any(random));
    check(f);
  }
}

class MlkemArithmeticTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam() && !avx2_arithmetic()) GTEST_SKIP() << "no AVX2 here";
    arithmetic = GetParam() ? avx2_arithmetic() : &portable_arithmetic();
  }
  const Arithmetic* arithmetic = nullptr;
};

int power(int base, unsigned exponent) {
  int result = 1;
  while (exponent-- > 0) result = result * base % q;
  return result;
}

unsigned reverse7(unsigned i) {
  unsigned reversed = 0;
  for (unsigned bit = 0; bit < 7; ++bit) reversed |= ((i >> bit) & 1) << (6 - bit);
  return reversed;
}

// FIPS 203 section 4.3: coefficients 2i and 2i+1 are f modulo X^2 - 17^(2 bitrev7(i) + 1).
TEST_P(MlkemArithmeticTest, TransformIsThatOfItsDefinition) {
  int checked = 0;
  for_polynomials(1 - q, q - 1, [&](const Polynomial& f) {
    auto transform = f;
    arithmetic->ntt(transform);
    ASSERT_TRUE(is_small(transform));
    const auto got = residues(transform);
    if (++checked > 20) return;   // the definition takes its time
    for (unsigned i = 0; i < n / 2; ++i) {
      const int root = power(17, 2 * reverse7(i) + 1);
      int64_t even = 0, odd = 0;
      for (size_t j = n; j > 0; j -= 2) {
        even = residue(even * root + f.coefficients[j - 2]);
        odd = residue(odd * root + f.coefficients[j - 1]);
      }
      ASSERT_EQ(got[2 * i], even);
      ASSERT_EQ(got[2 * i + 1], odd);
    }
  });
}

TEST_P(MlkemArithmeticTest, InverseUndoesTheTransform) {
  for_polynomials(1 - q, q - 1, [&](const Polynomial& f) {
    auto back = f;
    arithmetic->inverse_ntt(back);
    ASSERT_TRUE(is_small(back));
    arithmetic->ntt(back);
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(residue(back.coefficients[i]), residue(int64_t{f.coefficients[i]} << 16));
  });
}

TEST_P(MlkemArithmeticTest, ProductIsThatOfItsDefinition) {
  for_polynomials(0, 4095, [&](const Polynomial& a) {
    for (int sign : {-1, 1}) {
      Polynomial b;
      for (size_t i = 0; i < n; ++i) b.coefficients[i] = static_cast<int16_t>(sign * (q - 1 - static_cast<int>(i % 5)));
      const Vector left = {a, a, a}, right = {b, b, b};
      Polynomial product;
      arithmetic->multiply(product, left, right);
      ASSERT_TRUE(is_small(product));
      for (unsigned i = 0; i < n / 2; ++i) {
        const int64_t root = power(17, 2 * reverse7(i) + 1);
        const auto *x = &a.coefficients[2 * i], *y = &b.coefficients[2 * i];
        ASSERT_EQ(residue(int64_t{product.coefficients[2 * i]} << 16), residue(3 * (x[0] * y[0] + root * x[1] * y[1])));
        ASSERT_EQ(residue(int64_t{product.coefficients[2 * i + 1]} << 16), residue(3 * (x[0] * y[1] + x[1] * y[0])));
      }
    }
  });
}

/// Compress_d of FIPS 203 section 4.2.1.
int compressed(int value, int bits) { return ((residue(value) << (bits + 1)) + q) / (2 * q) % (1 << bits); }
int decompressed(int value, int bits) { return (value * q + (1 << (bits - 1))) >> bits; }

unsigned bits_at(const uint8_t* bytes, size_t first, size_t count) {
  unsigned value = 0;
  for (size_t i = 0; i < count; ++i) value |= (bytes[(first + i) / 8] >> ((first + i) % 8) & 1u) << i;
  return value;
}

using Write = void (*)(uint8_t*, const Polynomial&);
using Read = void (*)(Polynomial&, const uint8_t*);

void check_encoding(int bits, Write write, Read read, const Polynomial& f) {
  const auto size = n * static_cast<size_t>(bits) / 8;
  std::vector<uint8_t> bytes(size);   // of its very size, for the address sanitizer
  write(bytes.data(), f);
  Polynomial back;
  read(back, bytes.data());
  for (size_t i = 0; i < n; ++i) {
    const auto expected = bits == 12 ? residue(f.coefficients[i]) : compressed(f.coefficients[i], bits);
    ASSERT_EQ(bits_at(bytes.data(), i * static_cast<size_t>(bits), static_cast<size_t>(bits)), expected);
    ASSERT_EQ(back.coefficients[i], bits == 12 ? expected : decompressed(expected, bits));
  }
}

TEST_P(MlkemArithmeticTest, EncodesEveryCoefficientAsDefined) {
  Polynomial f;
  for (int first = -2 * q; first <= 2 * q; first += n) {
    for (size_t i = 0; i < n; ++i) f.coefficients[i] = static_cast<int16_t>(first + static_cast<int>(i * 129 % n));
    check_encoding(12, arithmetic->write12, arithmetic->read12, f);
    check_encoding(10, arithmetic->write10, arithmetic->read10, f);
    check_encoding(4, arithmetic->write4, arithmetic->read4, f);
  }
}

TEST_P(MlkemArithmeticTest, SamplesAsDefined) {
  std::mt19937 random(9);
  for (int round = 0; round < 100; ++round) {
    std::array<uint8_t, shake128_rate> block;
    for (auto& byte : block) byte = static_cast<uint8_t>(round == 0 ? 0 : round == 1 ? 0xff : random());
    Polynomial noise;
    std::array<uint8_t, 128> bytes;
    std::copy_n(block.begin(), bytes.size(), bytes.begin());
    arithmetic->sample_noise(noise, bytes);
    for (size_t i = 0; i < n; ++i) {
      const auto bit = [&](size_t j) { return static_cast<int>(bits_at(bytes.data(), 4 * i + j, 1)); };
      ASSERT_EQ(noise.coefficients[i], bit(0) + bit(1) - bit(2) - bit(3));
    }
    for (size_t have : {0, 150, 240, 248, 249, 255, 256}) {
      std::vector<int> expected;
      for (size_t i = 0; i < 112 && have + expected.size() < n; ++i)
        if (auto candidate = static_cast<int>(bits_at(block.data(), 12 * i, 12)); candidate < q)
          expected.push_back(candidate);
      Polynomial f;
      ASSERT_EQ(arithmetic->accept(f, have, block), have + expected.size());
      for (size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(f.coefficients[have + i], expected[i]);
    }
  }
}

std::string name_of(const testing::TestParamInfo<bool>& parameter) { return parameter.param ? "Avx2" : "Portable"; }

INSTANTIATE_TEST_SUITE_P(Both, MlkemArithmeticTest, testing::Bool(), name_of);

}  // namespace
}  // namespace handfast::crypto::mlkem
