// tls_options.hpp: the options that connect, serve and chat have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <handfast/config.hpp>

#include "legacy_options.hpp"
#include "outcome.hpp"
#include "psk_options.hpp"

namespace handfast::app {

/// What the command line says about the protocol, as text.
struct TlsOptions {
  std::vector<std::string> versions{};
  std::vector<std::string> suites{};
  std::vector<std::string> groups{};
  std::vector<std::string> schemes{};
  std::vector<std::string> compressions{};  ///< of certificates
  std::vector<std::string> alpn{};
  PskFiles psks{};
  bool require_extended_master_secret = false;
  bool allow_legacy_peer = false;   ///< without RFC 5746
  LegacySwitches switches{};
  bool allow_renegotiation = false; ///< the peer may start new handshakes on the connection
  size_t record_size_limit = 0;     ///< 0: none is named
  double handshake_timeout = 30;    ///< seconds
  std::string trace{};              ///< "ladder", "json" or nothing
  std::string trace_file{};         ///< empty: the standard error output
  int verbosity = 0;                ///< how many -v
  std::string keylog{};
};

/// --tls, --suite, --group, --scheme, --alpn and so on.
void add_protocol_options(CLI::App& command, TlsOptions& options);
/// --trace, --trace-file, -v, --keylog.
void add_trace_options(CLI::App& command, TlsOptions& options);

/// Puts the options into a configuration. The key log may come from SSLKEYLOGFILE: the tool reads the environment, the
/// library never does.
Outcome<> apply(const TlsOptions& options, CommonOptions& config);

/// "handfast connect: SENTENCE" on the standard error output; returns the code for wrong usage.
int refuse_usage(std::string_view command, std::string_view sentence);

/// All that may be named, best first.
std::vector<Group> implemented_groups();
std::vector<Scheme> implemented_schemes();

/// A number from `least` to `most`.
CLI::Validator between(double least, double most);
/// A number from 0, without a sign.
CLI::Validator whole_number();

/// Seconds as people give them, as the clocks count them.
std::chrono::milliseconds to_milliseconds(double seconds);

}  // namespace handfast::app
