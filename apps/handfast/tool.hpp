// tool.hpp: the whole command line.
#pragma once

#include <memory>

#include <CLI/CLI.hpp>

#include "commands.hpp"

namespace handfast::app {

/// Every subcommand with its options. `run` is set by parsing and must live as long as the result.
std::unique_ptr<CLI::App> make_command_line(Run& run);

/// Parses and runs; returns the exit code.
int run_tool(int argc, const char* const* argv);

}  // namespace handfast::app
