#include "chat/state.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "chat/message.hpp"
#include "chat/names.hpp"

namespace handfast::chat {
namespace {

/// Members that WHOWAS remembers.
constexpr std::size_t past_limit = 256;

/// `@time=2026-01-31T23:59:59.123Z ` (IRCv3 server-time).
std::string time_tag(std::chrono::system_clock::time_point at) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::tm utc = fmt::gmtime(static_cast<std::time_t>(seconds.count()));
  return fmt::format("@time={:%Y-%m-%dT%H:%M:%S}.{:03}Z ", utc, (since - seconds).count());
}

}  // namespace

Relay::Relay(std::chrono::system_clock::time_point at, std::string_view prefix, std::string_view command,
             std::initializer_list<std::string_view> params, std::optional<std::string_view> trailing)
    : text_(time_tag(at)), tag_size_(text_.size()) {
  text_ += format_line(prefix, command, params, trailing);
}

std::string State::fold_key(std::string_view name) { return fold(name); }

Member* State::find_member(MemberId id) {
  const auto found = members.find(id);
  return found == members.end() ? nullptr : found->second.get();
}

Member* State::find_nick_or_claim(std::string_view nick) {
  const auto found = nicks_.find(fold_key(nick));
  return found == nicks_.end() ? nullptr : found->second;
}

Member* State::find_nick(std::string_view nick) {
  Member* const found = find_nick_or_claim(nick);
  return found != nullptr && found->registered ? found : nullptr;
}

Channel* State::find_channel(std::string_view name) {
  const auto found = channels.find(fold_key(name));
  return found == channels.end() ? nullptr : found->second.get();
}

std::size_t State::connections_of(std::string_view account) const {
  const auto found = accounts_.find(fold_key(account));
  return found == accounts_.end() ? 0 : found->second;
}

Member& State::add(Identity identity) {
  const MemberId id = ++last_id_;
  ++accounts_[fold_key(identity.account)];
  auto& member = *(members[id] = std::make_unique<Member>(id, std::move(identity)));
  member.connected = member.spoke = now;
  member.heard = now.steady;
  return member;
}

void State::set_nick(Member& member, std::string_view nick) {
  if (!member.nick.empty()) nicks_.erase(fold_key(member.nick));
  member.nick = nick;
  member.mask = fmt::format("{}!{}@{}", nick, member.identity.account, member.identity.host);
  nicks_[fold_key(nick)] = &member;
}

Channel& State::create_channel(std::string_view name) {
  auto& channel = *(channels[fold_key(name)] = std::make_unique<Channel>());
  channel.name = name;
  channel.serial = ++last_serial_;
  channel.created = now.wall;
  return channel;
}

void State::seat(Member& member, Channel& channel, bool op) {
  channel.seats[member.id] = Seat{&member, op, false};
  member.channels.push_back(&channel);
}

void State::unseat(Member& member, Channel& channel) {
  std::erase(member.channels, &channel);
  channel.seats.erase(member.id);
  if (channel.seats.empty()) channels.erase(fold_key(channel.name));
}

void State::close(Member& member, std::string_view reason) {
  if (member.gone) return;
  const std::string text = fmt::format("Closing Link: {} ({})", member.identity.host, reason);
  send(member, format_line("", "ERROR", {}, text));
  output.close(member.id, reason);
  forget(member, reason);
}

void State::forget(Member& member, std::string_view reason) {
  if (member.gone) return;
  member.gone = true;
  if (member.registered) {
    broadcast_to_neighbours(member, relay(member.mask, "QUIT", {}, reason));
    remember(member);
    --registered_count;
    if (member.invisible) --invisible_count;
  }
  while (!member.channels.empty()) unseat(member, *member.channels.back());
  if (!member.nick.empty()) nicks_.erase(fold_key(member.nick));
  const auto account = accounts_.find(fold_key(member.identity.account));
  if (--account->second == 0) accounts_.erase(account);
  if (member.wake) timers_.erase({*member.wake, member.id});
  gone_.push_back(std::move(members.extract(member.id).mapped()));
}

void State::bury() { gone_.clear(); }

void State::remember(const Member& member) {
  past.push_front({member.nick, member.identity.account, member.identity.host, member.real_name, now.wall});
  if (past.size() > past_limit) past.pop_back();
}

void State::reply(Member& to, const Numeric& numeric, std::initializer_list<std::string_view> params) {
  reply(to, numeric, params, numeric.text);
}

namespace {

/// `:server 401 nick`, then the parameters: the start that all numerics share.
std::string numeric_line(const State& state, const Member& to, const Numeric& numeric,
                         std::initializer_list<std::string_view> params, std::optional<std::string_view> text) {
  const std::string command = fmt::format("{} {}", numeric.code, to.shown_nick());
  return format_line(state.config.name, command, params, text);
}

}  // namespace

void State::reply(Member& to, const Numeric& numeric, std::initializer_list<std::string_view> params,
                  std::string_view text) {
  send(to, numeric_line(*this, to, numeric, params, text));
}

void State::reply_bare(Member& to, const Numeric& numeric, std::initializer_list<std::string_view> params) {
  send(to, numeric_line(*this, to, numeric, params, std::nullopt));
}

void State::fail(Member& to, std::string_view command, std::string_view code, std::string_view text) {
  if (to.has(Capability::standard_replies)) {
    send(to, format_line(config.name, "FAIL", {command, code}, text));
  } else {
    send(to, format_line(config.name, "NOTICE", {to.shown_nick()}, fmt::format("{}: {}", command, text)));
  }
}

void State::broadcast(const Channel& channel, const Relay& relay, const Member* except) {
  for (const auto& [id, seat] : channel.seats) {
    if (seat.member != except) send(*seat.member, relay);
  }
}

void State::broadcast_to_neighbours(Member& member, const Relay& relay, std::optional<Capability> with) {
  const std::uint64_t visit = ++last_visit_;
  member.visited = visit;
  for (const Channel* channel : member.channels) {
    for (const auto& [id, seat] : channel->seats) {
      if (std::exchange(seat.member->visited, visit) == visit) continue;
      if (!with || seat.member->has(*with)) send(*seat.member, relay);
    }
  }
}

void State::charge(Member& member, std::size_t tokens) {
  constexpr std::size_t most_at_once = 64;
  member.gate.charge(config.flood, std::min(tokens, most_at_once), now.steady);
}

void State::wake_at(Member& member, std::chrono::steady_clock::time_point when) {
  if (member.gone || member.wake == when) return;
  if (member.wake) timers_.erase({*member.wake, member.id});
  member.wake = when;
  timers_.emplace(when, member.id);
}

std::optional<std::chrono::steady_clock::time_point> State::next_wake() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

Member* State::take_due() {
  if (timers_.empty() || timers_.begin()->first > now.steady) return nullptr;
  Member* const member = find_member(timers_.begin()->second);
  timers_.erase(timers_.begin());
  member->wake.reset();
  return member;
}

}  // namespace handfast::chat
