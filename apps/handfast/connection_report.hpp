// connection_report.hpp: what a person wants to know of a connection, in lines of text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <handfast/connection.hpp>

namespace handfast::app {

/// What was agreed and who the peer is, one "name  value" a line; for the end of a command.
std::string describe(const Summary& summary, Side our_side);

/// Its channel bindings, where it has them, in lines like those.
std::string describe_bindings(const Connection& connection);

/// What was agreed in one short line for logs: version, suite, resumed or not, who the client is.
std::string one_line(const Summary& summary);

}  // namespace handfast::app
