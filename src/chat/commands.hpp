#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat/message.hpp"
#include "chat/state.hpp"

namespace handfast::chat {

using Handler = void (*)(State& state, Member& member, const Message& message);

/// From when on a command may come.
enum class Phase : std::uint8_t {
  always,
  before,      ///< only until the member is welcomed: then 462
  registered,  ///< only from then on: else 451
};

struct Command {
  std::string_view name;
  Handler handler;
  std::size_t min_params = 0;  ///< fewer: 461
  Phase phase = Phase::registered;
  bool counts_as_activity = true;  ///< ends what WHOIS calls idle
};

/// The row of a command, whatever its case; null when there is none.
const Command* find_command(std::string_view name);

/// Runs one line of `member`, tags and all. May close the member.
void run_line(State& state, Member& member, std::string_view line);

/// The answer to a line beyond the limits: 417.
void refuse_long_line(State& state, Member& member);

// registration.cpp
void handle_pass(State& state, Member& member, const Message& message);
void handle_nick(State& state, Member& member, const Message& message);
void handle_user(State& state, Member& member, const Message& message);
void handle_setname(State& state, Member& member, const Message& message);
void handle_ping(State& state, Member& member, const Message& message);
void handle_pong(State& state, Member& member, const Message& message);
void handle_quit(State& state, Member& member, const Message& message);
/// Welcomes the member if NICK and USER have come and no capability negotiation is open.
void try_register(State& state, Member& member);
/// Takes the nick that is `owner`'s account name from a stranger who chose it while the owner was away.
void reclaim_account_nick(State& state, const Identity& owner);

// capabilities.cpp
void handle_cap(State& state, Member& member, const Message& message);
void handle_authenticate(State& state, Member& member, const Message& message);

// channels.cpp
void handle_join(State& state, Member& member, const Message& message);
void handle_part(State& state, Member& member, const Message& message);
void handle_topic(State& state, Member& member, const Message& message);
void handle_kick(State& state, Member& member, const Message& message);
void handle_invite(State& state, Member& member, const Message& message);
/// Whether a ban of the channel holds for the member.
bool is_banned(const Channel& channel, const Member& member);

// listings.cpp
void handle_names(State& state, Member& member, const Message& message);
void handle_list(State& state, Member& member, const Message& message);
/// 353 and 366 of one channel.
void send_names(State& state, Member& member, const Channel& channel);

// modes.cpp
void handle_mode(State& state, Member& member, const Message& message);

// messages.cpp
void handle_privmsg(State& state, Member& member, const Message& message);
void handle_notice(State& state, Member& member, const Message& message);
void handle_away(State& state, Member& member, const Message& message);

// queries.cpp
void handle_whois(State& state, Member& member, const Message& message);
void handle_whowas(State& state, Member& member, const Message& message);
void handle_userhost(State& state, Member& member, const Message& message);
void handle_ison(State& state, Member& member, const Message& message);

// who.cpp
void handle_who(State& state, Member& member, const Message& message);

// server_queries.cpp
void handle_motd(State& state, Member& member, const Message& message);
void handle_lusers(State& state, Member& member, const Message& message);
void handle_version(State& state, Member& member, const Message& message);
void handle_time(State& state, Member& member, const Message& message);
void handle_oper(State& state, Member& member, const Message& message);
void handle_operator_command(State& state, Member& member, const Message& message);
/// 005, in as many lines as it takes.
void send_isupport(State& state, Member& member);

}  // namespace handfast::chat
