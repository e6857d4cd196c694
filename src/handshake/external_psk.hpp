// external_psk.hpp: what an ExternalPsk holds (see <handfast/psk.hpp>).
#pragma once

#include <base/secret.hpp>
#include <catalog/suites.hpp>
#include <crypto/hash.hpp>
#include <handfast/psk.hpp>
#include <vector>

namespace handfast {

struct ExternalPsk::State {
  std::string identity;
  SecretBuffer key;
  PskHash hash;
};

/// For the fingerprint of a configuration: a session outlives no change of these keys.
void add_to(crypto::Hash& hash, const std::vector<ExternalPsk>& keys);

inline catalog::Prf prf_of(const ExternalPsk& psk) {
  return psk.hash() == PskHash::sha256 ? catalog::Prf::sha256 : catalog::Prf::sha384;
}

}  // namespace handfast
