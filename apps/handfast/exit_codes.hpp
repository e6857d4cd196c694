// exit_codes.hpp: the one contract of exit codes of every subcommand.
#pragma once

#include <handfast/result.hpp>

namespace handfast::app {

enum ExitCode : int {
  exit_done = 0,
  exit_wrong_usage = 2,    ///< the command line or the configuration is wrong
  exit_no_transport = 3,   ///< nobody there, or the bytes stopped before the handshake was done
  exit_we_refused = 4,     ///< we refused the peer
  exit_peer_refused = 5,   ///< the peer refused us
  exit_broken_later = 6,   ///< broken after the handshake
};

/// The code for a connection that failed with this error.
inline ExitCode exit_code_of(const Error& error, bool handshake_done) {
  if (handshake_done) return exit_broken_later;
  if (error.who == Who::peer) return exit_peer_refused;
  if (error.who == Who::transport || error.fault == Fault::handshake_timeout) return exit_no_transport;
  return exit_we_refused;
}

}  // namespace handfast::app
