// tickets13.hpp: tickets of TLS 1.3, given by a server and taken by a client (RFC 8446 section 4.6.1).
#pragma once

#include <handshake/client.hpp>
#include <handshake/server.hpp>
#include <messages/finished13.hpp>

namespace handfast {

/// After the client's Finished. `valid_until` (seconds since 1970) is the end of the client's chain, or of the session that was
/// resumed: a resumption proves nothing anew.
Result<> send_tickets(Link& link, const ServerConfig& config, const catalog::SuiteRow& suite, const keys::MasterSecret13& master,
                      size_t count, uint64_t valid_until);

/// After the client's Finished, at the client: what will be needed when tickets come, which may be at any time.
void expect_tickets(Link& link, const ClientConfig& config, const Target& target,
                    const keys::MasterSecret13& master, uint64_t valid_until);
/// Keeps a session of it. Fault::ticket_flood after too many.
Result<> take_ticket(Link& link, messages::NewSessionTicket13 message);

}  // namespace handfast
