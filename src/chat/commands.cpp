#include "chat/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chat/utf8.hpp"

namespace handfast::chat {
namespace {

/// Sorted by name.
constexpr auto table = std::to_array<Command>({
    {"AUTHENTICATE", handle_authenticate, 1, Phase::always, false},
    {"AWAY", handle_away, 0, Phase::registered, false},
    {"CAP", handle_cap, 1, Phase::always, false},
    {"INVITE", handle_invite, 2},
    {"ISON", handle_ison, 1, Phase::registered, false},
    {"JOIN", handle_join, 1},
    {"KICK", handle_kick, 2},
    {"KILL", handle_operator_command, 1},
    {"LIST", handle_list},
    {"LUSERS", handle_lusers},
    {"MODE", handle_mode, 1},
    {"MOTD", handle_motd},
    {"NAMES", handle_names},
    {"NICK", handle_nick, 0, Phase::always},
    {"NOTICE", handle_notice, 0, Phase::always},
    {"OPER", handle_oper, 2},
    {"PART", handle_part, 1},
    {"PASS", handle_pass, 1, Phase::before},
    {"PING", handle_ping, 0, Phase::always, false},
    {"PONG", handle_pong, 0, Phase::always, false},
    {"PRIVMSG", handle_privmsg},
    {"QUIT", handle_quit, 0, Phase::always},
    {"REHASH", handle_operator_command},
    {"SETNAME", handle_setname, 1},
    {"TIME", handle_time},
    {"TOPIC", handle_topic, 1},
    {"USER", handle_user, 4, Phase::before},
    {"USERHOST", handle_userhost, 1, Phase::registered, false},
    {"VERSION", handle_version},
    {"WALLOPS", handle_operator_command, 1},
    {"WHO", handle_who, 0, Phase::registered, false},
    {"WHOIS", handle_whois, 0, Phase::registered, false},
    {"WHOWAS", handle_whowas, 0, Phase::registered, false},
});
static_assert(std::ranges::is_sorted(table, {}, &Command::name));

std::string upper(std::string_view name) {
  std::string result(name);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

void refuse(State& state, Member& member, LineFault fault, std::string_view line) {
  switch (fault) {
    case LineFault::empty:
      return;
    case LineFault::too_long:
      return refuse_long_line(state, member);
    case LineFault::not_utf8:
      return state.fail(member, "*", "INVALID_UTF8", "Line refused: it is not UTF-8. Set your client to UTF-8.");
    case LineFault::bad_byte:
      return state.fail(member, "*", "INVALID_BYTE", "Line refused: it has a NUL or a CR inside.");
    case LineFault::no_command:
      return state.reply(member, err_unknowncommand, {line.substr(0, utf8_prefix(line, 32))},
                         "No command in this line");
  }
}

}  // namespace

const Command* find_command(std::string_view name) {
  const std::string key = upper(name);
  const auto found = std::ranges::lower_bound(table, key, {}, &Command::name);
  return found != table.end() && found->name == key ? &*found : nullptr;
}

void refuse_long_line(State& state, Member& member) {
  state.reply(member, err_inputtoolong, {},
              fmt::format("Line refused: more than {} bytes with its end, or tags of more than {}", line_limit + 2,
                          tags_limit));
}

void run_line(State& state, Member& member, std::string_view line) {
  const std::expected<Message, LineFault> message = parse_line(line);
  if (!message) return refuse(state, member, message.error(), line);
  const Command* command = find_command(message->command);
  if (command == nullptr) {
    if (!member.registered) return state.reply(member, err_notregistered);
    return state.reply(member, err_unknowncommand, {upper(message->command.substr(0, 64))});
  }
  if (command->phase == Phase::registered && !member.registered) return state.reply(member, err_notregistered);
  if (command->phase == Phase::before && member.registered) return state.reply(member, err_alreadyregistered);
  if (message->size() < command->min_params) return state.reply(member, err_needmoreparams, {command->name});
  if (command->counts_as_activity) member.spoke = state.now;
  command->handler(state, member, *message);
}

}  // namespace handfast::chat
