// commands.hpp: the subcommands. Each adds itself to the command line and, when it was asked for, sets what to run.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace handfast::app {

/// Runs the subcommand that was asked for; returns the exit code.
using Run = std::function<int()>;

void add_connect_command(CLI::App& tool, Run& run);     // connect.cpp
void add_serve_command(CLI::App& tool, Run& run);       // serve.cpp
void add_chat_command(CLI::App& tool, Run& run);        // chat_join.cpp: the two below
void add_chat_serve_command(CLI::App& chat, Run& run);  // chat_serve.cpp
void add_chat_join_command(CLI::App& chat, Run& run);   // chat_join.cpp
void add_demo_command(CLI::App& tool, Run& run);        // demo.cpp
void add_cert_command(CLI::App& tool, Run& run);        // cert.cpp
void add_suites_command(CLI::App& tool, Run& run);      // suites.cpp
void add_completion_command(CLI::App& tool, Run& run);  // completion.cpp

}  // namespace handfast::app
