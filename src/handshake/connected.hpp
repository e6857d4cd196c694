// connected.hpp: handshake messages after the handshake.
#pragma once

#include <handshake/link.hpp>

namespace handfast {

/// A HelloRequest or ClientHello is answered with the warning no_renegotiation, a bounded number of times (RFC 5246 sections
/// 7.2.2 and 7.4.1.1), and not at all once we have said close_notify; anything else is unexpected.
Result<> handle_after_handshake(Link& link, const Message& message, size_t& requests, bool output_closed);

}  // namespace handfast
