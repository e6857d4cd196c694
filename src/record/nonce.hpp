// nonce.hpp: numbers in network order, and the nonces made of them.
#pragma once

#include <array>
#include <bit>
#include <cstring>

#include <catalog/suites.hpp>
#include <crypto/aead.hpp>

namespace handfast::record {

template <class Number>
void put(uint8_t* out, Number number) {
  if constexpr (std::endian::native == std::endian::little) number = std::byteswap(number);
  std::memcpy(out, &number, sizeof number);
}

inline uint64_t take64(const uint8_t* from) {
  uint64_t number;
  std::memcpy(&number, from, sizeof number);
  return std::endian::native == std::endian::little ? std::byteswap(number) : number;
}

using Nonce = std::array<uint8_t, crypto::aead_nonce_size>;

/// The IV with the sequence number added to its end, bit by bit (RFC 7905 section 2, RFC 8446 section 5.3).
inline Nonce xor_nonce(const Nonce& iv, uint64_t sequence) {
  auto nonce = iv;
  put(nonce.data() + 4, take64(iv.data() + 4) ^ sequence);
  return nonce;
}

/// For the ciphers of AEAD suites.
constexpr crypto::AeadAlgorithm aead_algorithm(catalog::Cipher cipher) {
  switch (cipher) {
    case catalog::Cipher::aes_128_gcm: return crypto::AeadAlgorithm::aes_128_gcm;
    case catalog::Cipher::aes_256_gcm: return crypto::AeadAlgorithm::aes_256_gcm;
    case catalog::Cipher::aes_128_ccm: return crypto::AeadAlgorithm::aes_128_ccm;
    case catalog::Cipher::aes_128_ccm_8: return crypto::AeadAlgorithm::aes_128_ccm_8;
    case catalog::Cipher::aes_256_ccm: return crypto::AeadAlgorithm::aes_256_ccm;
    case catalog::Cipher::aes_256_ccm_8: return crypto::AeadAlgorithm::aes_256_ccm_8;
    case catalog::Cipher::aria_128_gcm: return crypto::AeadAlgorithm::aria_128_gcm;
    case catalog::Cipher::aria_256_gcm: return crypto::AeadAlgorithm::aria_256_gcm;
    default: return crypto::AeadAlgorithm::chacha20_poly1305;
  }
}

}  // namespace handfast::record
