// keccak_avx2.cpp: four Keccak-f[1600] side by side, a word of each in a register of AVX2.
#include <crypto/keccak.hpp>

#if defined(__x86_64__)
#include <immintrin.h>

#include <crypto/keccak_constants.hpp>
#endif

namespace handfast::crypto {

#if defined(__x86_64__)

namespace {

using Word = __m256i;

[[gnu::target("avx2"), gnu::always_inline]] inline Word rotate(Word word, int bits) {
  return _mm256_or_si256(_mm256_slli_epi64(word, bits), _mm256_srli_epi64(word, 64 - bits));
}

[[gnu::target("avx2"), gnu::always_inline]] inline Word add(Word a, Word b) { return _mm256_xor_si256(a, b); }

/// What theta adds to each column (FIPS 202 section 3.2.1).
[[gnu::target("avx2"), gnu::always_inline]] inline void find_effects(const Word (&a)[25], Word (&d)[5]) {
  Word c[5];
#pragma GCC unroll 5
  for (size_t x = 0; x < 5; ++x) c[x] = add(add(add(a[x], a[x + 5]), add(a[x + 10], a[x + 15])), a[x + 20]);
#pragma GCC unroll 5
  for (size_t x = 0; x < 5; ++x) d[x] = add(c[(x + 4) % 5], rotate(c[(x + 1) % 5], 1));
}

/// theta, rho, pi and chi from a to b, a row of five after the other.
[[gnu::target("avx2"), gnu::always_inline]] inline void round(const Word (&a)[25], Word (&b)[25]) {
  Word d[5];
  find_effects(a, d);
#pragma GCC unroll 5
  for (size_t y = 0; y < 5; ++y) {
    Word row[5];
#pragma GCC unroll 5
    for (size_t x = 0; x < 5; ++x) {
      const auto from = keccak_sources[5 * y + x];
      row[x] = rotate(add(a[from], d[from % 5]), keccak_rotations[from]);
    }
#pragma GCC unroll 5
    for (size_t x = 0; x < 5; ++x) b[5 * y + x] = add(row[x], _mm256_andnot_si256(row[(x + 1) % 5], row[(x + 2) % 5]));
  }
}

[[gnu::target("avx2"), gnu::always_inline]] inline Word constant(size_t number) {
  return _mm256_set1_epi64x(static_cast<long long>(keccak_round_constants[number]));
}

}  // namespace

[[gnu::target("avx2")]] void permute4_avx2(KeccakState4& state) {
  Word a[25], b[25];
  auto* words = reinterpret_cast<Word*>(state.data());
  for (size_t i = 0; i < 25; ++i) a[i] = _mm256_loadu_si256(words + i);
  for (size_t i = 0; i < keccak_round_constants.size(); i += 2) {
    round(a, b);
    b[0] = add(b[0], constant(i));
    round(b, a);
    a[0] = add(a[0], constant(i + 1));
  }
  for (size_t i = 0; i < 25; ++i) _mm256_storeu_si256(words + i, a[i]);
}

#else

void permute4_avx2(KeccakState4& state) { permute4_portable(state); }

#endif

}  // namespace handfast::crypto
