// expectations.hpp: what the runner says a connection must look like.
#pragma once

#include <string>

#include <bogo/flags.hpp>
#include <bogo/observer.hpp>
#include <handfast/handfast.hpp>

namespace handfast::bogo {

/// What is not as the flags say, in words; empty: all is. For a connection whose handshake has just been completed.
std::string wrong_after_handshake(const Connection& connection, const Observer& seen, const Flags& flags, bool resuming,
                                  size_t cached_sessions);
/// The same at its end.
std::string wrong_at_end(const Connection& connection, const Observer& seen, const Flags& flags);

}  // namespace handfast::bogo
