#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "chat/commands.hpp"
#include "chat/names.hpp"

namespace handfast::chat {
namespace {

/// Modes with a parameter in one MODE command (MODES in 005), letters at all, and bans of one channel (MAXLIST).
constexpr std::size_t changes_limit = 6;
constexpr std::size_t letters_limit = 24;
constexpr std::size_t bans_limit = 100;

/// Changes are told before their text passes this: one more, with the longest mask, still fits the line.
constexpr std::size_t changes_text_limit = 150;

/// The flags of a channel without a parameter.
constexpr struct {
  char letter;
  bool Channel::*flag;
} flag_modes[] = {
    {'i', &Channel::invite_only}, {'m', &Channel::moderated},     {'n', &Channel::no_outsiders},
    {'s', &Channel::secret},      {'t', &Channel::ops_set_topic},
};

/// What a MODE command has changed so far, in the form in which it is told.
class Changes {
 public:
  void add(bool on, char letter, std::string_view param = {}) {
    if (sign_ != (on ? '+' : '-')) letters_.push_back(sign_ = on ? '+' : '-');
    letters_.push_back(letter);
    if (!param.empty()) params_ += fmt::format(" {}", param);
  }
  bool empty() const { return letters_.empty(); }
  std::size_t size() const { return letters_.size() + params_.size(); }
  std::string text() const { return letters_ + params_; }

 private:
  char sign_ = 0;
  std::string letters_;
  std::string params_;
};

/// One MODE command on a channel at work.
struct ModeCommand {
  State& state;
  Member& member;
  Channel& channel;
  const Message& message;
  bool is_op;
  std::size_t next_param = 2;
  std::size_t taken = 0;
  bool refused = false;  ///< 482 has been said: once is enough
  bool listed = false;   ///< so have the bans
  Changes changes{};

  /// The next parameter; empty when there is none or too many have been taken.
  std::string_view take_param() {
    if (taken == changes_limit || next_param >= message.size()) return {};
    ++taken;
    return message.param(next_param++);
  }

  bool allowed() {
    if (is_op) return true;
    if (!refused) state.reply(member, err_chanoprivsneeded, {channel.name});
    refused = true;
    return false;
  }

