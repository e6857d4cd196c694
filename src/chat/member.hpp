#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "chat/capability.hpp"
#include "chat/flood.hpp"
#include "chat/line_reader.hpp"
#include "chat/server.hpp"

namespace handfast::chat {

struct Channel;

/// A line that waits for its turn.
struct WaitingLine {
  std::string text;
  bool too_long = false;  ///< it was, and is no longer kept
};

/// One connection, from add() on.
struct Member {
  Member(MemberId its_id, Identity its_identity) : id(its_id), identity(std::move(its_identity)) {}

  const MemberId id;
  const Identity identity;

  std::string nick;  ///< empty until NICK
  std::string real_name;
  std::string mask;  ///< nick!account@host
  std::optional<std::string> away;
  CapabilitySet capabilities;
  bool user_given = false;    ///< USER has come
  bool negotiating = false;   ///< between CAP LS or REQ and CAP END: registration waits
  bool registered = false;    ///< has been welcomed
  bool sasl_started = false;  ///< AUTHENTICATE EXTERNAL has come, its answer not
  bool sasl_done = false;
  bool invisible = false;                  ///< user mode +i
  bool gone = false;                       ///< closed: waits for its removal
  std::vector<Channel*> channels;          ///< in the order of joining
  std::vector<std::uint64_t> invitations;  ///< by operators: serials of channels, oldest first

  LineReader reader;
  FloodGate gate;
  std::list<WaitingLine> waiting;
  Instant connected{};
  Instant spoke{};                                ///< last message or command of a person: what WHOIS calls idle
  std::chrono::steady_clock::time_point heard{};  ///< last line of any kind
  std::optional<std::chrono::steady_clock::time_point> asked;  ///< when PING was sent and not answered yet
  std::optional<std::chrono::steady_clock::time_point> wake;   ///< its place in the timers
  std::uint64_t visited = 0;  ///< mark of the last broadcast to neighbours that has reached it

  /// The name numerics address: `*` before the first NICK.
  std::string_view shown_nick() const { return nick.empty() ? std::string_view("*") : std::string_view(nick); }
  bool has(Capability one) const { return capabilities.has(one); }
};

}  // namespace handfast::chat
