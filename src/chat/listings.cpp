#include <fmt/format.h>

#include "chat/commands.hpp"
#include "chat/names.hpp"
#include "chat/split.hpp"

namespace handfast::chat {
namespace {

/// Whether `viewer` sees `member` in lists of the channel: +i hides it from those who are not on it.
bool listed(const Channel& channel, const Member& viewer, const Member& member) {
  return !member.invisible || channel.seat(viewer) != nullptr;
}

void send_list_line(State& state, Member& member, const Channel& channel) {
  state.reply(member, rpl_list, {channel.name, fmt::to_string(channel.seats.size())},
              channel.topic ? std::string_view(channel.topic->text) : std::string_view());
}

}  // namespace

void send_names(State& state, Member& member, const Channel& channel) {
  const std::string_view kind = channel.secret ? "@" : "=";
  const std::size_t start = state.config.name.size() + member.shown_nick().size() + channel.name.size() + 12;
  std::string line;
  for (const auto& [id, seat] : channel.seats) {
    if (!listed(channel, member, *seat.member)) continue;
    const std::string& name = member.has(Capability::userhost_in_names) ? seat.member->mask : seat.member->nick;
    const std::string_view prefix = rank_prefix(seat, member);
    if (start + line.size() + prefix.size() + name.size() + 1 > line_limit) {
      state.reply(member, rpl_namreply, {kind, channel.name}, line);
      line.clear();
    }
    line += fmt::format("{}{}{}", line.empty() ? "" : " ", prefix, name);
  }
  if (!line.empty()) state.reply(member, rpl_namreply, {kind, channel.name}, line);
  state.reply(member, rpl_endofnames, {channel.name});
}

void handle_names(State& state, Member& member, const Message& message) {
  std::string_view names = message.param(0);
  if (names.empty()) return state.reply(member, rpl_endofnames, {"*"});
  const std::string_view name = take_item(names);
  const Channel* const channel = state.find_channel(name);
  if (channel == nullptr || !channel->visible_to(member)) return state.reply(member, rpl_endofnames, {name});
  send_names(state, member, *channel);
  if (!names.empty()) {
    state.reply(member, err_toomanytargets, {names}, "NAMES takes one channel at a time");
  }
}

void handle_list(State& state, Member& member, const Message& message) {
  state.reply(member, rpl_liststart, {"Channel"});
  std::string_view names = message.param(0);
  if (names.empty()) {
    for (const auto& [key, channel] : state.channels) {
      if (channel->visible_to(member)) send_list_line(state, member, *channel);
    }
  }
  while (!names.empty()) {
    const Channel* const channel = state.find_channel(take_item(names));
    if (channel != nullptr && channel->visible_to(member)) send_list_line(state, member, *channel);
  }
  state.reply(member, rpl_listend);
}

}  // namespace handfast::chat
