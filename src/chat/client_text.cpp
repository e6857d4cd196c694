#include <fmt/format.h>

#include <algorithm>
#include <base/printable.hpp>

#include "chat/client.hpp"
#include "chat/names.hpp"

namespace handfast::chat {
namespace {

/// What is kept of 353 until its 366: so many rooms, so many bytes of each.
constexpr std::size_t names_limit = 64;
constexpr std::size_t names_text_limit = 65536;

constexpr std::string_view action_start =
    "\x01"
    "ACTION ";

std::string_view nick_of(std::string_view prefix) { return prefix.substr(0, prefix.find('!')); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Bytes of IRC formatting at the start of `text`: bold, italics, colours; 0 when it is none.
std::size_t formatting_length(std::string_view text) {
  constexpr std::string_view toggles = "\x02\x0f\x11\x16\x1d\x1e\x1f";
  if (toggles.find(text[0]) != std::string_view::npos) return 1;
  if (text[0] != '\x03') return 0;
  std::size_t length = 1;
  const auto digits = [&] {
    for (int i = 0; i < 2 && length < text.size() && is_digit(text[length]); ++i) ++length;
  };
  digits();
  if (length > 1 && length + 1 < text.size() && text[length] == ',' && is_digit(text[length + 1])) {
    ++length;
    digits();
  }
  return length;
}

/// The text without IRC formatting.
std::string unformatted(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t formatting = formatting_length(text);
    if (formatting == 0) shown.push_back(text[0]);
    text.remove_prefix(std::max<std::size_t>(formatting, 1));
  }
  return shown;
}

std::string in_brackets(std::string_view reason) { return reason.empty() ? "" : fmt::format(" ({})", reason); }

/// Numerics that say nothing to a person in line mode.
bool is_silent(std::string_view code) {
  constexpr std::string_view codes[] = {"002", "003", "004", "005", "251", "252", "253", "254",
                                        "255", "265", "266", "315", "318", "321", "323", "329",
                                        "333", "353", "369", "375", "376", "422", "900", "903"};
  return std::ranges::find(codes, code) != std::end(codes);
}

/// The parameters from `first` on, with a space between them.
std::string join_params(const Message& message, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < message.size(); ++i) {
    text += fmt::format("{}{}", text.empty() ? "" : " ", message.param(i));
  }
  return text;
}

}  // namespace

void Client::show_line(std::string_view text) { output_.show(printable_line(unformatted(text))); }

void Client::show(const Message& message) {
  const std::string_view command = message.command;
  if (command == "PRIVMSG" || command == "NOTICE") return show_spoken(message);
  if (command.size() == 3 && std::ranges::all_of(command, is_digit)) return show_numeric(message);
  if (command == "ERROR") {
    if (!leaving_) complain(fmt::format("The server ends the connection: {}", message.param(0)));
    return;
  }
  if (command == "FAIL" || command == "WARN" || command == "NOTE") {
    return complain(message.param(message.size() - 1));
  }
  show_event(message);
}

void Client::show_spoken(const Message& message) {
  const std::string_view nick = nick_of(message.prefix);
  const std::string_view target = message.param(0);
  std::string_view text = message.param(1);
  std::string where;
  if (!target.starts_with('#')) {
    where = message.prefix.find('!') == std::string_view::npos ? "" : "[private] ";
  } else if (!same_name(target, current_)) {
    where = fmt::format("[{}] ", target);
  }
  if (message.command == "NOTICE") return show_line(fmt::format("{}-{}- {}", where, nick, text));
  if (text.starts_with(action_start)) {
    text.remove_prefix(action_start.size());
    if (text.ends_with('\x01')) text.remove_suffix(1);
    return show_line(fmt::format("{}* {} {}", where, nick, text));
  }
  if (text.starts_with('\x01')) return;  // other CTCP requests are not answered
  show_line(fmt::format("{}<{}> {}", where, nick, text));
}

