// identity.hpp: what an Identity and a TrustStore hold (see <handfast/identity.hpp>).
#pragma once

#include <crypto/certificate_compression.hpp>
#include <crypto/known_certificates.hpp>
#include <crypto/verified_chains.hpp>
#include <handfast/identity.hpp>

namespace handfast {
namespace crypto {

/// Fault::key_unsupported for a key that peers refuse, or that TLS cannot use; `source` names the file.
Result<> check_kind(const PublicKey& key, const std::string& source);

}  // namespace crypto

struct Identity::State {
  std::vector<Buffer> chain{};                    ///< DER, leaf first; of a raw public key its SubjectPublicKeyInfo
  std::vector<crypto::Certificate> certificates{};  ///< the same, parsed; none of a raw public key
  crypto::PublicKey public_key{};                 ///< what the peer verifies our signatures with
  crypto::PrivateKey key{};                       ///< empty when `callback` signs
  SigningCallback callback{};
  Buffer staple{};                                ///< OCSPResponse, DER; empty: none
  Buffer timestamps{};                            ///< SignedCertificateTimestampList; empty: none
  /// Its Certificate messages, compressed. Not part of what the identity is, and so may change.
  std::shared_ptr<crypto::CompressedMessages> compressed = std::make_shared<crypto::CompressedMessages>();

  CertificateType type() const { return certificates.empty() ? CertificateType::raw_public_key : CertificateType::x509; }
  /// Whose it is, for people: the certificate's subject, or "raw public key" with its fingerprint.
  std::string description() const;
};

struct TrustStore::State {
  bool accepts_anyone = false;
  std::shared_ptr<void> store{};      // an X509_STORE, ready for any number of verifications at once
  bool checks_revocation = false;
  std::vector<Buffer> subjects{};
  std::vector<Buffer> raw_keys{};     ///< SubjectPublicKeyInfo, DER
  bool takes_certificates = true;
  Buffer fingerprint{};
  /// What this store has accepted lately. It is not part of what the store says, and so may change.
  std::shared_ptr<crypto::KnownCertificates> known = std::make_shared<crypto::KnownCertificates>();
  std::shared_ptr<crypto::VerifiedChains> verified = std::make_shared<crypto::VerifiedChains>();
};

}  // namespace handfast
