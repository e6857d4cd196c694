// suites.hpp: one row per cipher suite. Whatever differs between suites is asked of the row.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

enum class KeyExchange : uint8_t { rsa, ecdhe };
enum class Authentication : uint8_t { rsa, ecdsa };
enum class Cipher : uint8_t { aes_128_gcm, aes_256_gcm, chacha20_poly1305, aes_128_cbc, aes_256_cbc };
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
  Prf prf;                         ///< also the transcript hash
  bool on_by_default;
  std::string_view why_not;        ///< why it is off by default
};

/// All rows, in order of preference.
std::span<const SuiteRow> suites();
const SuiteRow* find(Suite suite);

/// Key, fixed IV and MAC key bytes that the key block gives each direction (RFC 5246 section 6.3).
struct KeySizes {
  size_t mac, key, iv;
};
KeySizes key_sizes(const SuiteRow& row);

inline bool is_aead(const SuiteRow& row) { return row.mac == Mac::aead; }

}  // namespace handfast::catalog