  /// Tells the channel what has changed.
  void announce() {
    if (changes.empty()) return;
    state.broadcast(channel, state.relay(member.mask, fmt::format("MODE {} {}", channel.name, changes.text()), {}));
    changes = {};
  }
};

void list_bans(ModeCommand& command) {
  if (std::exchange(command.listed, true)) return;
  for (const Ban& ban : command.channel.bans) {
    const auto at = std::chrono::system_clock::to_time_t(ban.at);
    command.state.reply_bare(command.member, rpl_banlist, {command.channel.name, ban.mask, ban.by, fmt::to_string(at)});
  }
  command.state.reply(command.member, rpl_endofbanlist, {command.channel.name});
}

void change_ban(ModeCommand& command, bool on) {
  const std::string_view param = command.take_param();
  if (param.empty()) return on ? list_bans(command) : void();
  if (!command.allowed()) return;
  const std::string mask = complete_mask(param);
  auto& bans = command.channel.bans;
  const auto found = std::ranges::find_if(bans, [&](const Ban& ban) { return same_name(ban.mask, mask); });
  if (!on) {
    if (found == bans.end()) return;
    command.changes.add(false, 'b', found->mask);
    bans.erase(found);
    return;
  }
  if (found != bans.end()) return;
  if (bans.size() >= bans_limit || mask.size() > mask_limit || mask.find(' ') != std::string::npos) {
    return command.state.reply(command.member, err_banlistfull, {command.channel.name, mask},
                               bans.size() >= bans_limit ? err_banlistfull.text : "The mask is too long or has spaces");
  }
  bans.push_back({mask, command.member.mask, command.state.now.wall});
  command.changes.add(true, 'b', mask);
}

void change_rank(ModeCommand& command, bool on, char letter) {
  const std::string_view nick = command.take_param();
  if (nick.empty()) return command.state.reply(command.member, err_needmoreparams, {"MODE"});
  if (!command.allowed()) return;
  Member* const target = command.state.find_nick(nick);
  if (target == nullptr) return command.state.reply(command.member, err_nosuchnick, {nick});
  Seat* const seat = command.channel.seat(*target);
  if (seat == nullptr) {
    return command.state.reply(command.member, err_usernotinchannel, {target->nick, command.channel.name});
  }
  if (std::exchange(letter == 'o' ? seat->op : seat->voice, on) != on) {
    command.changes.add(on, letter, target->nick);
  }
}

void change_key(ModeCommand& command, bool on) {
  const std::string_view key = command.take_param();
  if (on && key.empty()) return command.state.reply(command.member, err_needmoreparams, {"MODE"});
  if (!command.allowed()) return;
  Channel& channel = command.channel;
  if (!on) {
    if (!channel.key.empty()) command.changes.add(false, 'k', "*");
    channel.key.clear();
    return;
  }
  const bool bad = key.size() > key_limit || key.find_first_of(" ,:") != std::string_view::npos;
  if (bad) return command.state.reply(command.member, err_keyset, {channel.name});
  channel.key = key;
  command.changes.add(true, 'k', key);
}

void change_limit(ModeCommand& command, bool on) {
  Channel& channel = command.channel;
  if (!on) {
    if (command.allowed() && std::exchange(channel.limit, std::nullopt)) command.changes.add(false, 'l');
    return;
  }
  const std::string_view param = command.take_param();
  std::uint32_t limit = 0;
  const auto [end, error] = std::from_chars(param.data(), param.data() + param.size(), limit);
  if (error != std::errc() || end != param.data() + param.size() || limit == 0) {
    return command.state.reply(command.member, err_needmoreparams, {"MODE"}, "+l takes a number above 0");
  }
  if (!command.allowed()) return;
  channel.limit = limit;
  command.changes.add(true, 'l', fmt::to_string(limit));
}

void change_mode(ModeCommand& command, bool on, char letter) {
  switch (letter) {
    case 'b':
      return change_ban(command, on);
    case 'o':
    case 'v':
      return change_rank(command, on, letter);
    case 'k':
      return change_key(command, on);
    case 'l':
      return change_limit(command, on);
    default:
      break;
  }
  const auto* const mode = std::ranges::find(flag_modes, letter, [](const auto& row) { return row.letter; });
  if (mode == std::end(flag_modes)) {
    const bool printable = letter > ' ' && letter <= '~';
    return command.state.reply(command.member, err_unknownmode, {printable ? std::string_view(&letter, 1) : "?"});
  }
  if (command.allowed() && std::exchange(command.channel.*mode->flag, on) != on) command.changes.add(on, letter);
}

void show_modes(State& state, Member& member, const Channel& channel) {
  const bool inside = channel.seat(member) != nullptr;
  std::string modes = "+";
  std::string params;
  for (const auto& mode : flag_modes) {
    if (channel.*mode.flag) modes.push_back(mode.letter);
  }
  if (!channel.key.empty()) {
    modes.push_back('k');
    params += fmt::format(" {}", inside ? channel.key : "*");
  }
  if (channel.limit) {
    modes.push_back('l');
    params += fmt::format(" {}", *channel.limit);
  }
  const std::string command =
      fmt::format("{} {} {} {}{}", rpl_channelmodeis.code, member.nick, channel.name, modes, params);
  state.send(member, format_line(state.config.name, command, {}));
  const auto created = std::chrono::system_clock::to_time_t(channel.created);
  state.reply_bare(member, rpl_creationtime, {channel.name, fmt::to_string(created)});
}

void channel_mode(State& state, Member& member, const Message& message) {
  Channel* const channel = state.find_channel(message.param(0));
  if (channel == nullptr || !channel->visible_to(member)) {
    return state.reply(member, err_nosuchchannel, {message.param(0)});
  }
  if (message.size() == 1) return show_modes(state, member, *channel);
  ModeCommand command{state, member, *channel, message, channel->has_op(member)};
  bool on = true;
  for (const char letter : message.param(1).substr(0, letters_limit)) {
    if (letter == '+' || letter == '-') {
      on = letter == '+';
      continue;
    }
    change_mode(command, on, letter);
    if (command.changes.size() > changes_text_limit) command.announce();
  }
  command.announce();
}

void user_mode(State& state, Member& member, const Message& message) {
  const std::string_view nick = message.param(0);
  if (!same_name(nick, member.nick)) {
    if (state.find_nick(nick) == nullptr) return state.reply(member, err_nosuchnick, {nick});
    return state.reply(member, err_usersdontmatch);
  }
  if (message.size() == 1) return state.reply_bare(member, rpl_umodeis, {member.invisible ? "+i" : "+"});
  bool on = true;
  bool unknown = false;
  const bool before = member.invisible;
  for (const char letter : message.param(1)) {
    if (letter == '+' || letter == '-') {
      on = letter == '+';
    } else if (letter == 'i') {
      member.invisible = on;
    } else {
      unknown = true;
    }
  }
  if (unknown) state.reply(member, err_umodeunknownflag);
  if (member.invisible == before) return;
  state.invisible_count += member.invisible ? 1 : static_cast<std::size_t>(-1);
  state.send(member, state.relay(member.nick, "MODE", {member.nick}, member.invisible ? "+i" : "-i"));
}

}  // namespace

void handle_mode(State& state, Member& member, const Message& message) {
  if (message.param(0).starts_with('#')) return channel_mode(state, member, message);
  user_mode(state, member, message);
}

}  // namespace handfast::chat
