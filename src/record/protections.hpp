// protections.hpp: makes the protection of a suite from its keys.
#pragma once

#include <catalog/suites.hpp>
#include <record/protection.hpp>

namespace handfast::record {

/// The key material of one direction, sizes as catalog::key_sizes says.
struct DirectionKeys {
  Bytes mac_key, key, iv;
};

/// TLS 1.2: AEAD (RFC 5288, 7905), or CBC with HMAC, MAC-then-encrypt or encrypt-then-MAC (RFC 5246 section 6.2.3.2, RFC 7366).
Result<std::unique_ptr<Protection>> make_protection12(const catalog::SuiteRow& suite, const DirectionKeys& keys,
                                                      bool encrypt_then_mac);

}  // namespace handfast::record
