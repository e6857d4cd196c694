// mac_row.hpp: the HMACs of the suites, and how a protection that has nothing else is described.
#pragma once

#include <string>

#include <catalog/suites.hpp>
#include <crypto/hash.hpp>

namespace handfast::record {

struct MacRow {
  crypto::HashAlgorithm hash;
  std::string_view name;
};

/// For suites that have no AEAD.
constexpr MacRow mac_row(catalog::Mac mac) {
  switch (mac) {
    case catalog::Mac::hmac_md5: return {crypto::HashAlgorithm::md5, "HMAC-MD5"};
    case catalog::Mac::hmac_sha1: return {crypto::HashAlgorithm::sha1, "HMAC-SHA1"};
    case catalog::Mac::hmac_sha256: return {crypto::HashAlgorithm::sha256, "HMAC-SHA256"};
    default: return {crypto::HashAlgorithm::sha384, "HMAC-SHA384"};
  }
}

inline std::string without_encryption(const MacRow& row) { return "no encryption, " + std::string(row.name); }

}  // namespace handfast::record
