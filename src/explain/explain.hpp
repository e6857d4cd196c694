// explain.hpp: why a connection failed, in words: who refused what, the likely causes, what to change and where.
#pragma once

#include <string>

#include <handfast/connection.hpp>

namespace handfast::explain {

/// At most one screen (24 lines of 100 columns): who ended the connection and when, the facts, the likely causes ranked
/// with the change that each asks for and on which side, and what the other side will have logged. Printable text; each
/// line ends with a line feed.
std::string explain(const Error& error, Side our_side, const Summary& summary);

/// The same in one line, without line feed: for logs. At most 1 KiB.
std::string one_line(const Error& error, Side our_side);

}  // namespace handfast::explain
