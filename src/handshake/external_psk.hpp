// external_psk.hpp: what an ExternalPsk holds (see <handfast/psk.hpp>).
#pragma once

#include <base/secret.hpp>
#include <catalog/suites.hpp>
#include <crypto/hash.hpp>
#include <handfast/config.hpp>
#include <vector>

namespace handfast {

struct ExternalPsk::State {
  std::string identity;
  SecretBuffer key;
  PskHash hash;
};

/// The key of an identity that a server knows without asking elsewhere.
std::optional<ExternalPsk> known_psk(const ServerOptions& options, std::string_view identity);
/// SHA-256 of the key.
Buffer hash_of(const ExternalPsk& psk);

/// For the fingerprint of a configuration: a session outlives no change of these keys.
void add_to(crypto::Hash& hash, const std::vector<ExternalPsk>& keys);

inline catalog::Prf prf_of(const ExternalPsk& psk) {
  return psk.hash() == PskHash::sha256 ? catalog::Prf::sha256 : catalog::Prf::sha384;
}

}  // namespace handfast
