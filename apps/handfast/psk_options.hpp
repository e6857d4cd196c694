// psk_options.hpp: keys that both sides have beforehand, from the command line or a file (RFC 8446 section 2.2).
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <handfast/psk.hpp>

#include "outcome.hpp"

namespace handfast::app {

struct PskFiles {
  std::vector<std::string> keys{};   ///< IDENTITY:HEXKEY
  std::vector<std::string> files{};  ///< of such lines
};

/// --psk and --psk-file.
void add_psk_options(CLI::App& command, PskFiles& files);

/// Those of the command line first. An error names identities and lines, never a key.
Outcome<std::vector<ExternalPsk>> read_psks(const PskFiles& files);

}  // namespace handfast::app
