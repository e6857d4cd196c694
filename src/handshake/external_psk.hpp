// external_psk.hpp: what an ExternalPsk holds (see <handfast/psk.hpp>).
#pragma once

#include <base/secret.hpp>
#include <catalog/suites.hpp>
#include <handfast/psk.hpp>

namespace handfast {

struct ExternalPsk::State {
  std::string identity;
  SecretBuffer key;
  PskHash hash;
};

inline catalog::Prf prf_of(const ExternalPsk& psk) {
  return psk.hash() == PskHash::sha256 ? catalog::Prf::sha256 : catalog::Prf::sha384;
}

}  // namespace handfast
