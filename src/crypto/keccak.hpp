// keccak.hpp: SHA-3 and SHAKE (FIPS 202), squeezed a block at a time and four at once, as ML-KEM needs them; libcrypto 3.0
// has neither.
#pragma once

#include <array>

#include <base/secret.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

/// Bytes that a permutation takes in or gives out (FIPS 202 sections 6.1 and 6.2).
constexpr size_t shake128_rate = 168, shake256_rate = 136, sha3_256_rate = 136, sha3_512_rate = 72;

using KeccakState = std::array<uint64_t, 25>;
/// Four states, word by word beside each other.
using KeccakState4 = std::array<std::array<uint64_t, 4>, 25>;

/// Keccak-f[1600] (FIPS 202 section 3.3).
void permute(KeccakState& state);
/// The same for four states; one after the other.
void permute4_portable(KeccakState4& state);
/// With AVX2; only where the processor has it.
void permute4_avx2(KeccakState4& state);

/// A sponge: absorb, then squeeze. Erases its state.
class Sponge {
 public:
  static Sponge shake128() { return {shake128_rate, shake_suffix}; }
  static Sponge shake256() { return {shake256_rate, shake_suffix}; }
  static Sponge sha3_256() { return {sha3_256_rate, sha3_suffix}; }
  static Sponge sha3_512() { return {sha3_512_rate, sha3_suffix}; }
  Sponge(const Sponge&) = delete;
  Sponge& operator=(const Sponge&) = delete;
  ~Sponge();

  Sponge& absorb(Bytes bytes);
  /// The next bytes of the output; nothing can be absorbed any more.
  void squeeze(std::span<uint8_t> out);

 private:
  static constexpr uint8_t shake_suffix = 0x1f, sha3_suffix = 0x06;   // FIPS 202 section B.2
  Sponge(size_t rate, uint8_t suffix) : rate_(rate), suffix_(suffix) {}
  void add(size_t at, uint8_t byte) { state_[at / 8] ^= uint64_t{byte} << (8 * (at % 8)); }

  KeccakState state_{};
  size_t rate_, at_ = 0;
  uint8_t suffix_;
  bool squeezing_ = false;
};

/// Four SHAKE over inputs that fit into a block. Erases its state.
class Shake4 {
 public:
  /// `permute` is one of those above.
  Shake4(size_t rate, const std::array<Bytes, 4>& inputs, void (*permute)(KeccakState4&));
  Shake4(const Shake4&) = delete;
  Shake4& operator=(const Shake4&) = delete;
  ~Shake4();
  /// The next `size` bytes of each, a multiple of 8 and at most the rate; what is left of their block is dropped.
  void squeeze_block(const std::array<uint8_t*, 4>& out, size_t size);

 private:
  KeccakState4 state_{};
  void (*permute_)(KeccakState4&);
};

}  // namespace handfast::crypto
