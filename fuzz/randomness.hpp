// randomness.hpp: bytes that look random and are the same for each input, so that what breaks something breaks it again. They go in
// through the configuration; keys and signatures, which libcrypto draws for by itself, get theirs through its own hook.
#pragma once

#include <cstddef>
#include <cstdint>

#define OPENSSL_SUPPRESS_DEPRECATED   // RAND_METHOD: a provider for this would be a page of code
#include <openssl/rand.h>

namespace handfast::fuzz {

inline uint64_t random_state = 0;

inline bool fixed_randomness(uint8_t* out, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    random_state += 0x9e3779b97f4a7c15;   // splitmix64
    auto z = (random_state ^ (random_state >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    out[i] = static_cast<uint8_t>(z >> 56);
  }
  return true;
}

/// Before anything that is not the same for all inputs.
inline void restart_randomness() {
  static const RAND_METHOD method = {
      .seed = nullptr,
      .bytes = [](unsigned char* out, int size) { return fixed_randomness(out, static_cast<size_t>(size)) ? 1 : 0; },
      .cleanup = nullptr,
      .add = nullptr,
      .pseudorand = [](unsigned char* out, int size) { return fixed_randomness(out, static_cast<size_t>(size)) ? 1 : 0; },
      .status = [] { return 1; }};
  static const bool is_set = RAND_set_rand_method(&method) == 1;
  static_cast<void>(is_set);
  random_state = 1;
}

}  // namespace handfast::fuzz
