#include <fmt/format.h>

#include <algorithm>

#include "chat/commands.hpp"
#include "chat/names.hpp"
#include "chat/split.hpp"
#include "chat/utf8.hpp"

namespace handfast::chat {
namespace {

/// Channels that one member may be on (CHANLIMIT in 005).
constexpr std::size_t channels_per_member = 100;

std::string_view cut(std::string_view text, std::size_t limit) { return text.substr(0, utf8_prefix(text, limit)); }

/// Spends the member's invitation to the channel, if it has one.
bool take_invitation(Member& member, const Channel& channel) {
  return std::erase(member.invitations, channel.serial) > 0;
}

/// Keeps it in place of an earlier one to the same channel.
void note_invitation(Member& member, const Channel& channel) {
  take_invitation(member, channel);
  member.invitations.push_back(channel.serial);
  if (member.invitations.size() > channels_per_member) member.invitations.erase(member.invitations.begin());
}

/// Why the member may not join; null when it may.
const Numeric* join_obstacle(Member& member, const Channel& channel, std::string_view key) {
  if (!channel.key.empty() && key != channel.key) return &err_badchannelkey;
  if (take_invitation(member, channel)) return nullptr;
  if (channel.invite_only) return &err_inviteonlychan;
  if (is_banned(channel, member)) return &err_bannedfromchan;
  if (channel.limit && channel.seats.size() >= *channel.limit) return &err_channelisfull;
  return nullptr;
}

void announce_join(State& state, const Member& member, const Channel& channel) {
  const Relay plain = state.relay(member.mask, "JOIN", {channel.name});
  const Relay extended = state.relay(member.mask, "JOIN", {channel.name, member.identity.account}, member.real_name);
  for (const auto& [id, seat] : channel.seats) {
    state.send(*seat.member, seat.member->has(Capability::extended_join) ? extended : plain);
  }
  if (!member.away) return;
  const Relay away = state.relay(member.mask, "AWAY", {}, *member.away);
  for (const auto& [id, seat] : channel.seats) {
    if (seat.member != &member && seat.member->has(Capability::away_notify)) state.send(*seat.member, away);
  }
}

void send_topic(State& state, Member& member, const Channel& channel) {
  const Topic& topic = *channel.topic;
  state.reply(member, rpl_topic, {channel.name}, topic.text);
  const auto at = std::chrono::system_clock::to_time_t(topic.at);
  state.reply_bare(member, rpl_topicwhotime, {channel.name, topic.by, fmt::to_string(at)});
}

void join(State& state, Member& member, std::string_view name, std::string_view key) {
  if (!name.starts_with('#')) return state.reply(member, err_nosuchchannel, {name});
  if (!legal_channel(name)) {
    return state.reply(member, err_badchanmask, {name},
                       fmt::format("Bad channel name: # and up to {} bytes without spaces, commas and control "
                                   "characters",
                                   channel_limit - 1));
  }
  Channel* channel = state.find_channel(name);
  if (channel != nullptr && channel->seat(member) != nullptr) return;
  if (member.channels.size() >= channels_per_member) {
    return state.reply(member, err_toomanychannels, {name},
                       fmt::format("You are on {} channels: leave one first", channels_per_member));
  }
  const bool first = channel == nullptr;
  if (!first) {
    if (const Numeric* obstacle = join_obstacle(member, *channel, key)) {
      return state.reply(member, *obstacle, {channel->name});
    }
  } else {
    channel = &state.create_channel(name);
  }
  state.seat(member, *channel, first);
  announce_join(state, member, *channel);
  if (channel->topic) send_topic(state, member, *channel);
  send_names(state, member, *channel);
}

void part(State& state, Member& member, Channel& channel, std::string_view reason) {
  const std::string_view shown = cut(reason, reason_limit);
  state.broadcast(channel, shown.empty() ? state.relay(member.mask, "PART", {channel.name})
                                         : state.relay(member.mask, "PART", {channel.name}, shown));
  state.unseat(member, channel);
}

/// The channel that the member is on; otherwise says 403 or 442 and is null.
Channel* own_channel(State& state, Member& member, std::string_view name) {
  Channel* const channel = state.find_channel(name);
  if (channel == nullptr) {
    state.reply(member, err_nosuchchannel, {name});
    return nullptr;
  }
  if (channel->seat(member) == nullptr) {
    state.reply(member, err_notonchannel, {channel->name});
    return nullptr;
  }
  return channel;
}

void kick(State& state, Member& member, Channel& channel, std::string_view nick, std::string_view reason) {
  Member* const target = state.find_nick(nick);
  if (target == nullptr) return state.reply(member, err_nosuchnick, {nick});
  if (channel.seat(*target) == nullptr) {
    return state.reply(member, err_usernotinchannel, {target->nick, channel.name});
  }
  state.broadcast(channel, state.relay(member.mask, "KICK", {channel.name, target->nick}, reason));
  state.unseat(*target, channel);
}

}  // namespace

bool is_banned(const Channel& channel, const Member& member) {
  return std::ranges::any_of(channel.bans, [&](const Ban& ban) { return matches(ban.mask, member.mask); });
}

void handle_join(State& state, Member& member, const Message& message) {
  if (message.param(0) == "0") {
    if (!member.channels.empty()) state.charge(member, member.channels.size() - 1);
    while (!member.channels.empty()) part(state, member, *member.channels.back(), "");
    return;
  }
  std::string_view names = message.param(0);
  std::string_view keys = message.param(1);
  if (names.empty()) return state.reply(member, err_needmoreparams, {"JOIN"});
  state.charge(member, further_items(names));
  while (!names.empty()) {
    const std::string_view name = take_item(names);
    const std::string_view key = take_item(keys);
    if (!name.empty()) join(state, member, name, key);
  }
}

void handle_part(State& state, Member& member, const Message& message) {
  std::string_view names = message.param(0);
  state.charge(member, further_items(names));
  while (!names.empty()) {
    const std::string_view name = take_item(names);
    if (name.empty()) continue;
    if (Channel* channel = own_channel(state, member, name)) part(state, member, *channel, message.param(1));
  }
}

void handle_topic(State& state, Member& member, const Message& message) {
  Channel* const channel = state.find_channel(message.param(0));
  if (channel == nullptr || !channel->visible_to(member)) {
    return state.reply(member, err_nosuchchannel, {message.param(0)});
  }
  if (message.size() == 1) {
    return channel->topic ? send_topic(state, member, *channel) : state.reply(member, rpl_notopic, {channel->name});
  }
  if (channel->seat(member) == nullptr) return state.reply(member, err_notonchannel, {channel->name});
  if (channel->ops_set_topic && !channel->has_op(member)) {
    return state.reply(member, err_chanoprivsneeded, {channel->name});
  }
  const std::string_view text = cut(message.param(1), topic_limit);
  channel->topic.reset();
  if (!text.empty()) channel->topic = Topic{std::string(text), member.mask, state.now.wall};
  state.broadcast(*channel, state.relay(member.mask, "TOPIC", {channel->name}, text));
}

void handle_kick(State& state, Member& member, const Message& message) {
  Channel* const channel = own_channel(state, member, message.param(0));
  if (channel == nullptr) return;
  if (!channel->has_op(member)) return state.reply(member, err_chanoprivsneeded, {channel->name});
  const std::string_view given = cut(message.param(2), reason_limit);
  const std::string reason(given.empty() ? std::string_view(member.nick) : given);
  std::string_view nicks = message.param(1);
  state.charge(member, further_items(nicks));
  while (!nicks.empty()) {
    const std::string_view nick = take_item(nicks);
    kick(state, member, *channel, nick, reason);
    // The one who kicks may have kicked itself, and the channel may have ended with that.
    if (state.find_channel(message.param(0)) != channel || channel->seat(member) == nullptr) return;
  }
}

void handle_invite(State& state, Member& member, const Message& message) {
  Member* const target = state.find_nick(message.param(0));
  if (target == nullptr) return state.reply(member, err_nosuchnick, {message.param(0)});
  Channel* const channel = own_channel(state, member, message.param(1));
  if (channel == nullptr) return;
  if (channel->seat(*target) != nullptr) {
    return state.reply(member, err_useronchannel, {target->nick, channel->name});
  }
  if (channel->invite_only && !channel->has_op(member)) {
    return state.reply(member, err_chanoprivsneeded, {channel->name});
  }
  // Only an operator's lets the other past +i, +b and +l; that of a plain member is a message.
  if (channel->has_op(member)) note_invitation(*target, *channel);
  state.reply_bare(member, rpl_inviting, {target->nick, channel->name});
  const Relay relay = state.relay(member.mask, "INVITE", {target->nick, channel->name});
  state.send(*target, relay);
  for (const auto& [id, seat] : channel->seats) {
    if (seat.member != &member && seat.member->has(Capability::invite_notify)) state.send(*seat.member, relay);
  }
  if (target->away) state.reply(member, rpl_away, {target->nick}, *target->away);
}

}  // namespace handfast::chat
