// connected13.hpp: TLS 1.3 messages after the handshake (RFC 8446 section 4.6).
#pragma once

#include <handshake/link.hpp>
#include <messages/finished13.hpp>

namespace handfast {

/// KeyUpdate at any time; NewSessionTicket and, where the client has offered it, CertificateRequest from a server; a client's answer
/// to our own request, in one piece; anything else is unexpected. Once we have said close_notify nothing is answered.
Result<> handle_after_handshake13(Link& link, const Message& message, bool output_closed);

/// Our next keys, from the next record on; the peer is asked for its own where wished (RFC 8446 section 4.6.3).
Result<> update_keys(Link& link, messages::KeyUpdateRequest request);

/// Our next keys, where the peer has asked for them; for before our next application data, so that a peer that asks and asks while
/// we are silent has one answer (RFC 8446 section 4.6.3).
Result<> answer_update(Link& link);

}  // namespace handfast
