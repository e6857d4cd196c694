#include "chat/server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "chat/commands.hpp"
#include "chat/names.hpp"
#include "chat/utf8.hpp"

namespace handfast::chat {
namespace {

using Time = std::chrono::steady_clock::time_point;

/// Lines of an answer that weigh as much as one line that is asked.
constexpr std::size_t answers_per_token = 32;

/// Runs one line that has passed the gate, and charges it for a long answer.
void run_one(State& state, Member& member, std::string_view text, bool too_long) {
  state.speaker = member.id;
  state.answers = 0;
  too_long ? refuse_long_line(state, member) : run_line(state, member, text);
  state.speaker = 0;
  state.charge(member, state.answers / answers_per_token);
}

/// Runs what a member has waiting, as far as the flood gate lets it.
void run_waiting(State& state, Member& member) {
  while (!member.gone && !member.waiting.empty() && member.gate.pass(state.config.flood, state.now.steady)) {
    const WaitingLine line = std::move(member.waiting.front());
    member.waiting.pop_front();
    run_one(state, member, line.text, line.too_long);
  }
}

/// Runs one line at once where nothing waits before it and the gate is open; otherwise it waits, without its tags.
/// False when the member has been closed.
bool take_line(State& state, Member& member, std::string_view text, bool too_long) {
  member.heard = state.now.steady;
  member.asked.reset();
  const std::expected<std::string_view, LineFault> body = without_tags(text);
  too_long = too_long || !body || body->size() > line_limit;
  if (member.waiting.empty() && member.gate.pass(state.config.flood, state.now.steady)) {
    run_one(state, member, text, too_long);
  } else if (member.waiting.size() < state.config.flood.queue) {
    member.waiting.push_back({std::string(too_long ? std::string_view() : *body), too_long});
  } else {
    state.close(member, "Excess Flood");
  }
  return !member.gone;
}

/// When silence is next looked at.
Time silence_deadline(const State& state, const Member& member) {
  if (!member.registered) return member.connected.steady + state.config.registration_timeout;
  if (member.asked) return *member.asked + state.config.ping_timeout;
  return member.heard + state.config.ping_interval;
}

/// Sets the member's place in the timers. It is never moved back while it is early enough: a line heard meanwhile
/// only makes tick() find nothing due and look again.
void set_timer(State& state, Member& member) {
  if (member.gone) return;
  Time when = silence_deadline(state, member);
  if (!member.waiting.empty()) when = std::min(when, member.gate.opens(state.config.flood));
  if (!member.wake || when < *member.wake) state.wake_at(member, when);
}

void check_silence(State& state, Member& member) {
  if (member.gone || silence_deadline(state, member) > state.now.steady) return;
  if (!member.registered) return state.close(member, "Registration timed out");
  if (member.asked) return state.close(member, "Ping timeout");
  member.asked = state.now.steady;
  state.send(member, format_line("", "PING", {}, state.config.name));
}

/// A configuration that no line could break: names of one word, within their limits.
ServerConfig checked(ServerConfig config) {
  const auto one_word = [](std::string& name, std::size_t limit, std::string_view fallback) {
    std::erase_if(name, [](char c) { return c <= ' ' || c > '~' || c == ':'; });
    if (name.size() > limit) name.resize(limit);
    if (name.empty()) name = fallback;
  };
  const ServerConfig defaults;
  one_word(config.name, host_limit, defaults.name);
  one_word(config.network, nick_limit, defaults.network);
  one_word(config.version, host_limit, defaults.version);
  config.flood.burst = std::max<std::size_t>(config.flood.burst, 1);
  config.flood.interval = std::max(config.flood.interval, std::chrono::milliseconds(1));
  return config;
}

}  // namespace

Server::Server(ServerConfig config, Output& output, Instant now)
    : state_(std::make_unique<State>(checked(std::move(config)), output, now)) {}

Server::~Server() = default;

std::optional<std::string> Server::refusal(const Identity& identity) const {
  const std::size_t most = state_->config.connections_per_account;
  if (state_->connections_of(identity.account) < most) return std::nullopt;
  return fmt::format("the account {} has {} connections, the most that one may have: close one of them", identity.account, most);
}

MemberId Server::add(Identity identity, Instant now) {
  state_->now = now;
  reclaim_account_nick(*state_, identity);
  Member& member = state_->add(std::move(identity));
  set_timer(*state_, member);
  return member.id;
}

void Server::receive(MemberId id, std::string_view bytes, Instant now) {
  state_->now = now;
  Member* const member = state_->find_member(id);
  if (member == nullptr) return;
  member->reader.feed(
      bytes, [&](std::string_view text) { return take_line(*state_, *member, text, false); },
      [&] { return take_line(*state_, *member, {}, true); });
  set_timer(*state_, *member);
  state_->bury();
}

void Server::line(MemberId id, std::string_view text, Instant now) {
  state_->now = now;
  Member* const member = state_->find_member(id);
  if (member == nullptr) return;
  take_line(*state_, *member, text, false);
  set_timer(*state_, *member);
  state_->bury();
}

void Server::drop(MemberId id, std::string_view reason, Instant now) {
  state_->now = now;
  Member* const member = state_->find_member(id);
  if (member == nullptr) return;
  state_->forget(*member, reason.substr(0, utf8_prefix(reason, reason_limit)));
  state_->bury();
}

void Server::tick(Instant now) {
  state_->now = now;
  while (Member* const member = state_->take_due()) {
    run_waiting(*state_, *member);
    check_silence(*state_, *member);
    set_timer(*state_, *member);
    state_->bury();
  }
}

std::optional<Time> Server::next_wake() const { return state_->next_wake(); }

void Server::close_all(std::string_view reason, Instant now) {
  state_->now = now;
  const std::string_view shown = reason.substr(0, utf8_prefix(reason, reason_limit));
  while (!state_->members.empty()) state_->close(*state_->members.begin()->second, shown);
  state_->bury();
}

std::size_t Server::member_count() const { return state_->members.size(); }

std::size_t Server::channel_count() const { return state_->channels.size(); }

}  // namespace handfast::chat
