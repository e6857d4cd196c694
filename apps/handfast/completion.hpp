// completion.hpp: completion scripts for shells, made from the command line itself.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace handfast::app {

/// A script that completes subcommands, options and their values, for `source <(handfast completion bash)`.
std::string bash_completion(const CLI::App& tool);
/// The same for zsh, to be put as `_handfast` into a folder of $fpath, or sourced.
std::string zsh_completion(const CLI::App& tool);

}  // namespace handfast::app
