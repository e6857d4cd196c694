#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chat/member.hpp"

namespace handfast::chat {

/// A member's place on a channel.
struct Seat {
  Member* member = nullptr;
  bool op = false;     ///< +o, shown as @
  bool voice = false;  ///< +v, shown as +
};

struct Topic {
  std::string text;
  std::string by;  ///< mask of who set it
  std::chrono::system_clock::time_point at;
};

struct Ban {
  std::string mask;
  std::string by;
  std::chrono::system_clock::time_point at;
};

struct Channel {
  std::string name;          ///< as its first member wrote it
  std::uint64_t serial = 0;  ///< tells it from an earlier channel of the same name
  std::chrono::system_clock::time_point created;
  std::optional<Topic> topic;
  std::map<MemberId, Seat> seats;
  std::vector<Ban> bans;
  std::string key;                   ///< +k; empty: none
  std::optional<std::size_t> limit;  ///< +l
  bool invite_only = false;          ///< +i
  bool moderated = false;            ///< +m
  bool no_outsiders = true;          ///< +n
  bool secret = false;               ///< +s
  bool ops_set_topic = true;         ///< +t

  /// The member's seat; null when it is not on the channel.
  const Seat* seat(const Member& member) const {
    const auto found = seats.find(member.id);
    return found == seats.end() ? nullptr : &found->second;
  }
  Seat* seat(const Member& member) { return const_cast<Seat*>(std::as_const(*this).seat(member)); }

  bool has_op(const Member& member) const {
    const Seat* its = seat(member);
    return its != nullptr && its->op;
  }

  /// Whether `viewer` may know of the channel: +s hides it from all who are not on it.
  bool visible_to(const Member& viewer) const { return !secret || seat(viewer) != nullptr; }
};

/// `@`, `+` or nothing; with multi-prefix both where both hold.
inline std::string_view rank_prefix(const Seat& seat, const Member& viewer) {
  if (seat.op && seat.voice && viewer.has(Capability::multi_prefix)) return "@+";
  return seat.op ? "@" : seat.voice ? "+" : "";
}

}  // namespace handfast::chat
