// aead_backends.hpp: what aead.cpp chooses from.
#pragma once

#include <crypto/aead.hpp>

namespace handfast::crypto {

/// Null when libcrypto does not have the algorithm. `key` has key_size(algorithm) bytes.
std::unique_ptr<Aead> make_libcrypto_aead(AeadAlgorithm algorithm, Bytes key);

/// Whether Intel IPsec MB was found at build time and this processor has what it is fast with (AES-NI and AVX2 or better).
bool has_ipsec_mb();
/// Null unless has_ipsec_mb(), and for AES-CCM. `key` has key_size(algorithm) bytes.
std::unique_ptr<Aead> make_ipsec_mb_aead(AeadAlgorithm algorithm, Bytes key);

}  // namespace handfast::crypto
