// cert.hpp: what the parts of `handfast cert` share.
#pragma once

#include <handfast/result.hpp>

#include "commands.hpp"

namespace handfast::app {

/// `handfast cert show FILE`.
void add_cert_show_command(CLI::App& cert, Run& run);  // cert_show.cpp
/// `handfast cert staple`.
void add_cert_staple_command(CLI::App& cert, Run& run);  // cert_staple.cpp

/// Prints the error of `handfast cert` and returns its exit code.
int report_cert_error(const Error& error);

}  // namespace handfast::app
