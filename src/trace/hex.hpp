// hex.hpp: bytes for people to read.
#pragma once

#include <string>
#include <vector>

#include <handfast/result.hpp>

namespace handfast::trace {

/// Lower-case, no separators.
std::string hex_text(Bytes bytes);

/// "0010  16 03 03 ...  |....|" lines of 16 bytes.
std::vector<std::string> hex_dump(Bytes bytes);

}  // namespace handfast::trace
