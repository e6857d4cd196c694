// identity.hpp: who we are (certificate chain and key), whom we trust, and who the peer turned out to be.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <handfast/names.hpp>
#include <handfast/result.hpp>

namespace handfast {

/// A signature that is wanted from a private key kept elsewhere.
struct SigningRequest {
  uint64_t token;        ///< give it back to Connection::complete
  Scheme scheme;
  Buffer input;          ///< what is to be signed, not hashed yet
};

/// Called when a signature is wanted, from the threads of all connections; answer with Connection::complete(token, ...) now or later.
/// Must not re-enter the connection from inside the call: note the request, and complete it from the connection's owner.
using SigningCallback = std::function<void(SigningRequest)>;

/// A certificate chain, leaf first, and its private key. Immutable, cheap to copy, shared between threads.
class Identity {
 public:
  /// Reads PEM files: the chain (leaf first, intermediates after it, no root needed) and the key, which may be the same
  /// file. The error names the file and what is wrong: unreadable, no certificate, encrypted key, key mismatch.
  static Result<Identity> from_files(const std::string& chain_file, const std::string& key_file);
  /// The same from text in memory.
  static Result<Identity> from_pem(std::string_view chain, std::string_view key);
  /// The key is elsewhere (a token, another thread). Offers no static RSA key exchange.
  static Result<Identity> with_callback(std::string_view chain, SigningCallback sign);

  /// A raw public key in the place of certificates (RFC 7250): the public half of this private key (PEM). For peers that know
  /// the key itself; TLS 1.3 only.
  static Result<Identity> raw_public_key(std::string_view key);
  static Result<Identity> raw_public_key_from_file(const std::string& key_file);

  /// The same with an OCSP response (DER) about its certificate, sent by a server to clients that ask for one.
  /// Fault::config_conflict when it is no response about this certificate; whether it is good is for the client to say.
  Result<Identity> with_staple(Buffer response) const;
  /// The same with signed certificate timestamps: a SignedCertificateTimestampList (RFC 6962 section 3.3), sent by a server to
  /// clients that ask for it. Fault::config_conflict when it is none.
  Result<Identity> with_timestamps(Buffer list) const;

  /// DER certificates, leaf first, or one SubjectPublicKeyInfo. Live as long as this identity or a copy of it.
  const std::vector<Buffer>& chain() const;
  bool is_raw_public_key() const;

  struct State;
  const State& state() const { return *state_; }
  explicit Identity(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

/// What a peer's certificate is checked against. Immutable, cheap to copy, shared between threads.
class TrustStore {
 public:
  /// The system's store (/etc/ssl/certs on Debian).
  static Result<TrustStore> system();
  /// Certificate authorities from a PEM file, and revocation lists from others. With at least one CRL file every
  /// certificate below the root needs a current CRL of its issuer.
  static Result<TrustStore> from_files(const std::vector<std::string>& ca_files, const std::vector<std::string>& crl_files = {});
  static Result<TrustStore> from_pem(std::string_view authorities, std::string_view crls = {});
  /// No verification at all: anyone can be in the middle. For looking at broken servers only.
  static TrustStore insecure_accept_anyone();

  /// Nobody at all, to begin with: for with_raw_keys.
  static TrustStore nobody();
  /// The same, and raw public keys (RFC 7250) in PEM ("PUBLIC KEY"): a peer is then asked whether it has one. A raw key has no
  /// name and no date: whoever holds it is the peer. Fault::pem_malformed, Fault::key_unsupported.
  Result<TrustStore> with_raw_keys(std::string_view keys) const;
  Result<TrustStore> with_raw_keys_from_files(const std::vector<std::string>& files) const;

  bool accepts_anyone() const;
  /// Whether certificates can be accepted: there are authorities, or anyone is accepted.
  bool takes_certificates() const;
  /// SubjectPublicKeyInfo (DER) of the trusted raw public keys.
  const std::vector<Buffer>& raw_keys() const;
  /// Subject names (DER) of the authorities, for CertificateRequest.
  const std::vector<Buffer>& subjects() const;
  /// SHA-256 over all anchors and CRLs: sessions are bound to it.
  Bytes fingerprint() const;

  struct State;
  const State& state() const { return *state_; }
  explicit TrustStore(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

/// The peer, as its certificate says.
struct PeerIdentity {
  std::vector<Buffer> chain;            ///< DER, as it was sent, leaf first; of a raw public key its SubjectPublicKeyInfo
  bool verified = false;                ///< false when verification was switched off
  std::string subject;                  ///< one line, "CN=alice,O=Example"
  std::string issuer;
  std::string common_name;              ///< UTF-8; empty where there is none
  std::vector<std::string> names;       ///< DNS names and addresses of subjectAltName
  std::string sha256;                   ///< fingerprint of the leaf (of the SubjectPublicKeyInfo), lower-case hex
  bool raw_public_key = false;          ///< RFC 7250: it has no subject, issuer or names
  bool stapled = false;                 ///< a stapled OCSP response says that the certificate is good
  Buffer timestamps{};                  ///< SignedCertificateTimestampList (RFC 6962), as it came and if it was asked for; not checked
};

}  // namespace handfast
