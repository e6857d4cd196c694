// mlkem_arithmetic.hpp: polynomials of ML-KEM (FIPS 203 sections 2.4 and 4) and what is computed with them, as a table of
// functions with a row for each kind of processor.
#pragma once

#include <array>
#include <cstdint>

#include <crypto/keccak.hpp>

namespace handfast::crypto::mlkem {

constexpr size_t n = 256, k = 3;
constexpr int16_t q = 3329;

/// A polynomial, or its number-theoretic transform. Coefficients are known modulo q: "small" ones lie within (-q, q).
struct Polynomial {
  alignas(32) std::array<int16_t, n> coefficients;
};
using Vector = std::array<Polynomial, k>;

/// Bytes of n coefficients of 12, 10 and 4 bits.
constexpr size_t encoded12_size = 384, encoded10_size = 320, encoded4_size = 128;

/// No function branches on, or finds its place in memory by, coefficients; `accept` does, which takes public bytes.
struct Arithmetic {
  void (*permute4)(KeccakState4& state);
  /// FIPS 203 algorithm 9. Small to small.
  void (*ntt)(Polynomial& f);
  /// Algorithm 10, times 2^16, which `multiply` leaves out. Small to small.
  void (*inverse_ntt)(Polynomial& f);
  /// The sum of the products of transforms (algorithm 11), divided by 2^16. `a` within 12 bits, `b` small; gives small ones.
  void (*multiply)(Polynomial& out, const Vector& a, const Vector& b);
  /// Candidates of 12 bits, three bytes for two, that are below q are appended to the first `have` coefficients (algorithm
  /// 7) until there are n; returns how many there are.
  size_t (*accept)(Polynomial& f, size_t have, const std::array<uint8_t, shake128_rate>& block);
  /// Algorithm 8 with eta 2.
  void (*sample_noise)(Polynomial& f, const std::array<uint8_t, 128>& bytes);
  /// Algorithms 4 to 6. Writing takes any coefficients, reading 12 bits gives them as they are.
  void (*write12)(uint8_t* out, const Polynomial& f);
  void (*read12)(Polynomial& f, const uint8_t* bytes);
  void (*write10)(uint8_t* out, const Polynomial& f);   ///< compressed
  void (*read10)(Polynomial& f, const uint8_t* bytes);  ///< decompressed
  void (*write4)(uint8_t* out, const Polynomial& f);
  void (*read4)(Polynomial& f, const uint8_t* bytes);
};

const Arithmetic& portable_arithmetic();
/// Null where the processor, or the build, has no AVX2.
const Arithmetic* avx2_arithmetic();

/// a / 2^16 modulo q, small, for |a| < q * 2^15.
constexpr int16_t montgomery_reduce(int32_t a) {
  constexpr uint16_t inverse_of_q = 62209;   // modulo 2^16
  const auto t = static_cast<int16_t>(static_cast<uint16_t>(static_cast<uint32_t>(a) * inverse_of_q));
  return static_cast<int16_t>((a - t * q) >> 16);
}

/// The representative of a within (-q/2, q/2].
constexpr int16_t centered(int32_t a) {
  constexpr int32_t reciprocal = 20159;   // 2^26 / q
  return static_cast<int16_t>(a - ((reciprocal * a + (1 << 25)) >> 26) * q);
}

/// 17^bitrev7(i) * 2^16 modulo q, centered (FIPS 203 appendix A).
constexpr auto zetas = [] {
  std::array<int16_t, 128> powers{};
  for (unsigned i = 0; i < powers.size(); ++i) {
    unsigned reversed = 0;
    for (unsigned bit = 0; bit < 7; ++bit) reversed |= ((i >> bit) & 1) << (6 - bit);
    int32_t power = (1 << 16) % q;
    for (unsigned j = 0; j < reversed; ++j) power = power * 17 % q;
    powers[i] = static_cast<int16_t>(power > q / 2 ? power - q : power);
  }
  return powers;
}();

/// What undoes the doublings of the inverse transform and gives the factor of 2^16: 2^32 / 128 modulo q.
constexpr int16_t inverse_ntt_factor = static_cast<int16_t>((uint64_t{1} << 25) % q);

}  // namespace handfast::crypto::mlkem
