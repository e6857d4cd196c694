// mlkem_avx2.cpp: the arithmetic of ML-KEM with AVX2, sixteen coefficients at a time. mlkem_portable.cpp says what is
// computed; here is how.
#include <crypto/mlkem_arithmetic.hpp>

#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>
#include <cstring>
#endif

namespace handfast::crypto::mlkem {

#if defined(__x86_64__)

namespace {

// Helpers are inlined: g++ and clang pass no wide registers to functions of another target.
#define HANDFAST_INLINE [[gnu::target("avx2"), gnu::always_inline]] inline

using Lanes = __m256i;
constexpr size_t lanes = 16;

HANDFAST_INLINE Lanes all(int16_t value) { return _mm256_set1_epi16(value); }
HANDFAST_INLINE Lanes load(const int16_t* from) { return _mm256_loadu_si256(reinterpret_cast<const Lanes*>(from)); }
HANDFAST_INLINE void store(int16_t* to, Lanes value) { _mm256_storeu_si256(reinterpret_cast<Lanes*>(to), value); }
HANDFAST_INLINE Lanes sum(Lanes a, Lanes b) { return _mm256_add_epi16(a, b); }
HANDFAST_INLINE Lanes difference(Lanes a, Lanes b) { return _mm256_sub_epi16(a, b); }

constexpr int16_t inverse_of_q = -3327;   // modulo 2^16

/// A known factor, and it times inverse_of_q: with both a Montgomery product takes three multiplications.
struct Factor {
  Lanes value, scaled;
};

constexpr int16_t scale(int16_t value) { return static_cast<int16_t>(static_cast<uint16_t>(value * inverse_of_q)); }

HANDFAST_INLINE Lanes product(Lanes a, Factor factor) {
  const auto high = _mm256_mulhi_epi16(a, factor.value);
  const auto quotient = _mm256_mullo_epi16(a, factor.scaled);
  return difference(high, _mm256_mulhi_epi16(quotient, all(q)));
}

HANDFAST_INLINE Lanes center(Lanes a) {
  const auto quotient = _mm256_mulhrs_epi16(_mm256_mulhi_epi16(a, all(20159)), all(32));   // by 2^16, then by 2^10
  return difference(a, _mm256_mullo_epi16(quotient, all(q)));
}

HANDFAST_INLINE Lanes least(Lanes a) {
  const auto c = center(a);
  return sum(c, _mm256_and_si256(_mm256_srai_epi16(c, 15), all(q)));
}

/// The factors of the layers whose halves are shorter than a register, laid out as the butterflies below meet them: with
/// halves of 8, 4 and 2 there are blocks of 16, 8 and 4 coefficients, two, four and eight in a pair of registers.
struct ShortFactors {
  alignas(32) std::array<std::array<int16_t, lanes>, 8> value, scaled;

