#include "tool.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <handfast/version.hpp>

#include "exit_codes.hpp"

namespace handfast::app {

namespace {

constexpr auto footer = R"(
Exit codes: 0 done, 2 wrong usage or configuration, 3 no transport, 4 we refused the peer,
            5 the peer refused us, 6 broken after the handshake.

Start here:
  handfast demo                          two chat members and a server, live, with the handshake drawn
  handfast connect example.org           talk to a server; what was agreed comes at the end
  handfast connect example.org --trace ladder </dev/null
`handfast COMMAND --help` tells more about each, with examples.)";

/// CLI11 says only that a command is missing where one is misspelt.
std::string words_of(const CLI::App& command, const CLI::ParseError& error) {
  const auto left = command.remaining();
  const bool lacks_command = command.get_require_subcommand_min() > 0 && command.get_subcommands().empty();
  if (!lacks_command) return error.what();
  std::vector<std::string> names;
  for (const auto* one : command.get_subcommands({})) names.push_back(one->get_name());
  return fmt::format("{}; there are {}", left.empty() || left.front().starts_with('-') ? "a command is missing" : "there is no command '" + left.front() + "'",
                     fmt::join(names, ", "));
}

int refuse(const CLI::App& tool, const CLI::ParseError& error) {
  const CLI::App* command = &tool;
  std::string name = tool.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    name += ' ' + command->get_name();
  }
  fmt::print(stderr, "{}: {}\n`{} --help` tells how to use it.\n", name, words_of(*command, error), name);
  return exit_wrong_usage;
}

}  // namespace

std::unique_ptr<CLI::App> make_command_line(Run& run) {
  auto tool = std::make_unique<CLI::App>("TLS that explains itself: connect, serve, chat, and see both sides.", "handfast");
  tool->set_version_flag("--version", fmt::format("handfast {}", version()));
  tool->require_subcommand(1);
  add_connect_command(*tool, run);
  add_serve_command(*tool, run);
  add_cert_command(*tool, run);
  add_chat_command(*tool, run);
  add_demo_command(*tool, run);
  add_suites_command(*tool, run);
  add_completion_command(*tool, run);
  tool->footer(footer);  // last: subcommands would inherit it
  return tool;
}

int run_tool(int argc, const char* const* argv) {
  Run run;
  const auto tool = make_command_line(run);
  if (argc < 2) {
    fmt::print(stderr, "{}", tool->help());
    return exit_wrong_usage;
  }
  try {
    tool->parse(argc, argv);
  } catch (const CLI::Success& shown) {  // --help, --version
    return tool->exit(shown);
  } catch (const CLI::ParseError& error) {
    return refuse(*tool, error);
  }
  return run();
}

}  // namespace handfast::app
