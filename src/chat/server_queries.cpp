#include <fmt/chrono.h>
#include <fmt/format.h>

#include "chat/commands.hpp"
#include "chat/names.hpp"

namespace handfast::chat {
namespace {

/// Tokens in one line of 005 (RPL_ISUPPORT): 15 parameters with the nick and the text.
constexpr std::size_t tokens_per_line = 13;

std::vector<std::string> isupport_tokens(const State& state) {
  return {fmt::format("NETWORK={}", state.config.network),
          "CASEMAPPING=ascii",
          "CHANTYPES=#",
          "PREFIX=(ov)@+",
          "CHANMODES=b,k,l,imnst",
          "MODES=6",
          "MAXLIST=b:100",
          "CHANLIMIT=#:100",
          fmt::format("CHANNELLEN={}", channel_limit),
          fmt::format("NICKLEN={}", nick_limit),
          fmt::format("USERLEN={}", nick_limit),
          fmt::format("HOSTLEN={}", host_limit),
          fmt::format("TOPICLEN={}", topic_limit),
          fmt::format("KICKLEN={}", reason_limit),
          fmt::format("AWAYLEN={}", reason_limit),
          fmt::format("NAMELEN={}", real_name_limit),
          fmt::format("KEYLEN={}", key_limit),
          "TARGMAX=PRIVMSG:4,NOTICE:4,NAMES:1,LIST:,JOIN:,PART:,KICK:,WHOIS:8,WHOWAS:1",
          fmt::format("LINELEN={}", line_limit + 2),
          "WHOX",
          "UTF8ONLY"};
}

}  // namespace

void send_isupport(State& state, Member& member) {
  const std::vector<std::string> tokens = isupport_tokens(state);
  for (std::size_t first = 0; first < tokens.size(); first += tokens_per_line) {
    std::string line = fmt::format("{} {}", rpl_isupport.code, member.nick);
    for (std::size_t i = first; i < std::min(first + tokens_per_line, tokens.size()); ++i) line += " " + tokens[i];
    state.send(member, format_line(state.config.name, line, {}, rpl_isupport.text));
  }
}

void handle_motd(State& state, Member& member, const Message&) {
  const ServerConfig& config = state.config;
  if (config.motd.empty()) return state.reply(member, err_nomotd);
  state.reply(member, rpl_motdstart, {}, fmt::format("- {} Message of the day -", config.name));
  for (const std::string& line : config.motd) state.reply(member, rpl_motd, {}, fmt::format("- {}", line));
  state.reply(member, rpl_endofmotd);
}

void handle_lusers(State& state, Member& member, const Message&) {
  const std::size_t users = state.registered_count;
  const std::size_t most = state.most_members;
  state.reply(member, rpl_luserclient, {},
              fmt::format("There are {} users and {} invisible on 1 servers", users - state.invisible_count,
                          state.invisible_count));
  state.reply(member, rpl_luserop, {"0"});
  state.reply(member, rpl_luserunknown, {fmt::to_string(state.members.size() - users)});
  state.reply(member, rpl_luserchannels, {fmt::to_string(state.channels.size())});
  state.reply(member, rpl_luserme, {}, fmt::format("I have {} clients and 0 servers", users));
  const std::string now = fmt::to_string(users);
  const std::string max = fmt::to_string(most);
  state.reply(member, rpl_localusers, {now, max}, fmt::format("Current local users {}, max {}", now, max));
  state.reply(member, rpl_globalusers, {now, max}, fmt::format("Current global users {}, max {}", now, max));
}

void handle_version(State& state, Member& member, const Message&) {
  state.reply(member, rpl_version, {state.config.version, state.config.name}, "IRC over mutual TLS");
  send_isupport(state, member);
}

void handle_time(State& state, Member& member, const Message&) {
  const std::tm utc = fmt::gmtime(std::chrono::system_clock::to_time_t(state.now.wall));
  state.reply(member, rpl_time, {state.config.name}, fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", utc));
}

void handle_oper(State& state, Member& member, const Message&) { state.reply(member, err_nooperhost); }

void handle_operator_command(State& state, Member& member, const Message&) { state.reply(member, err_noprivileges); }

}  // namespace handfast::chat