void Client::show_event(const Message& message) {
  const std::string_view command = message.command;
  const std::string_view nick = nick_of(message.prefix);
  const std::string_view first = message.param(0);
  const bool me = is_me(nick);
  const std::string who = me ? "you" : std::string(nick);
  if (command == "JOIN") return show_line(fmt::format("* {} joined {}", who, first));
  if (command == "PART") return show_line(fmt::format("* {} left {}{}", who, first, in_brackets(message.param(1))));
  if (command == "QUIT") return show_line(fmt::format("* {} left the chat{}", who, in_brackets(first)));
  if (command == "NICK") {
    return show_line(fmt::format("* {} {} now called {}", who, me ? "are" : "is", first));
  }
  if (command == "TOPIC") {
    if (message.param(1).empty()) return show_line(fmt::format("* {} took away the topic of {}", who, first));
    return show_line(fmt::format("* {} set the topic of {}: {}", who, first, message.param(1)));
  }
  if (command == "KICK") {
    const bool kicked_me = is_me(message.param(1));
    return show_line(fmt::format("* {} {} put out of {} by {}{}", kicked_me ? "you" : message.param(1),
                                 kicked_me ? "were" : "was", first, who, in_brackets(message.param(2))));
  }
  if (command == "INVITE") {
    return show_line(fmt::format("* {} invites you to {}: /join {}", who, message.param(1), message.param(1)));
  }
  if (command == "MODE") {
    if (first.starts_with('#')) show_line(fmt::format("* {} set {} on {}", who, join_params(message, 1), first));
    return;
  }
  if (command == "CAP" || command == "AUTHENTICATE" || command == "PONG" || command == "ACCOUNT") return;
  show_line(fmt::format("* {} {} {}", nick, command, join_params(message, 0)));
}

void Client::show_numeric(const Message& message) {
  const std::string_view code = message.command;
  const std::string_view subject = message.param(1);
  const std::string_view last = message.size() > 0 ? message.param(message.size() - 1) : std::string_view();
  if (code == "353") {
    if (names_.size() >= names_limit && !names_.contains(fold(message.param(2)))) return;
    std::string& names = names_[fold(message.param(2))];
    if (names.size() < names_text_limit) names += fmt::format("{}{}", names.empty() ? "" : " ", message.param(3));
    return;
  }
  if (code == "366") {
    const auto names = names_.extract(fold(subject));
    return show_line(fmt::format("* in {}: {}", subject, names.empty() ? "nobody to be seen" : names.mapped()));
  }
  if (is_silent(code)) return;
  if (code == "001" || code == "372") return show_line(fmt::format("* {}", last));
  if (code == "332") return show_line(fmt::format("* topic of {}: {}", subject, last));
  if (code == "331") return show_line(fmt::format("* {} has no topic", subject));
  if (code == "301") return show_line(fmt::format("* {} is away: {}", subject, last));
  if (code == "311") {
    return show_line(fmt::format("* {} is {}@{} ({})", subject, message.param(2), message.param(3), last));
  }
  if (code == "319") return show_line(fmt::format("* {} is in {}", subject, last));
  if (code == "312") return show_line(fmt::format("* {} is on {} ({})", subject, message.param(2), last));
  if (code == "330") return show_line(fmt::format("* {} is logged in as {}", subject, message.param(2)));
  if (code == "317") return show_line(fmt::format("* {} has been idle for {} s", subject, message.param(2)));
  if (code == "322") {
    return show_line(fmt::format("* {} ({}): {}", subject, message.param(2), last));
  }
  if (code == "324") return show_line(fmt::format("* modes of {}: {}", subject, join_params(message, 2)));
  if (code == "341") return show_line(fmt::format("* {} is invited to {}", subject, message.param(2)));
  if (code == "352") {
    return show_line(fmt::format("* {} is {}@{} {}", message.param(5), message.param(2), message.param(3),
                                 last.substr(std::min(last.find(' ') + 1, last.size()))));
  }
  if (code[0] >= '4' && code != "671") {
    const std::string about = message.size() > 2 ? fmt::format("{}: ", subject) : "";
    return complain(fmt::format("{}{}", about, last));
  }
  show_line(fmt::format("* {}", join_params(message, 1)));
}

}  // namespace handfast::chat
