// words.hpp: the words that several sinks have for the same thing.
#pragma once

#include <string_view>

#include <handfast/trace.hpp>

namespace handfast::trace {

constexpr std::string_view word(Side side) { return side == Side::client ? "client" : "server"; }
constexpr std::string_view word(Direction direction) { return direction == Direction::sent ? "sent" : "received"; }
constexpr std::string_view word(Who who) {
  return who == Who::local ? "local" : who == Who::peer ? "peer" : "transport";
}
constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

/// ContentType (RFC 5246 section 6.2.1); empty for a number without a name.
constexpr std::string_view content_type_name(uint8_t type) {
  switch (type) {
    case 20: return "change_cipher_spec";
    case 21: return "alert";
    case 22: return "handshake";
    case 23: return "application_data";
    default: return {};
  }
}

}  // namespace handfast::trace