  HANDFAST_INLINE Factor of(size_t pair) const { return {load(value[pair].data()), load(scaled[pair].data())}; }
};

enum class Direction : bool { forward, inverse };

constexpr ShortFactors make_short_factors(size_t half, Direction direction) {
  ShortFactors factors{};
  const size_t each = 16 / half;   // blocks in a pair of registers
  for (size_t pair = 0; pair < 8; ++pair)
    for (size_t lane = 0; lane < lanes; ++lane) {
      // Halves of 2 lie in the order of their blocks 0, 1, 2, 3 in pairs of lanes, and so on.
      const size_t block = pair * each + lane / half;
      const size_t first = 128 / half;
      const auto zeta = direction == Direction::forward ? zetas[first + block] : zetas[2 * first - 1 - block];
      factors.value[pair][lane] = zeta;
      factors.scaled[pair][lane] = scale(zeta);
    }
  return factors;
}

template <Direction direction>
constexpr ShortFactors factors8 = make_short_factors(8, direction);
template <Direction direction>
constexpr ShortFactors factors4 = make_short_factors(4, direction);
template <Direction direction>
constexpr ShortFactors factors2 = make_short_factors(2, direction);

struct Pair {
  Lanes a, b;
};

/// From 16 + 16 neighbours to the halves of 8: a has the first halves of both blocks, b the second ones. Its own inverse.
HANDFAST_INLINE Pair halves8(Pair x) {
  return {_mm256_permute2x128_si256(x.a, x.b, 0x20), _mm256_permute2x128_si256(x.a, x.b, 0x31)};
}

/// From halves of 8 to halves of 4. Its own inverse.
HANDFAST_INLINE Pair halves4(Pair x) { return {_mm256_unpacklo_epi64(x.a, x.b), _mm256_unpackhi_epi64(x.a, x.b)}; }

/// From halves of 4 to halves of 2. Its own inverse.
HANDFAST_INLINE Pair halves2(Pair x) {
  return {_mm256_blend_epi32(x.a, _mm256_slli_epi64(x.b, 32), 0xaa),
          _mm256_blend_epi32(_mm256_srli_epi64(x.a, 32), x.b, 0xaa)};
}

HANDFAST_INLINE Pair forward(Pair x, Factor zeta) {
  const auto t = product(x.b, zeta);
  return {sum(x.a, t), difference(x.a, t)};
}

HANDFAST_INLINE Pair inverse(Pair x, Factor zeta) {
  return {sum(x.a, x.b), product(difference(x.b, x.a), zeta)};
}

HANDFAST_INLINE Factor factor_of(int16_t zeta) { return {all(zeta), all(scale(zeta))}; }

HANDFAST_INLINE Pair load_pair(const int16_t* from, size_t distance) { return {load(from), load(from + distance)}; }
HANDFAST_INLINE void store_pair(int16_t* to, size_t distance, Pair x) {
  store(to, x.a);
  store(to + distance, x.b);
}

[[gnu::target("avx2")]] void ntt(Polynomial& f) {
  auto* c = f.coefficients.data();
  size_t block = 1;
  for (size_t half = 128; half >= lanes; half /= 2)
    for (size_t start = 0; start < n; start += 2 * half, ++block) {
      const auto zeta = factor_of(zetas[block]);
      for (size_t i = start; i < start + half; i += lanes)
        store_pair(c + i, half, forward(load_pair(c + i, half), zeta));
    }
  for (size_t pair = 0; pair < 8; ++pair, c += 2 * lanes) {
    auto x = forward(halves8(load_pair(c, lanes)), factors8<Direction::forward>.of(pair));
    x = forward(halves4(x), factors4<Direction::forward>.of(pair));
    x = forward(halves2(x), factors2<Direction::forward>.of(pair));
    x = halves8(halves4(halves2({center(x.a), center(x.b)})));
    store_pair(c, lanes, x);
  }
}

[[gnu::target("avx2")]] void inverse_ntt(Polynomial& f) {
  auto* c = f.coefficients.data();
  for (size_t pair = 0; pair < 8; ++pair, c += 2 * lanes) {
    auto x = halves2(halves4(halves8(load_pair(c, lanes))));
    x = halves2(inverse(x, factors2<Direction::inverse>.of(pair)));
    x = halves4(inverse(x, factors4<Direction::inverse>.of(pair)));
    x = inverse(x, factors8<Direction::inverse>.of(pair));
    store_pair(c, lanes, halves8({center(x.a), center(x.b)}));
  }
  c = f.coefficients.data();
  size_t block = 15;
  for (size_t half = lanes; half <= 128; half *= 2)
    for (size_t start = 0; start < n; start += 2 * half, --block) {
      const auto zeta = factor_of(zetas[block]);
      for (size_t i = start; i < start + half; i += lanes)
        store_pair(c + i, half, inverse(load_pair(c + i, half), zeta));
    }
  const auto factor = factor_of(inverse_ntt_factor);
  for (size_t i = 0; i < n; i += lanes) store(c + i, product(load(c + i), factor));
}

/// The factors of algorithm 11, each at the odd one of its two coefficients, 2^16 at the even one: a product with it leaves
/// that as it is.
struct PairFactors {
  alignas(32) std::array<int16_t, n> value, scaled;
};
constexpr PairFactors pair_factors = [] {
  PairFactors factors{};
  constexpr int16_t one = static_cast<int16_t>((1 << 16) % q);
  for (size_t i = 0; i < n; ++i) {
    const auto zeta = zetas[64 + i / 4];
    factors.value[i] = i % 2 == 0 ? one : i % 4 == 1 ? zeta : static_cast<int16_t>(-zeta);
    factors.scaled[i] = scale(factors.value[i]);
  }
  return factors;
}();

/// Of the sums of 32 bits: a quotient in the upper half of each.
HANDFAST_INLINE Lanes reduce(Lanes sums) {
  const auto low = _mm256_and_si256(_mm256_mullo_epi16(sums, all(inverse_of_q)), _mm256_set1_epi32(0xffff));
  return _mm256_sub_epi32(sums, _mm256_madd_epi16(low, all(q)));
}

[[gnu::target("avx2")]] void multiply(Polynomial& out, const Vector& a, const Vector& b) {
  for (size_t i = 0; i < n; i += lanes) {
    const Factor factor{load(&pair_factors.value[i]), load(&pair_factors.scaled[i])};
    Lanes even = _mm256_setzero_si256(), odd = even;
    for (size_t j = 0; j < k; ++j) {
      const auto x = load(&a[j].coefficients[i]), y = load(&b[j].coefficients[i]);
      const auto swapped = _mm256_or_si256(_mm256_slli_epi32(y, 16), _mm256_srli_epi32(y, 16));
      even = _mm256_add_epi32(even, _mm256_madd_epi16(x, product(y, factor)));
      odd = _mm256_add_epi32(odd, _mm256_madd_epi16(x, swapped));
    }
    store(&out.coefficients[i], _mm256_blend_epi16(_mm256_srli_epi32(reduce(even), 16), reduce(odd), 0xaa));
  }
}

/// For each set of eight lanes: where the bytes of those in the set are, one after the other.
constexpr auto compaction = [] {
  std::array<std::array<uint8_t, 16>, 256> table{};
  for (size_t set = 0; set < table.size(); ++set) {
    size_t at = 0;
    for (size_t lane = 0; lane < 8; ++lane)
      if ((set >> lane) & 1) {
        table[set][at++] = static_cast<uint8_t>(2 * lane);
        table[set][at++] = static_cast<uint8_t>(2 * lane + 1);
      }
  }
  return table;
}();

/// Eight numbers of 12 bits from 12 of the 16 bytes at `from`.
[[gnu::target("avx2"), gnu::always_inline]] inline __m128i take12(const uint8_t* from) {
  const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  const auto spread = _mm_shuffle_epi8(bytes, _mm_setr_epi8(0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11));
  return _mm_blend_epi16(_mm_and_si128(spread, _mm_set1_epi16(0xfff)), _mm_srli_epi16(spread, 4), 0xaa);
}

// Whole groups of eight while there is room for eight and 16 bytes to load; the rest as the portable one does it.
[[gnu::target("avx2")]] size_t accept(Polynomial& f, size_t have, const std::array<uint8_t, shake128_rate>& block) {
  size_t i = 0;
  for (; i + 16 <= block.size() && have + 8 <= n; i += 12) {
    const auto candidates = take12(block.data() + i);
    const auto below = _mm_cmpgt_epi16(_mm_set1_epi16(q), candidates);
    const auto set = static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(below, _mm_setzero_si128())));
    const auto order = _mm_loadu_si128(reinterpret_cast<const __m128i*>(compaction[set].data()));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(&f.coefficients[have]), _mm_shuffle_epi8(candidates, order));
    have += static_cast<size_t>(std::popcount(set));
  }
  for (; i < block.size(); i += 3) {
    const int candidates[] = {block[i] | (block[i + 1] & 0xf) << 8, block[i + 1] >> 4 | block[i + 2] << 4};
    for (auto candidate : candidates)
      if (candidate < q && have < n) f.coefficients[have++] = static_cast<int16_t>(candidate);
  }
  return have;
}

