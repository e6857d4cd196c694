// finish12.hpp: the last steps of a handshake of TLS 1.2 or before (RFC 5246 sections 7.1 and 7.4.9), the same for both sides, full or resumed.
#pragma once

#include <handshake/flow.hpp>
#include <handshake/keys12.hpp>
#include <messages/finished.hpp>

namespace handfast {

/// ChangeCipherSpec, our keys from the next record on, Finished.
Result<> send_finished(Link& link, const Agreed12& agreed, const keys::MasterSecret& master,
                       std::unique_ptr<record::Protection> output);

/// After the peer's ChangeCipherSpec: its keys from the next record on.
Result<> turn_on_input(Link& link, const Agreed12& agreed, std::unique_ptr<record::Protection> input);

/// The peer's Finished, held against what we have seen of the handshake. Fault::identity_changed in a new handshake on a connection.
Result<FinishedVerified> check_finished(Link& link, const Agreed12& agreed, const keys::MasterSecret& master,
                                        const Received<messages::Finished>& finished);

}  // namespace handfast
