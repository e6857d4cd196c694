#pragma once

#include <deque>
#include <initializer_list>
#include <set>
#include <unordered_map>
#include <utility>

#include "chat/channel.hpp"
#include "chat/numerics.hpp"

namespace handfast::chat {

/// A line formatted once for many members: with and without the server-time tag.
class Relay {
 public:
  Relay(std::chrono::system_clock::time_point at, std::string_view prefix, std::string_view command,
        std::initializer_list<std::string_view> params, std::optional<std::string_view> trailing = std::nullopt);

  /// The line as `member` gets it; lives as long as this relay.
  std::string_view line_for(const Member& member) const {
    const std::string_view whole = text_;
    return member.has(Capability::server_time) ? whole : whole.substr(tag_size_);
  }

 private:
  std::string text_;
  std::size_t tag_size_;
};

/// What WHOWAS remembers.
struct PastMember {
  std::string nick, account, host, real_name;
  std::chrono::system_clock::time_point left;
};

/// Members, channels, and how lines reach them. The commands work on this; nobody else does.
class State {
 public:
  State(ServerConfig its_config, Output& its_output, Instant its_start)
      : config(std::move(its_config)), output(its_output), now(its_start), start(its_start) {}

  const ServerConfig config;
  Output& output;
  Instant now;  ///< set by every call of the Server
  const Instant start;
  MemberId speaker = 0;     ///< whose line runs
  std::size_t answers = 0;  ///< lines that it has been sent since

  std::unordered_map<MemberId, std::unique_ptr<Member>> members;
  std::unordered_map<std::string, std::unique_ptr<Channel>> channels;  ///< by folded name
  std::deque<PastMember> past;                                         ///< newest first
  std::size_t registered_count = 0, invisible_count = 0, most_members = 0;

  // Finding. Null when there is none.
  Member* find_member(MemberId id);
  Member* find_nick(std::string_view nick);           ///< registered ones only
  Member* find_nick_or_claim(std::string_view nick);  ///< also those that still register
  Channel* find_channel(std::string_view name);
  bool is_account_connected(std::string_view name) const { return accounts_.contains(fold_key(name)); }
  std::size_t connections_of(std::string_view account) const;

  // Coming and going.
  Member& add(Identity identity);
  void set_nick(Member& member, std::string_view nick);
  Channel& create_channel(std::string_view name);
  void seat(Member& member, Channel& channel, bool op);
  /// Takes the member off the channel; an empty channel ends.
  void unseat(Member& member, Channel& channel);
  /// Tells the member ERROR and the others QUIT with `reason`, and closes its connection.
  void close(Member& member, std::string_view reason);
  /// The same for a connection that is closed already.
  void forget(Member& member, std::string_view reason);
  /// Frees the members that are gone; no reference to them may be left.
  void bury();

  // Lines out.
  void send(Member& to, std::string_view line) {
    if (to.id == speaker) ++answers;
    if (!to.gone) output.send(to.id, line);
  }
  void send(Member& to, const Relay& relay) { send(to, relay.line_for(to)); }
  void reply(Member& to, const Numeric& numeric, std::initializer_list<std::string_view> params = {});
  void reply(Member& to, const Numeric& numeric, std::initializer_list<std::string_view> params, std::string_view text);
  /// A numeric without a text at its end.
  void reply_bare(Member& to, const Numeric& numeric, std::initializer_list<std::string_view> params);
  /// A standard reply `FAIL command code :text` to those who know it, a NOTICE to the others.
  void fail(Member& to, std::string_view command, std::string_view code, std::string_view text);
  Relay relay(std::string_view prefix, std::string_view command, std::initializer_list<std::string_view> params,
              std::optional<std::string_view> trailing = std::nullopt) const {
    return Relay(now.wall, prefix, command, params, trailing);
  }
  void broadcast(const Channel& channel, const Relay& relay, const Member* except = nullptr);
  /// To everyone who shares a channel with `member`, once each, not to itself. `with`: only those who have it.
  void broadcast_to_neighbours(Member& member, const Relay& relay, std::optional<Capability> with = std::nullopt);

  /// Takes `tokens` from the member's flood gate, beside the one that its line has cost; not more than 64 at a time, which gives
  /// the others time enough.
  void charge(Member& member, std::size_t tokens);

  // Timers.
  void wake_at(Member& member, std::chrono::steady_clock::time_point when);
  std::optional<std::chrono::steady_clock::time_point> next_wake() const;
  /// The next member whose time has come, off the timers; null when there is none.
  Member* take_due();

 private:
  static std::string fold_key(std::string_view name);
  void remember(const Member& member);

  std::unordered_map<std::string, Member*> nicks_;         ///< by folded nick
  std::unordered_map<std::string, std::size_t> accounts_;  ///< connections by folded account
  std::set<std::pair<std::chrono::steady_clock::time_point, MemberId>> timers_;
  std::vector<std::unique_ptr<Member>> gone_;
  MemberId last_id_ = 0;
  std::uint64_t last_serial_ = 0;
  std::uint64_t last_visit_ = 0;
};

}  // namespace handfast::chat
