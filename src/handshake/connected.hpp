// connected.hpp: handshake messages after the handshake.
#pragma once

#include <handshake/link.hpp>

namespace handfast {

/// What the peer of a connection of TLS 1.2 or older has asked for.
struct RenegotiationCounts {
  size_t refused = 0, allowed = 0;
};

enum class Wanted : uint8_t { nothing, new_handshake };

/// In a new handshake its next message. Otherwise a HelloRequest or ClientHello, for which the caller begins one where the
/// configuration allows that, so many times; or it is answered with the warning no_renegotiation, a bounded number of times too (RFC
/// 5246 sections 7.2.2 and 7.4.1.1), and not at all once we have said close_notify. Anything else is unexpected.
Result<Wanted> handle_after_handshake(Link& link, const Message& message, RenegotiationCounts& counts, bool output_closed);

}  // namespace handfast
