// cert.hpp: what the parts of `handfast cert` share.
#pragma once

#include <map>

#include <fmt/format.h>
#include <handfast/result.hpp>

#include "commands.hpp"

namespace handfast::app {

/// `handfast cert show FILE`.
void add_cert_show_command(CLI::App& cert, Run& run);  // cert_show.cpp
/// `handfast cert staple`.
void add_cert_staple_command(CLI::App& cert, Run& run);  // cert_staple.cpp

/// An option whose value is one of these words, in any case of letters.
template <class T>
CLI::Option* add_choice(CLI::App& command, const std::string& option, T& value, const std::map<std::string, T>& choices,
                        const std::string& text) {
  const auto check = [&choices](const std::string& name) -> std::string {
    if (choices.contains(CLI::detail::to_lower(name))) return {};
    std::string known;
    for (const auto& [word, _] : choices) known += (known.empty() ? "" : ", ") + word;
    return fmt::format("there is no '{}'; known are: {}", name, known);
  };
  const auto choose = [&value, &choices](const std::string& name) { value = choices.at(CLI::detail::to_lower(name)); };
  return command.add_option_function<std::string>(option, choose, text)->check(CLI::Validator(check, ""));
}

/// Prints the error of `handfast cert` and returns its exit code.
int report_cert_error(const Error& error);

}  // namespace handfast::app
