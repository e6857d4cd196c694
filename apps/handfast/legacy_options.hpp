// legacy_options.hpp: what costs security and must be said by its name: --unsafe-..., old versions, small groups.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <handfast/config.hpp>

#include "outcome.hpp"

namespace handfast::app {

struct LegacySwitches {
  bool anonymous = false;       ///< suites without any authentication
  bool no_encryption = false;   ///< NULL suites
  bool small_groups = false;    ///< a client takes finite-field groups of 1024 to 2047 bits
};

/// --unsafe-anonymous and --unsafe-no-encryption.
void add_unsafe_options(CLI::App& command, LegacySwitches& switches);
/// --allow-small-groups, for clients.
void add_small_groups_option(CLI::App& command, LegacySwitches& switches);

/// The options that a suite needs beside its name: "--unsafe-no-encryption", "--unsafe-anonymous".
std::vector<std::string> unsafe_options_of(Suite suite);

/// Puts the switches into a configuration whose versions and suites are set. To name TLS 1.0 or 1.1 is to switch it on. A suite that
/// needs a switch which is not there is an error that says which.
Outcome<> apply(const LegacySwitches& switches, CommonOptions& config);

/// Whether a suite is named that needs no certificate of a server: it shows none.
bool names_anonymous_suite(const CommonOptions& config);

}  // namespace handfast::app
