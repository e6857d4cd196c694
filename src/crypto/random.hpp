// random.hpp: libcrypto's random generator.
#pragma once

#include <handfast/result.hpp>

namespace handfast::crypto {

/// Fills with secure random bytes; false when the generator fails.
[[nodiscard]] bool random_bytes(std::span<uint8_t> out);

}  // namespace handfast::crypto