[[gnu::target("avx2")]] void sample_noise(Polynomial& f, const std::array<uint8_t, 128>& bytes) {
  const auto low2 = _mm_set1_epi8(3), odd = _mm_set1_epi8(0x55);
  for (size_t i = 0; i < bytes.size(); i += 16) {
    const auto b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + i));
    const auto pairs = _mm_add_epi8(_mm_and_si128(b, odd), _mm_and_si128(_mm_srli_epi16(b, 1), odd));
    const auto first = _mm_sub_epi8(_mm_and_si128(pairs, low2), _mm_and_si128(_mm_srli_epi16(pairs, 2), low2));
    const auto second =
        _mm_sub_epi8(_mm_and_si128(_mm_srli_epi16(pairs, 4), low2), _mm_and_si128(_mm_srli_epi16(pairs, 6), low2));
    store(&f.coefficients[2 * i], _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(first, second)));
    store(&f.coefficients[2 * i + lanes], _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(first, second)));
  }
}

template <int d>
HANDFAST_INLINE Lanes compress(Lanes coefficients) {
  constexpr int16_t reciprocal = ((1 << (16 + d)) + q / 2) / q;
  const auto x = least(coefficients);
  const auto quotient = _mm256_mulhi_epu16(x, all(reciprocal));
  const auto rest = difference(sum(_mm256_slli_epi16(x, d), all(q / 2)), _mm256_mullo_epi16(quotient, all(q)));
  const auto corrected = difference(quotient, _mm256_cmpgt_epi16(rest, all(q - 1)));
  return _mm256_and_si256(corrected, all((1 << d) - 1));
}

/// Joins each two neighbours of `bits` bits: the results of 32 bits have 2 * bits.
template <int bits>
HANDFAST_INLINE Lanes join(Lanes values) {
  return _mm256_madd_epi16(values, _mm256_set1_epi32((1 << (16 + bits)) | 1));
}

