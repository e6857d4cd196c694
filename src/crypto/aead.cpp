// aead.cpp: chooses who serves an algorithm.
#include <crypto/aead.hpp>

#include <crypto/aead_backends.hpp>

namespace handfast::crypto {
namespace {

// docs/design.md has the measurements.
AeadBackend fastest(AeadAlgorithm algorithm) {
  return has_ipsec_mb() && is_for_ipsec_mb(algorithm) ? AeadBackend::ipsec_mb : AeadBackend::libcrypto;
}

}  // namespace

Result<std::unique_ptr<Aead>> Aead::make(AeadAlgorithm algorithm, Bytes key, AeadBackend backend) {
  if (key.size() != key_size(algorithm)) return fail(Fault::crypto_failed, {"an AEAD key of the wrong length"});
  if (backend == AeadBackend::best) backend = fastest(algorithm);
  auto aead = backend == AeadBackend::ipsec_mb ? make_ipsec_mb_aead(algorithm, key) : make_libcrypto_aead(algorithm, key);
  if (!aead)
    return fail(Fault::crypto_failed, {backend == AeadBackend::ipsec_mb ? "Intel IPsec MB cannot serve here"
                                                                       : "libcrypto does not have the AEAD algorithm"});
  return aead;
}

bool Aead::available(AeadAlgorithm algorithm, AeadBackend backend) {
  if (backend == AeadBackend::ipsec_mb) return has_ipsec_mb() && is_for_ipsec_mb(algorithm);
  constexpr uint8_t key[32] = {};
  return make_libcrypto_aead(algorithm, Bytes(key).first(key_size(algorithm))) != nullptr;
}

}  // namespace handfast::crypto
