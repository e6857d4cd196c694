#include <fmt/chrono.h>
#include <fmt/format.h>

#include "chat/commands.hpp"
#include "chat/names.hpp"
#include "chat/utf8.hpp"

namespace handfast::chat {
namespace {

/// Whether `nick` is kept for the holders of another account who are here now.
bool belongs_to_other_account(const State& state, const Member& member, std::string_view nick) {
  return !same_name(nick, member.identity.account) && state.is_account_connected(nick);
}

/// Tells the member and its neighbours the new nick.
void change_nick(State& state, Member& member, std::string_view nick) {
  const Relay relay = state.relay(member.mask, "NICK", {}, nick);
  state.send(member, relay);
  state.broadcast_to_neighbours(member, relay);
  state.set_nick(member, nick);
}

/// A nick that is free: the member's account, or that with the first number that makes it so.
std::string free_nick(State& state, const Member& member) {
  const std::string& account = member.identity.account;
  for (std::size_t number = 0;; ++number) {
    const std::string suffix = number == 0 ? "" : fmt::format("_{}", number);
    std::string nick = account.substr(0, nick_limit - suffix.size()) + suffix;
    if (state.find_nick_or_claim(nick) == nullptr && !belongs_to_other_account(state, member, nick)) return nick;
  }
}

void send_welcome(State& state, Member& member) {
  const ServerConfig& config = state.config;
  state.reply(member, rpl_welcome, {}, fmt::format("Welcome to the {} network, {}", config.network, member.mask));
  state.reply(member, rpl_yourhost, {},
              fmt::format("Your host is {}, running version {}", config.name, config.version));
  state.reply(member, rpl_created, {},
              fmt::format("This server was started at {:%Y-%m-%d %H:%M:%S} UTC",
                          fmt::gmtime(std::chrono::system_clock::to_time_t(state.start.wall))));
  state.reply_bare(member, rpl_myinfo, {config.name, config.version, "i", "biklmnostv", "bklov"});
  send_isupport(state, member);
}

}  // namespace

void reclaim_account_nick(State& state, const Identity& owner) {
  Member* const holder = state.find_nick_or_claim(owner.account);
  if (holder == nullptr || same_name(holder->identity.account, owner.account)) return;
  const std::string nick = free_nick(state, *holder);
  const std::string text =
      fmt::format("{} is the account of a member who has just come: your nick is now {}", holder->nick, nick);
  state.send(*holder, format_line(state.config.name, "NOTICE", {holder->nick}, text));
  change_nick(state, *holder, nick);
}

void handle_pass(State&, Member&, const Message&) {}  // the certificate has proved more than a password could

void handle_nick(State& state, Member& member, const Message& message) {
  const std::string_view nick = message.param(0);
  if (nick.empty()) return state.reply(member, err_nonicknamegiven);
  if (!legal_nick(nick)) {
    return state.reply(
        member, err_erroneusnickname, {nick},
        fmt::format("Illegal nick: at most {} letters, digits and -[]\\`_^{{|}}, no digit or - first", nick_limit));
  }
  if (nick == member.nick) return;
  if (belongs_to_other_account(state, member, nick)) {
    return state.reply(member, err_nicknameinuse, {nick}, "Nickname is the account of another member");
  }
  Member* const holder = state.find_nick_or_claim(nick);
  if (holder != nullptr && holder != &member) {
    return state.reply(member, err_nicknameinuse, {nick}, "Nickname is already in use");
  }
  if (member.registered) return change_nick(state, member, nick);
  state.set_nick(member, nick);
  try_register(state, member);
}

void handle_user(State& state, Member& member, const Message& message) {
  const std::string_view real_name = message.param(3);
  member.real_name = real_name.substr(0, utf8_prefix(real_name, real_name_limit));
  member.user_given = true;
  try_register(state, member);
}

void handle_setname(State& state, Member& member, const Message& message) {
  const std::string_view real_name = message.param(0);
  if (real_name.size() > real_name_limit) {
    return state.fail(member, "SETNAME", "INVALID_REALNAME",
                      fmt::format("Real name refused: more than {} bytes", real_name_limit));
  }
  member.real_name = real_name;
  const Relay relay = state.relay(member.mask, "SETNAME", {}, real_name);
  if (member.has(Capability::setname)) state.send(member, relay);
  state.broadcast_to_neighbours(member, relay, Capability::setname);
}

void try_register(State& state, Member& member) {
  if (member.registered || member.negotiating || !member.user_given || member.nick.empty()) return;
  member.registered = true;
  member.asked.reset();
  state.most_members = std::max(state.most_members, ++state.registered_count);
  if (!member.sasl_done) {
    state.reply(member, rpl_loggedin, {member.mask, member.identity.account},
                fmt::format("You are now logged in as {} (by your certificate)", member.identity.account));
  }
  send_welcome(state, member);
  handle_lusers(state, member, {});
  handle_motd(state, member, {});
}

void handle_ping(State& state, Member& member, const Message& message) {
  if (message.param(0).empty()) return state.reply(member, err_noorigin);
  state.send(member, format_line(state.config.name, "PONG", {state.config.name}, message.param(0)));
}

void handle_pong(State&, Member&, const Message&) {}  // any line answers a PING

void handle_quit(State& state, Member& member, const Message& message) {
  const std::string_view reason = message.param(0);
  const std::string_view shown = reason.substr(0, utf8_prefix(reason, reason_limit));
  state.close(member, shown.empty() ? "Quit" : fmt::format("Quit: {}", shown));
}

}  // namespace handfast::chat
