// authenticate.hpp: chains, signatures over key exchanges, CertificateVerify (RFC 5246 sections 7.4.2, 7.4.3, 7.4.8).
#pragma once

#include <crypto/certificate.hpp>
#include <crypto/verified_chains.hpp>
#include <handshake/certificate13.hpp>
#include <handshake/flow.hpp>
#include <handshake/keys12.hpp>
#include <messages/certificate.hpp>
#include <messages/certificate13.hpp>
#include <messages/key_exchange.hpp>

namespace handfast {

/// A peer whose chain was accepted; that it holds the key is another proof.
class AcceptedPeer {
 public:
  const crypto::PublicKey& key() const { return key_; }
  std::shared_ptr<const PeerIdentity> identity() const { return identity_; }
  /// When the first certificate of its chain expires, in seconds since 1970: no session may outlive it.
  uint64_t valid_until() const { return valid_until_; }

 private:
  AcceptedPeer() = default;
  friend struct PeerCheck;
  crypto::PublicKey key_;
  std::shared_ptr<const PeerIdentity> identity_;
  uint64_t valid_until_ = 0;
};

/// What a chain is checked against.
struct PeerCheck {
  const TrustStore& trust;
  std::string_view name{};              ///< host or address; empty: none is checked
  bool needs_key_encipherment = false;  ///< static RSA
  CertificateType type = CertificateType::x509;
  crypto::StapleRule staple_rule = crypto::StapleRule::ignored;
  CertificateWishes asked{};            ///< what we have said that we take (TLS 1.3)

  /// Parses and verifies the chain of a Certificate message that has at least one certificate, unless that was done a
  /// short time ago. Every failed check is a fact of the error.
  Result<AcceptedPeer> check(Link& link, const messages::Certificate& message, CertificateExtras extras = {}) const;
  Result<AcceptedPeer> check(Link& link, const messages::Certificate13& message) const;

 private:
  Result<AcceptedPeer> check_chain(Link& link, const messages::Certificate& message, CertificateExtras extras) const;
  Result<crypto::VerifiedChain> verify(Link& link, const messages::Certificate& message, Buffer timestamps,
                                       const crypto::VerifyOptions& options) const;
  static AcceptedPeer accepted(const crypto::VerifiedChain& chain);
  Result<AcceptedPeer> check_raw_key(Link& link, const messages::Certificate& message) const;
};

/// What a client asks of the staple.
crypto::StapleRule staple_rule(const ClientOptions& options);

/// The server's key fits the suite that it chose (RFC 5246 section 7.4.2).
Result<> check_key_fits(const AcceptedPeer& server, const Agreed12& agreed);

/// Proof that the server signed this key exchange.
class ServerAuthenticated {
  ServerAuthenticated() = default;
  friend Result<ServerAuthenticated> authenticate_server(Link&, const Agreed12&, const AcceptedPeer&,
                                                         const messages::ServerKeyExchange&);
};
Result<ServerAuthenticated> authenticate_server(Link& link, const Agreed12& agreed, const AcceptedPeer& server,
                                                const messages::ServerKeyExchange& exchange);

/// Proof that the client holds the key of its certificate.
class ClientAuthenticated {
  ClientAuthenticated() = default;
  friend Result<ClientAuthenticated> authenticate_client(Link&, const AcceptedPeer&,
                                                         const Received<messages::CertificateVerify>&);
};
Result<ClientAuthenticated> authenticate_client(Link& link, const AcceptedPeer& client,
                                                const Received<messages::CertificateVerify>& proof);

/// The bytes that ServerKeyExchange signs: both randoms and the parameters.
Result<Buffer> signed_params(const Agreed12& agreed, const messages::ServerParams& params);

/// Proof that the peer holds the key of its certificate (TLS 1.3, RFC 8446 section 4.4.3).
class PeerAuthenticated {
  PeerAuthenticated() = default;
  friend Result<PeerAuthenticated> authenticate_peer(Link&, const AcceptedPeer&,
                                                     const Received<messages::CertificateVerify13>&);
};
Result<PeerAuthenticated> authenticate_peer(Link& link, const AcceptedPeer& peer,
                                            const Received<messages::CertificateVerify13>& proof);

/// The signature of our CertificateVerify over the transcript so far.
Asked sign13(const Link& link, const Identity& identity, Scheme scheme);

/// A signature by an identity's key, wherever it is.
Asked sign(const Identity& identity, Scheme scheme, Version version, Buffer input);

/// The Certificate message of an identity; an empty one for none.
messages::Certificate certificate_message(const Identity* identity);

}  // namespace handfast
