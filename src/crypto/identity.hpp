// identity.hpp: what an Identity and a TrustStore hold (see <handfast/identity.hpp>).
#pragma once

#include <crypto/known_certificates.hpp>
#include <handfast/identity.hpp>

namespace handfast {

struct Identity::State {
  std::vector<Buffer> chain{};                    ///< DER, leaf first
  std::vector<crypto::Certificate> certificates{};  ///< the same, parsed
  crypto::PrivateKey key{};                       ///< empty when `callback` signs
  SigningCallback callback{};
};

struct TrustStore::State {
  bool accepts_anyone = false;
  std::shared_ptr<void> store{};      // an X509_STORE, ready for any number of verifications at once
  bool checks_revocation = false;
  std::vector<Buffer> subjects{};
  Buffer fingerprint{};
  /// What this store has accepted lately. It is not part of what the store says, and so may change.
  std::unique_ptr<crypto::KnownCertificates> known = std::make_unique<crypto::KnownCertificates>();
};

}  // namespace handfast
