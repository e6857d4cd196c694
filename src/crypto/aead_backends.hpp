// aead_backends.hpp: what aead.cpp chooses from.
#pragma once

#include <crypto/aead.hpp>

namespace handfast::crypto {

/// Null when libcrypto does not have the algorithm. `key` has key_size(algorithm) bytes.
std::unique_ptr<Aead> make_libcrypto_aead(AeadAlgorithm algorithm, Bytes key);

/// Whether Intel IPsec MB was found at build time and this processor has what it is fast with (AES-NI and AVX2 or better).
bool has_ipsec_mb();
/// What it serves.
constexpr bool is_for_ipsec_mb(AeadAlgorithm algorithm) {
  return algorithm == AeadAlgorithm::aes_128_gcm || algorithm == AeadAlgorithm::aes_256_gcm ||
         algorithm == AeadAlgorithm::chacha20_poly1305;
}
/// Null unless has_ipsec_mb() and is_for_ipsec_mb(algorithm). `key` has key_size(algorithm) bytes.
std::unique_ptr<Aead> make_ipsec_mb_aead(AeadAlgorithm algorithm, Bytes key);

}  // namespace handfast::crypto
