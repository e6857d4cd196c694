// scheme_algorithms.hpp: what libcrypto must do for a signature scheme (RFC 5246 section 7.4.1.4.1, RFC 8446
// section 4.2.3).
#pragma once

#include <crypto/owned.hpp>
#include <crypto/public_key.hpp>
#include <optional>
#include <span>

namespace handfast::crypto {

enum class Padding : uint8_t { none, pkcs1, pss };

/// One row per scheme. With SHA-1 there are only the two that TLS 1.0 and 1.1 have and no other version takes.
struct SchemeAlgorithm {
  Scheme scheme;
  KeyType key;
  const char* digest;  ///< libcrypto's name; null where the scheme hashes by itself (EdDSA)
  size_t digest_bytes;
  Padding padding;
  std::optional<Group> curve;  ///< the one that TLS 1.3 binds the scheme to
  bool before_tls12 = false;   ///< of TLS 1.0 and 1.1, and of these alone
};

std::span<const SchemeAlgorithm> scheme_algorithms();
const SchemeAlgorithm* find(Scheme scheme);

using DigestInit = int (*)(EVP_MD_CTX*, EVP_PKEY_CTX**, const char*, OSSL_LIB_CTX*, const char*, EVP_PKEY*,
                           const OSSL_PARAM*);

/// A context that signs (EVP_DigestSignInit_ex) or verifies (EVP_DigestVerifyInit_ex); null where it cannot with this
/// key.
OwnedDigestContext make_context(const SchemeAlgorithm& algorithm, DigestInit init, EVP_PKEY* key);

}  // namespace handfast::crypto
