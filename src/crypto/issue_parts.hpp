// issue_parts.hpp: what issue.cpp and issue_staple.cpp share.
#pragma once

#include <chrono>
#include <crypto/owned.hpp>

namespace handfast::crypto {

inline std::time_t seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::system_clock::to_time_t(time);
}

/// The digest to sign with; null for keys that hash by themselves.
inline const EVP_MD* digest_for(const EVP_PKEY* key, bool sha1) {
  const int id = EVP_PKEY_get_id(key);
  if (id == EVP_PKEY_ED25519 || id == EVP_PKEY_ED448) return nullptr;
  if (sha1) return EVP_sha1();
  return EVP_PKEY_get_bits(key) == 384 ? EVP_sha384() : EVP_sha256();
}

}  // namespace handfast::crypto
