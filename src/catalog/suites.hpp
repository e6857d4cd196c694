// suites.hpp: one row per cipher suite. Whatever differs between suites is asked of the row.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

/// How the premaster secret comes about. `psk`: the key that both sides have is all there is to it; `any`: a suite of TLS 1.3, where
/// extensions choose key exchange and authentication (RFC 8446 section 1.2).
enum class KeyExchange : uint8_t { rsa, dhe, ecdhe, psk, any };
/// Who the server is: by its certificate, by a key that both sides have (RFC 4279), or unknown.
enum class Authentication : uint8_t { rsa, ecdsa, psk, anonymous, any };
enum class Cipher : uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_256_ccm,
  aes_128_ccm_8,
  aes_256_ccm_8,
  aria_128_gcm,
  aria_256_gcm,
  aes_128_cbc,
  aes_256_cbc,
  camellia_128_cbc,
  camellia_256_cbc,
  null,   ///< integrity alone
};
enum class Mac : uint8_t { aead, hmac_md5, hmac_sha1, hmac_sha256, hmac_sha384 };
enum class Prf : uint8_t { md5_sha1, sha256, sha384 };

struct SuiteRow {
  Suite suite;
  std::string_view name;           ///< in the IANA registry
  std::string_view openssl_name;
  KeyExchange key_exchange;
  Authentication authentication;   ///< the server certificate's kind; ecdsa also means EdDSA (RFC 8422 section 5.1)
  Cipher cipher;
  Mac mac;
  Prf prf;  ///< also the transcript hash; in TLS 1.3 the hash of the key schedule; before TLS 1.2 see prf_of
  Version first, last;
  bool on_by_default;
  std::string_view why_not;        ///< why it is off by default
};

/// All rows, in order of preference.
std::span<const SuiteRow> suites();
const SuiteRow* find(Suite suite);

/// Bytes of the MAC, and of its key; 0 with an AEAD.
size_t mac_size(Mac mac);

/// Key, IV and MAC key bytes of each direction (RFC 5246 section 6.3, RFC 8446 section 7.3). Before TLS 1.1 the first IV of CBC is
/// one of them.
struct KeySizes {
  size_t mac, key, iv;
};
KeySizes key_sizes(const SuiteRow& row, Version version);

/// The suite's own from TLS 1.2 on.
Prf prf_of(const SuiteRow& row, Version version);

/// Whether keys are exchanged that are forgotten afterwards.
inline bool is_ephemeral(const SuiteRow& row) {
  return row.key_exchange == KeyExchange::dhe || row.key_exchange == KeyExchange::ecdhe;
}
inline bool is_for(const SuiteRow& row, Version version) { return row.first <= version && version <= row.last; }
/// Whether a certificate shows who the server is.
inline bool has_certificate(const SuiteRow& row) {
  return row.authentication != Authentication::psk && row.authentication != Authentication::anonymous;
}

/// CBC: what is sealed is filled up to whole blocks.
inline bool is_block_cipher(Cipher cipher) { return cipher >= Cipher::aes_128_cbc && cipher <= Cipher::camellia_256_cbc; }

inline bool is_aead(const SuiteRow& row) { return row.mac == Mac::aead; }

}  // namespace handfast::catalog
