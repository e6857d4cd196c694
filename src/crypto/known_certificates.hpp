// known_certificates.hpp: certificates of peers that were accepted before, parsed.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <crypto/certificate.hpp>
#include <crypto/hash.hpp>

namespace handfast::crypto {

/// Parsed certificates by the SHA-256 of their DER; the least recently used leaves first. libcrypto takes two thirds of a
/// client's handshake to parse one, and mutual TLS sees the same ones again and again. Nothing but the parsing is saved:
/// each connection verifies its chain anew. Thread-safe.
class KnownCertificates {
 public:
  explicit KnownCertificates(size_t limit = 64) : limit_(limit) {}

  std::optional<Certificate> find(Bytes der);
  /// For certificates of chains that were verified only: whoever has none must not push out the others. Long ones are not
  /// kept.
  void keep(Bytes der, const Certificate& certificate);
  void forget_all();
  size_t size() const;

 private:
  using Fingerprint = std::array<uint8_t, 32>;
  struct Entry {
    Fingerprint fingerprint;
    Certificate certificate;
  };
  struct FirstBytes {
    size_t operator()(const Fingerprint& fingerprint) const;
  };
  static Fingerprint fingerprint_of(Bytes der);

  mutable std::mutex mutex_;
  std::list<Entry> entries_;   // most recently used first
  std::unordered_map<Fingerprint, std::list<Entry>::iterator, FirstBytes> index_;
  size_t limit_;
};

}  // namespace handfast::crypto
