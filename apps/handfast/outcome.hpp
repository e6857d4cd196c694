// outcome.hpp: what reading a command line gives.
#pragma once

#include <expected>
#include <string>

namespace handfast::app {

/// A value, or a sentence for the person that typed the command.
template <class T = void>
using Outcome = std::expected<T, std::string>;

}  // namespace handfast::app
