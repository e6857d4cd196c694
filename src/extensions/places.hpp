// places.hpp: the messages that an extension may stand in.
#pragma once

#include <cstdint>

namespace handfast::extensions {

enum class Place : uint8_t { client_hello = 1, server_hello = 2 };

}  // namespace handfast::extensions
