// names.hpp: the name of a message by its kind, also of those that are refused before they are parsed.
#pragma once

#include <string_view>

#include <wire/kind.hpp>

namespace handfast::messages {

/// "ClientHello", ...; "unknown" for a handshake type without a name.
std::string_view name_of(Kind kind);

}  // namespace handfast::messages
