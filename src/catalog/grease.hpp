// grease.hpp: values that mean nothing, sent so that nobody comes to refuse what is unknown (RFC 8701 section 2).
#pragma once

#include <cstdint>
#include <string_view>

namespace handfast::catalog {

/// "GREASE", or nothing for any other value.
constexpr std::string_view grease(auto value) {
  auto number = static_cast<uint16_t>(value);
  return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff) ? "GREASE" : "";
}

}  // namespace handfast::catalog
