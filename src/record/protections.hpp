// protections.hpp: makes the protection of a suite from its keys.
#pragma once

#include <catalog/suites.hpp>
#include <record/protection.hpp>

namespace handfast::record {

/// The key material of one direction, sizes as catalog::key_sizes says.
struct DirectionKeys {
  Bytes mac_key, key, iv;
};

/// TLS 1.0 to 1.2: AEAD (RFC 5288, 6209, 6655, 7905), CBC with HMAC, MAC-then-encrypt or encrypt-then-MAC (RFC 5246 section
/// 6.2.3.2, RFC 7366), or an HMAC alone (RFC 5246 section 6.2.3.1), which `encrypt_then_mac` says nothing about.
/// Fault::crypto_failed for a version that the suite is not for and for keys of a wrong length.
Result<std::unique_ptr<Protection>> make_protection12(const catalog::SuiteRow& suite, Version version, const DirectionKeys& keys,
                                                      bool encrypt_then_mac);

/// TLS 1.3 (RFC 8446 section 5.2; without encryption RFC 9150 section 5). Content, type and padding are filled up to a multiple of
/// `padding_multiple` bytes, as far as a record has room; 0: no padding. Fault::crypto_failed for another version's suite and wrong keys.
Result<std::unique_ptr<Protection>> make_protection13(const catalog::SuiteRow& suite, Bytes key, Bytes iv,
                                                      size_t padding_multiple = 0);

}  // namespace handfast::record
