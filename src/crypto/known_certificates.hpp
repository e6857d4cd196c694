// known_certificates.hpp: certificates of peers that were accepted before, parsed.
#pragma once

#include <crypto/certificate.hpp>
#include <crypto/recent.hpp>

namespace handfast::crypto {

/// Parsed certificates by the SHA-256 of their DER; the least recently used leaves first. libcrypto takes two thirds of a
/// client's handshake to parse one, and mutual TLS sees the same ones again and again. Nothing but the parsing is saved
/// here; VerifiedChains saves verdicts. Thread-safe.
class KnownCertificates {
 public:
  explicit KnownCertificates(size_t limit = 64) : known_(limit) {}

  std::optional<Certificate> find(Bytes der);
  /// For certificates of chains that were verified only: whoever has none must not push out the others. Long ones are not
  /// kept.
  void keep(Bytes der, const Certificate& certificate);
  void forget_all() { known_.forget_all(); }
  size_t size() const { return known_.size(); }

 private:
  Recent<Certificate> known_;
};

}  // namespace handfast::crypto
