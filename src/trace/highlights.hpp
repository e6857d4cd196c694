// highlights.hpp: what matters in a message, in a few words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <trace/fields.hpp>

namespace handfast::trace {

/// Short lines, printable. With `decided`, what the sender's own decisions have said already is left out.
std::vector<std::string> highlights(std::string_view message, const Field& fields, bool decided, bool ascii);

}  // namespace handfast::trace
