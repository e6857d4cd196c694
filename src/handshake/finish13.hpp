// finish13.hpp: the last steps of a TLS 1.3 handshake (RFC 8446 section 4.4.4), the same for both sides.
#pragma once

#include <handshake/flow.hpp>
#include <handshake/keys13.hpp>
#include <messages/finished13.hpp>

namespace handfast {

Result<> send_finished13(Link& link, const keys::TrafficSecret& ours);
/// The peer's Finished, held against what we have seen of the handshake.
Result<FinishedVerified> check_finished13(const keys::TrafficSecret& theirs, const Received<messages::Finished13>& finished);

}  // namespace handfast
