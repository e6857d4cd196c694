// public_key.hpp: keys of certificates: signatures (RFC 5246 section 7.4.1.4.1, RFC 8446 section 4.2.3) and the RSA premaster.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <base/secret.hpp>
#include <handfast/names.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

enum class KeyType : uint8_t { rsa, rsa_pss, ecdsa, ed25519, ed448, other };

/// The public key of a certificate.
class PublicKey {
 public:
  PublicKey() = default;
  explicit PublicKey(std::shared_ptr<void> key);    // an EVP_PKEY
  /// A SubjectPublicKeyInfo (DER). Fault::certificate_malformed when it does not parse or has bytes behind its end.
  static Result<PublicKey> parse(Bytes spki);

  /// SubjectPublicKeyInfo, DER.
  Buffer spki() const;
  KeyType type() const { return type_; }
  size_t bits() const { return bits_; }
  /// The curve of an ECDSA key.
  std::optional<Group> curve() const { return curve_; }
  /// "RSA 2048", "ECDSA P-256", "Ed25519".
  std::string description() const;
  /// Whether a signature of this scheme over a handshake can come from this key under this version. The key is of the
  /// scheme's kind (rsa_pss_rsae for rsaEncryption, rsa_pss_pss for RSASSA-PSS) and has room for its hash; in TLS 1.2 the
  /// curve of ECDSA is free, in TLS 1.3 it is the scheme's, and there is no PKCS#1 v1.5 (RFC 8446 section 4.2.3). TLS 1.0 and
  /// 1.1 have one scheme for RSA and one for ECDSA, on any curve, which fit no other version (RFC 2246 section 7.4.3, RFC 4492
  /// section 5.4).
  bool fits(Scheme scheme, Version version) const;
  /// Fault::signature_invalid when it is not this key's signature over `message`; Fault::scheme_not_for_key when !fits.
  Result<> verify(Scheme scheme, Version version, Bytes message, Bytes signature) const;
  /// PKCS#1 v1.5 encryption, for the premaster secret of a static RSA key exchange.
  Result<Buffer> encrypt_pkcs1(Bytes secret) const;

 private:
  std::shared_ptr<void> key_;
  KeyType type_ = KeyType::other;
  size_t bits_ = 0;
  std::optional<Group> curve_;
};

using Premaster = Secret<48>;

/// A private key in this process. Immutable, cheap to copy, shared between threads.
class PrivateKey {
 public:
  PrivateKey() = default;
  explicit PrivateKey(std::shared_ptr<void> key);   // an EVP_PKEY

  explicit operator bool() const { return prepared_ != nullptr; }
  /// Its public half.
  PublicKey public_key() const;
  /// Fault::scheme_not_for_key for a scheme that this key must not sign with in this version, as PublicKey::fits says.
  Result<Buffer> sign(Scheme scheme, Version version, Bytes message) const;
  /// The premaster secret of a static RSA exchange (RFC 5246 section 7.4.7.1): 48 bytes whose first two are
  /// `offered` when padding, length and version are right, and `substitute` (48 random bytes) otherwise; which of the
  /// two, neither time nor result tells. An error only for our own failures.
  Result<Premaster> decrypt_premaster(Bytes encrypted, Version offered, Bytes substitute) const;

 private:
  struct Prepared;
  std::shared_ptr<const Prepared> prepared_;
};

}  // namespace handfast::crypto
