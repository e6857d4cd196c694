// server.hpp: the server's handshakes.
#pragma once

#include <memory>

#include <handfast/config.hpp>
#include <handshake/authenticate.hpp>
#include <handshake/choose.hpp>
#include <handshake/flow.hpp>
#include <handshake/keys12.hpp>
#include <handshake/session_state.hpp>
#include <messages/finished.hpp>

namespace handfast {

/// ClientHello, then the handshake of the version that both have.
Handshake server(Link& link, std::shared_ptr<const ServerConfig> config);
/// The rest of a handshake of TLS 1.2 or before (RFC 5246 section 7.3).
Handshake server12(Link& link, std::shared_ptr<const ServerConfig> config, Received<messages::ClientHello> hello);

/// The rest of a TLS 1.3 handshake (RFC 8446 section 2).
Handshake server13(Link& link, std::shared_ptr<const ServerConfig> config, Received<messages::ClientHello> hello);

/// The CertificateRequest of TLS 1.3, its context still empty.
messages::CertificateRequest13 make_request13(const ServerOptions& options);
/// The client's certificate, or none where that is allowed; `context` is the request's. Fault::certificate_context_wrong,
/// Fault::client_certificate_missing.
Result<std::optional<AcceptedPeer>> accept_client13(Link& link, const ServerOptions& options, CertificateType type,
                                                    AnyCertificate&& shown, Bytes context);

/// Names of the authorities whose certificates we accept, as many as there is room for.
blocks<1, 65535, 0, 65535> named_authorities(const ServerOptions& options);

/// What the client's hello must have, whatever is chosen afterwards.
Result<> check_hello12(Link& link, const messages::ClientHello& hello, const ServerOptions& options);

/// A session of ours that the client wants to resume.
struct Resumption {
  Session12 session;
  bool by_ticket = false;
  bool renew = false;   ///< more than half of its lifetime is over
};
/// The session of the ticket or session id in this hello; none: a full handshake. Fault::extended_master_secret_changed when the
/// client has dropped extended master secret (RFC 7627 section 5.3).
Result<std::optional<Resumption>> find_session(Link& link, const ServerConfig& config, const messages::ClientHello& hello);

/// What the server keeps of a connection. `valid_until` (seconds since 1970) is the end of the client's chain, or of the session that
/// is renewed: a resumption proves nothing anew.
Session12 make_session12(Link& link, const ServerConfig& config, const Agreed12& agreed, const keys::MasterSecret& master,
                         uint64_t valid_until);
/// Not a session whose pre-shared key came from PskCallback: whether it still holds could not be seen.
bool may_be_resumed(const Session12& session);
/// Whether the client takes tickets and we give them, under what was agreed.
bool gives_ticket(const ServerConfig& config, const messages::ClientHello& hello, bool extended_master_secret);
/// A ticket with this session; empty, which RFC 5077 section 3.3 allows, when it would be too long.
Result<messages::NewSessionTicket> make_ticket(const ServerConfig& config, const Session12& session);

}  // namespace handfast
