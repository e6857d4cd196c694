// renegotiate.hpp: a new handshake on a connection of TLS 1.2 or older, bound to the one before (RFC 5246 section 7.4.1.1, RFC 5746).
#pragma once

#include <handshake/client.hpp>
#include <handshake/server.hpp>

namespace handfast {

/// The client's: a new hello, without a session, then as in a first handshake.
Handshake renegotiate(Link& link, std::shared_ptr<const ClientConfig> config, Target target);

/// The server's, from a ClientHello that has come or is to come. `asks_certificate`: also where the configuration asks for none; who
/// has shown one before is asked in any case.
Handshake renegotiate(Link& link, std::shared_ptr<const ServerConfig> config, bool asks_certificate);
/// HelloRequest, and the same.
Handshake ask_for_renegotiation(Link& link, std::shared_ptr<const ServerConfig> config, bool asks_certificate);

/// A server of ours waits for the client's answer to its HelloRequest: the connection still is as it was.
bool awaits_client_hello(const Link& link);
/// Gives a new handshake up before anything of it is in force: what was agreed before holds on.
void drop_renegotiation(Link& link);
/// The new handshake is complete: what it has agreed holds from here on.
void establish_renegotiation(Link& link);

/// Of a Finished of this handshake: the next one is bound to it (RFC 5746 section 3.1).
void keep_verify_data(Link& link, Side sender, const keys::VerifyData& verify_data);
/// What renegotiation_info of our own hello says; empty in a first handshake.
Buffer our_binding(const Link& link);
/// The ClientHello is bound to the handshake before it (RFC 5746 sections 3.6 and 3.7). Fault::secure_renegotiation_mismatch;
/// Fault::secure_renegotiation_missing, which the configuration may allow in a first handshake.
Result<> check_binding(Link& link, const messages::ClientHello& hello);
/// The same of a ServerHello (RFC 5746 sections 3.4 and 3.5).
Result<> check_binding(Link& link, const messages::ServerHello& hello);

/// The peer is who it was, or nobody before, or may be another one. Fault::identity_changed.
Result<> check_identity_kept(const Link& link);
/// RFC 7627 section 5.2, RFC 7366 section 3.1: no new handshake has less of either than the one before. Fault::renegotiation_changed.
Result<> check_not_weaker(const Link& link, const Agreed12& agreed);
/// The protocol (ALPN) of the connection: the one that was chosen; in a new handshake that chooses none, as those of OpenSSL, the one
/// before. Fault::renegotiation_changed when it is another.
Result<std::string> keep_protocol(const Link& link, std::string chosen);
/// Whether this server asks for a certificate in this handshake.
bool asks_for_certificate(const Link& link, const ServerOptions& options);

}  // namespace handfast
