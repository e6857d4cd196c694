// mlkem_backends.hpp: what mlkem.cpp chooses from beside our own implementation.
#pragma once

#include <crypto/mlkem.hpp>

namespace handfast::crypto {

/// Whether libcrypto has ML-KEM-768: 3.5 and later.
bool has_libcrypto_mlkem();
/// From a seed of 64 bytes or a decapsulation key of 2400.
Result<std::unique_ptr<MlkemKey>> make_libcrypto_mlkem_key(Bytes key);
/// Lengths are checked before.
Result<MlkemEncapsulation> libcrypto_mlkem_encapsulate(Bytes encapsulation_key, Bytes randomness);

std::unexpected<Error> refuse_ciphertext(size_t size);

}  // namespace handfast::crypto
