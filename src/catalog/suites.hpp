// suites.hpp: one row per cipher suite. Whatever differs between suites is asked of the row.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

/// `any`: a suite of TLS 1.3, where extensions choose key exchange and authentication (RFC 8446 section 1.2).
enum class KeyExchange : uint8_t { rsa, ecdhe, any };
enum class Authentication : uint8_t { rsa, ecdsa, any };
enum class Cipher : uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_128_ccm_8,
  aes_128_cbc,
  aes_256_cbc
};
enum class Mac : uint8_t { aead, hmac_sha1, hmac_sha256, hmac_sha384 };
enum class Prf : uint8_t { sha256, sha384 };

struct SuiteRow {
  Suite suite;
  std::string_view name;           ///< in the IANA registry
  std::string_view openssl_name;
  KeyExchange key_exchange;
  Authentication authentication;   ///< the server certificate's kind; ecdsa also means EdDSA (RFC 8422 section 5.1)
  Cipher cipher;
  Mac mac;
  Prf prf;  ///< also the transcript hash; in TLS 1.3 the hash of the key schedule
  bool on_by_default;
  std::string_view why_not;        ///< why it is off by default
};

/// All rows, in order of preference.
std::span<const SuiteRow> suites();
const SuiteRow* find(Suite suite);

/// Key, fixed IV and MAC key bytes of each direction (RFC 5246 section 6.3, RFC 8446 section 7.3).
struct KeySizes {
  size_t mac, key, iv;
};
KeySizes key_sizes(const SuiteRow& row);

/// The one version that the suite is for, or the highest of them.
inline Version version_of(const SuiteRow& row) {
  return row.key_exchange == KeyExchange::any ? Version::tls13 : Version::tls12;
}

inline bool is_aead(const SuiteRow& row) { return row.mac == Mac::aead; }

}  // namespace handfast::catalog
