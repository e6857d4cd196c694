// downgrade.hpp: how two sides see that somebody made them choose a lower version than both have: the mark in a server's random
// (RFC 8446 section 4.1.3), and what a client says that tries again with less (TLS_FALLBACK_SCSV, RFC 7507).
#pragma once

#include <handfast/config.hpp>
#include <messages/hello.hpp>

namespace handfast {

/// Fault::inappropriate_fallback for a hello that says it is a retry, when we have a higher version than was chosen for it.
Result<> check_fallback(const messages::ClientHello& hello, const CommonOptions& options, Version chosen);

/// Marks a server's random when it has a higher version than it chooses.
void mark_downgrade(messages::Random& random, const CommonOptions& options, Version chosen);

/// Whether the mark is there and we have what the server has not chosen: Fault::downgrade_detected.
Result<> check_downgrade(const messages::Random& random, const CommonOptions& options, Version chosen);

}  // namespace handfast
