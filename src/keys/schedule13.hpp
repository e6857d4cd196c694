// schedule13.hpp: the key schedule of TLS 1.3 (RFC 8446 section 7.1). Each stage is consumed by the next; what a stage can derive
// are its member functions, so that no secret is made from the wrong one.
#pragma once

#include <string_view>

#include <base/secret.hpp>
#include <catalog/suites.hpp>
#include <crypto/hash.hpp>

namespace handfast::keys {

/// As long as the hash of the suite.
using HashSecret = Secret<48>;

/// HKDF-Expand-Label (RFC 8446 section 7.1): fills `out`, at most 255 bytes.
void expand_label(catalog::Prf prf, Bytes secret, std::string_view label, Bytes context, std::span<uint8_t> out);

/// Key and IV of one direction (RFC 8446 section 7.3).
struct TrafficKeys {
  Secret<48> key;   ///< RFC 9150 section 4: as long as the hash, like the IV
  Secret<48> iv;
};

/// What protects one direction for a while, and proves in Finished that its sender has it.
class TrafficSecret {
 public:
  TrafficSecret() = default;
  TrafficKeys keys(const catalog::SuiteRow& suite) const;
  /// verify_data of a Finished over this transcript (RFC 8446 section 4.4.4).
  crypto::Digest finished(Bytes transcript_hash) const;
  /// The one after a KeyUpdate (RFC 8446 section 7.2).
  TrafficSecret next() const;
  /// For the key log.
  Bytes view() const { return secret_.view(); }
  explicit operator bool() const { return !secret_.empty(); }

 private:
  friend class EarlySecret;
  friend class HandshakeSecret;
  friend class MasterSecret13;
  TrafficSecret(catalog::Prf prf, HashSecret secret) : prf_(prf), secret_(std::move(secret)) {}
  catalog::Prf prf_{};
  HashSecret secret_;
};

/// Exports keying material (RFC 8446 section 7.5).
class ExporterSecret13 {
 public:
  ExporterSecret13() = default;
  void expand(std::string_view label, Bytes context, std::span<uint8_t> out) const;
  Bytes view() const { return secret_.view(); }

 private:
  friend class EarlySecret;
  friend class MasterSecret13;
  ExporterSecret13(catalog::Prf prf, HashSecret secret) : prf_(prf), secret_(std::move(secret)) {}
  catalog::Prf prf_{};
  HashSecret secret_;
};

/// What tickets' pre-shared keys are made of (RFC 8446 section 4.6.1).
class ResumptionSecret {
 public:
  HashSecret psk(Bytes ticket_nonce) const;

 private:
  friend class MasterSecret13;
  ResumptionSecret(catalog::Prf prf, HashSecret secret) : prf_(prf), secret_(std::move(secret)) {}
  catalog::Prf prf_{};
  HashSecret secret_;
};

/// The last stage.
class MasterSecret13 {
 public:
  /// Over all messages up to the server's Finished.
  TrafficSecret client_application_traffic(Bytes transcript_hash) const;
  TrafficSecret server_application_traffic(Bytes transcript_hash) const;
  ExporterSecret13 exporter(Bytes transcript_hash) const;
  /// Over all messages up to the client's Finished.
  ResumptionSecret resumption(Bytes transcript_hash) const;

 private:
  friend class HandshakeSecret;
  MasterSecret13(catalog::Prf prf, HashSecret secret) : prf_(prf), secret_(std::move(secret)) {}
  catalog::Prf prf_{};
  HashSecret secret_;
};

/// After the key exchange.
class HandshakeSecret {
 public:
  /// Over both hellos.
  TrafficSecret client_handshake_traffic(Bytes transcript_hash) const;
  TrafficSecret server_handshake_traffic(Bytes transcript_hash) const;
  MasterSecret13 finish() &&;

 private:
  friend class EarlySecret;
  HandshakeSecret(catalog::Prf prf, HashSecret secret) : prf_(prf), secret_(std::move(secret)) {}
  catalog::Prf prf_{};
  HashSecret secret_;
};

/// Where a pre-shared key comes from: it decides the label of its binder (RFC 8446 section 7.1).
enum class PskKind : uint8_t { resumption, external };

/// The first stage, from a pre-shared key or from none.
class EarlySecret {
 public:
  /// Only for mix(): all else needs a pre-shared key.
  explicit EarlySecret(catalog::Prf prf);
  EarlySecret(catalog::Prf prf, Bytes psk);

  /// The proof of having the pre-shared key (RFC 8446 section 4.2.11.2), over the hash of the truncated ClientHello and what came before it.
  crypto::Digest binder(PskKind kind, Bytes truncated_hash) const;
  /// Over the ClientHello.
  TrafficSecret client_early_traffic(Bytes transcript_hash) const;
  ExporterSecret13 early_exporter(Bytes transcript_hash) const;
  /// With the secret of a key exchange; empty: a pre-shared key alone (psk_ke).
  HandshakeSecret mix(Bytes shared_secret) &&;

 private:
  catalog::Prf prf_;
  HashSecret secret_;   // empty without a pre-shared key
};

}  // namespace handfast::keys
