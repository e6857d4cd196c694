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

/// Called when a signature is wanted; answer with Connection::complete(token, ...) now or later. Must not re-enter the
/// connection from inside the call: note the request, and complete it from the connection's owner.
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

  /// DER certificates, leaf first. Live as long as this identity or a copy of it.
  const std::vector<Buffer>& chain() const;

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

  bool accepts_anyone() const;
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
  std::vector<Buffer> chain;            ///< DER, as it was sent, leaf first
  bool verified = false;                ///< false when verification was switched off
  std::string subject;                  ///< one line, "CN=alice,O=Example"
  std::string issuer;
  std::string common_name;              ///< UTF-8; empty where there is none
  std::vector<std::string> names;       ///< DNS names and addresses of subjectAltName
  std::string sha256;                   ///< fingerprint of the leaf, lower-case hex
};

}  // namespace handfast