/// The first `size` bytes of each half of a register, one after the other.
template <size_t size>
HANDFAST_INLINE void store_halves(uint8_t* out, Lanes bytes) {
  uint8_t both[32];
  _mm256_storeu_si256(reinterpret_cast<Lanes*>(both), bytes);
  std::memcpy(out, both, size);
  std::memcpy(out + size, both + 16, size);
}

[[gnu::target("avx2")]] void write12(uint8_t* out, const Polynomial& f) {
  const auto order = _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,   //
                                      0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  for (size_t i = 0; i < n; i += lanes, out += 24)
    store_halves<12>(out, _mm256_shuffle_epi8(join<12>(least(load(&f.coefficients[i]))), order));
}

[[gnu::target("avx2")]] void read12(Polynomial& f, const uint8_t* bytes) {
  auto* to = f.coefficients.data();
  for (size_t i = 0; i + 8 < n; i += 8, bytes += 12)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), take12(bytes));
  uint8_t last[16] = {};   // no byte behind the end is read
  std::memcpy(last, bytes, 12);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to + n - 8), take12(last));
}

[[gnu::target("avx2")]] void write10(uint8_t* out, const Polynomial& f) {
  const auto order = _mm256_setr_epi8(0, 1, 2, 3, 4, 8, 9, 10, 11, 12, -1, -1, -1, -1, -1, -1,   //
                                      0, 1, 2, 3, 4, 8, 9, 10, 11, 12, -1, -1, -1, -1, -1, -1);
  for (size_t i = 0; i < n; i += lanes, out += 20) {
    const auto twenty = join<10>(compress<10>(load(&f.coefficients[i])));
    // The lower one of each two goes up by 12 bits, then both go down by 12.
    const auto forty = _mm256_srli_epi64(_mm256_sllv_epi32(twenty, _mm256_set1_epi64x(12)), 12);
    store_halves<10>(out, _mm256_shuffle_epi8(forty, order));
  }
}

[[gnu::target("avx2")]] void read10(Polynomial& f, const uint8_t* bytes) {
  const auto order = _mm256_setr_epi8(0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9,   //
                                      0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9);
  // In each four lanes the bits start at 0, 2, 4 and 6: they go up to the top, where those of the neighbour fall off,
  // and down to bit 5.
  const auto to_top = _mm256_set1_epi64x(0x0001'0004'0010'0040);
  for (size_t i = 0; i < n; i += lanes, bytes += 20) {
    uint8_t both[32] = {};
    std::memcpy(both, bytes, 10);
    std::memcpy(both + 16, bytes + 10, 10);
    const auto spread = _mm256_shuffle_epi8(_mm256_loadu_si256(reinterpret_cast<const Lanes*>(both)), order);
    const auto shifted = _mm256_srli_epi16(_mm256_mullo_epi16(spread, to_top), 1);
    const auto x32 = _mm256_and_si256(shifted, all(0x7fe0));
    store(&f.coefficients[i], _mm256_mulhrs_epi16(x32, all(q)));
  }
}

[[gnu::target("avx2")]] void write4(uint8_t* out, const Polynomial& f) {
  for (size_t i = 0; i < n; i += 2 * lanes, out += lanes) {
    const auto nibbles = _mm256_packus_epi16(compress<4>(load(&f.coefficients[i])), compress<4>(load(&f.coefficients[i + lanes])));
    const auto bytes = _mm256_maddubs_epi16(nibbles, all(0x1001));
    const auto packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(bytes, bytes), 0xd8);   // quarters 0 1 2 3 to 0 2 1 3
    const auto ordered = _mm256_castsi256_si128(packed);
    // packus works in each half: quarters of 4 bytes come as 0 2 1 3.
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi32(ordered, 0xd8));
  }
}

[[gnu::target("avx2")]] void read4(Polynomial& f, const uint8_t* bytes) {
  for (size_t i = 0; i < n; i += lanes, bytes += 8) {
    const auto pairs = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes));
    const auto doubled = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(pairs, pairs));
    // x * 2^11: the upper nibble of each second, the lower one of the others.
    const auto x = _mm256_blend_epi16(_mm256_slli_epi16(doubled, 11), _mm256_slli_epi16(doubled, 7), 0xaa);
    store(&f.coefficients[i], _mm256_mulhrs_epi16(_mm256_and_si256(x, all(0x7800)), all(q)));
  }
}

#undef HANDFAST_INLINE

}  // namespace

const Arithmetic* avx2_arithmetic() {
  static constexpr Arithmetic row = {permute4_avx2, ntt,    inverse_ntt, multiply, accept, sample_noise, write12,
                                     read12,        write10, read10,      write4,   read4};
  return __builtin_cpu_supports("avx2") ? &row : nullptr;
}

#else

const Arithmetic* avx2_arithmetic() { return nullptr; }

#endif

}  // namespace handfast::crypto::mlkem
