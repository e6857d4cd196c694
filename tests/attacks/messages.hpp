// messages.hpp: handshake messages put together and taken apart by hand, and what became of them.
#pragma once

#include <handshake/raw_hello.hpp>
#include <support/scenarios.hpp>

namespace handfast::support {

/// The id of the fault that a handshake ended with; "" while there is none.
inline std::string fault_of(const LinkEnd& end) { return end.link->error ? std::string(info(end.link->error->fault).id) : ""; }

inline WireMessage made_message(uint8_t type, std::string name, Bytes body) {
  Buffer whole(4 + body.size());
  whole[0] = type;
  whole[2] = static_cast<uint8_t>(body.size() >> 8);
  whole[3] = static_cast<uint8_t>(body.size());
  std::ranges::copy(body, whole.begin() + 4);
  return {handshake_kind(type), std::move(name), std::move(whole)};
}

template <class Hello>
Hello decoded(const WireMessage& message) {
  return *wire::decode<Hello>(message.body());
}

/// The next message that this end sends, which waits in its outbox.
inline const WireMessage& next_of(const LinkEnd& end) { return end.outbox.messages.front(); }

}  // namespace handfast::support
