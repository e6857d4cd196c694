// keccak_constants.hpp: the tables of Keccak-f[1600], made from their definitions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace handfast::crypto {

/// iota: FIPS 202 section 3.2.5, algorithms 5 and 6.
constexpr auto keccak_round_constants = [] {
  std::array<uint64_t, 24> constants{};
  unsigned lfsr = 1;
  for (auto& constant : constants)
    for (unsigned j = 0; j < 7; ++j) {
      if (lfsr & 1) constant |= uint64_t{1} << ((1u << j) - 1);
      lfsr = (lfsr << 1) ^ ((lfsr >> 7) * 0x171);
    }
  return constants;
}();

/// rho: by how many bits a word, at x + 5 y, is rotated (FIPS 202 section 3.2.2).
constexpr auto keccak_rotations = [] {
  std::array<int, 25> rotations{};
  size_t x = 1, y = 0;
  for (int t = 0; t < 24; ++t) {
    rotations[x + 5 * y] = (t + 1) * (t + 2) / 2 % 64;
    const auto next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
  }
  return rotations;
}();

/// pi: where the word that comes to x + 5 y was (FIPS 202 section 3.2.3).
constexpr auto keccak_sources = [] {
  std::array<size_t, 25> sources{};
  for (size_t x = 0; x < 5; ++x)
    for (size_t y = 0; y < 5; ++y) sources[x + 5 * y] = (x + 3 * y) % 5 + 5 * x;
  return sources;
}();

}  // namespace handfast::crypto
