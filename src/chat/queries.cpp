#include <fmt/chrono.h>
#include <fmt/format.h>

#include "chat/commands.hpp"
#include "chat/names.hpp"
#include "chat/split.hpp"

namespace handfast::chat {
namespace {

void send_whois_channels(State& state, Member& viewer, const Member& member) {
  const std::size_t start = state.config.name.size() + viewer.nick.size() + member.nick.size() + 9;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) state.reply(viewer, rpl_whoischannels, {member.nick}, line);
    line.clear();
  };
  for (const Channel* channel : member.channels) {
    const bool hidden = member.invisible || channel->secret;
    if (hidden && channel->seat(viewer) == nullptr && &viewer != &member) continue;
    const std::string_view prefix = rank_prefix(*channel->seat(member), viewer);
    if (start + line.size() + prefix.size() + channel->name.size() + 1 > line_limit) flush();
    line += fmt::format("{}{}{}", line.empty() ? "" : " ", prefix, channel->name);
  }
  flush();
}

void send_whois(State& state, Member& viewer, const Member& member) {
  const Identity& identity = member.identity;
  state.reply(viewer, rpl_whoisuser, {member.nick, identity.account, identity.host, "*"}, member.real_name);
  send_whois_channels(state, viewer, member);
  state.reply(viewer, rpl_whoisserver, {member.nick, state.config.name}, state.config.network);
  if (member.away) state.reply(viewer, rpl_away, {member.nick}, *member.away);
  state.reply(viewer, rpl_whoisaccount, {member.nick, identity.account});
  state.reply(viewer, rpl_whoiscertfp, {member.nick},
              fmt::format("has client certificate fingerprint {}", identity.fingerprint_sha256));
  state.reply(viewer, rpl_whoissecure, {member.nick});
  const auto idle = std::chrono::duration_cast<std::chrono::seconds>(state.now.steady - member.spoke.steady);
  const auto signon = std::chrono::system_clock::to_time_t(member.connected.wall);
  state.reply(viewer, rpl_whoisidle, {member.nick, fmt::to_string(idle.count()), fmt::to_string(signon)});
}

/// The most that one WHOIS or WHOWAS tells.
constexpr std::size_t whois_limit = 8;

}  // namespace

void handle_whois(State& state, Member& member, const Message& message) {
  // `WHOIS server nick`: there is one server, so only the nick counts.
  const std::string_view list = message.param(message.size() > 1 ? 1 : 0);
  if (list.empty()) return state.reply(member, err_nonicknamegiven);
  std::string_view rest = list;
  for (std::size_t count = 0; !rest.empty() && count < whois_limit; ++count) {
    const std::string_view nick = take_item(rest);
    if (const Member* const target = state.find_nick(nick)) {
      send_whois(state, member, *target);
    } else {
      state.reply(member, err_nosuchnick, {nick});
    }
  }
  state.reply(member, rpl_endofwhois, {list});
}

void handle_whowas(State& state, Member& member, const Message& message) {
  const std::string_view nick = message.param(0);
  if (nick.empty()) return state.reply(member, err_nonicknamegiven);
  std::size_t count = 0;
  for (const PastMember& past : state.past) {
    if (!same_name(past.nick, nick)) continue;
    state.reply(member, rpl_whowasuser, {past.nick, past.account, past.host, "*"}, past.real_name);
    state.reply(
        member, rpl_whoisserver, {past.nick, state.config.name},
        fmt::format("left {:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(past.left))));
    if (++count == whois_limit) break;
  }
  if (count == 0) state.reply(member, err_wasnosuchnick, {nick});
  state.reply(member, rpl_endofwhowas, {nick});
}

void handle_userhost(State& state, Member& member, const Message& message) {
  std::string line;
  for (const std::string_view nick : message.params().first(std::min<std::size_t>(message.size(), 5))) {
    const Member* const target = state.find_nick(nick);
    if (target == nullptr) continue;
    line += fmt::format("{}{}={}{}@{}", line.empty() ? "" : " ", target->nick, target->away ? '-' : '+',
                        target->identity.account, target->identity.host);
  }
  state.reply(member, rpl_userhost, {}, line);
}

void handle_ison(State& state, Member& member, const Message& message) {
  std::string line;
  for (std::string_view nicks : message.params()) {
    while (!nicks.empty()) {
      const std::string_view nick = nicks.substr(0, nicks.find(' '));
      nicks.remove_prefix(std::min(nick.size() + 1, nicks.size()));
      const Member* const target = nick.empty() ? nullptr : state.find_nick(nick);
      if (target != nullptr) line += fmt::format("{}{}", line.empty() ? "" : " ", target->nick);
    }
  }
  state.reply(member, rpl_ison, {}, line);
}

}  // namespace handfast::chat
