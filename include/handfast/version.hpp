#pragma once

#include <string_view>

namespace handfast {

/// The library's version, such as "0.1.0". The view lives as long as the program.
[[nodiscard]] std::string_view version() noexcept;

}  // namespace handfast
