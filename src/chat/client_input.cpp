#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chat/client.hpp"
#include "chat/names.hpp"
#include "chat/split.hpp"

namespace handfast::chat {
namespace {

/// Takes the next word off `rest`, and the spaces around it.
std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return word;
}

}  // namespace

/// One command of the person: its name, what follows it, and what it does with that.
struct ClientCommand {
  std::string_view name;
  std::string_view usage;
  std::string_view what;
  void (*run)(Client& client, const ClientCommand& command, std::string_view rest);

  static const ClientCommand* find(std::string_view name);
  static std::span<const ClientCommand> all();

  void explain(Client& client) const { client.complain(fmt::format("usage: /{} {}", name, usage)); }

  /// The room that `rest` begins with, taken off it, or the current one; says so and is empty when there is none.
  static std::string take_room(Client& client, std::string_view& rest) {
    if (rest.starts_with('#')) return std::string(take_word(rest));
    if (client.current_.empty()) client.complain("You are in no room: /join #room first");
    return client.current_;
  }

  static void join(Client& client, const ClientCommand& command, std::string_view rest) {
    const std::string_view room = take_word(rest);
    if (room.empty()) return command.explain(client);
    if (!legal_channel(room)) {
      return client.complain(fmt::format("{}: a room's name begins with #, as in /join #room", room));
    }
    const auto own = client.rooms_.find(fold(room));
    if (own != client.rooms_.end()) {
      client.current_ = own->second;
      return client.show_line(fmt::format("* you now talk in {}", client.current_));
    }
    client.queue(rest.empty() ? format_line("", "JOIN", {room}) : format_line("", "JOIN", {room, rest}));
  }

  static void part(Client& client, const ClientCommand&, std::string_view rest) {
    const std::string room = take_room(client, rest);
    if (room.empty()) return;
    client.queue(rest.empty() ? format_line("", "PART", {room}) : format_line("", "PART", {room}, rest));
  }

  static void msg(Client& client, const ClientCommand& command, std::string_view rest) {
    const std::string_view target = take_word(rest);
    if (target.empty() || rest.empty()) return command.explain(client);
    client.say(target, "PRIVMSG", rest);
  }

  static void me(Client& client, const ClientCommand& command, std::string_view rest) {
    if (rest.empty()) return command.explain(client);
    std::string_view none;
    const std::string room = take_room(client, none);
    if (!room.empty()) client.say(room, "PRIVMSG", rest, true);
  }

  static void nick(Client& client, const ClientCommand& command, std::string_view rest) {
    const std::string_view wanted = take_word(rest);
    if (wanted.empty()) return command.explain(client);
    if (!legal_nick(wanted)) {
      return client.complain(
          fmt::format("{}: a nick has up to {} letters, digits and -[]\\`_^{{|}}, no digit first", wanted, nick_limit));
    }
    client.queue(format_line("", "NICK", {wanted}));
  }

  static void names(Client& client, const ClientCommand&, std::string_view rest) {
    const std::string room = take_room(client, rest);
    if (!room.empty()) client.queue(format_line("", "NAMES", {room}));
  }

  static void topic(Client& client, const ClientCommand&, std::string_view rest) {
    const std::string room = take_room(client, rest);
    if (room.empty()) return;
    client.queue(rest.empty() ? format_line("", "TOPIC", {room}) : format_line("", "TOPIC", {room}, rest));
  }

  static void who(Client& client, const ClientCommand&, std::string_view rest) {
    const std::string_view mask = take_word(rest);
    const std::string_view target = mask.empty() && !client.current_.empty() ? client.current_ : mask;
    client.queue(format_line("", "WHO", {target}));
  }

  static void whois(Client& client, const ClientCommand& command, std::string_view rest) {
    const std::string_view nick = take_word(rest);
    if (nick.empty()) return command.explain(client);
    client.queue(format_line("", "WHOIS", {nick}));
  }

  static void list(Client& client, const ClientCommand&, std::string_view) {
    client.queue(format_line("", "LIST", {}));
  }

  static void away(Client& client, const ClientCommand&, std::string_view rest) {
    client.queue(rest.empty() ? format_line("", "AWAY", {}) : format_line("", "AWAY", {}, rest));
  }

  static void quit(Client& client, const ClientCommand&, std::string_view rest) { client.leave(rest); }

  static void raw(Client& client, const ClientCommand& command, std::string_view rest) {
    if (rest.empty()) return command.explain(client);
    if (rest.size() > line_limit) {
      return client.complain(fmt::format("Not sent: {} bytes, a line has at most {}", rest.size(), line_limit));
    }
    client.queue(fmt::format("{}\r\n", rest));
  }

  static void help(Client& client, const ClientCommand&, std::string_view) {
    for (const ClientCommand& command : all()) {
      const std::string form = fmt::format("/{} {}", command.name, command.usage);
      client.show_line(fmt::format("  {:<24} {}", form, command.what));
    }
    client.show_line("  anything else is said in the current room; // at the start sends a line that begins with /");
  }
};

namespace {

constexpr auto table = std::to_array<ClientCommand>({
    {"join", "#room [key]", "enter a room, or make one you are in the current one", ClientCommand::join},
    {"part", "[#room] [reason]", "leave a room", ClientCommand::part},
    {"msg", "nick text", "say something to one member, or in another room", ClientCommand::msg},
    {"me", "text", "say what you do", ClientCommand::me},
    {"nick", "name", "change your nick", ClientCommand::nick},
    {"names", "[#room]", "who is in a room", ClientCommand::names},
    {"topic", "[#room] [text]", "show or set a room's topic", ClientCommand::topic},
    {"who", "[#room or mask]", "members with their accounts", ClientCommand::who},
    {"whois", "nick", "all about a member, with the certificate's fingerprint", ClientCommand::whois},
    {"list", "", "the rooms", ClientCommand::list},
    {"away", "[text]", "say that you are away, or back", ClientCommand::away},
    {"raw", "line", "send an IRC line as it is", ClientCommand::raw},
    {"quit", "[reason]", "leave the chat", ClientCommand::quit},
    {"help", "", "this list", ClientCommand::help},
});

}  // namespace

std::span<const ClientCommand> ClientCommand::all() { return table; }

const ClientCommand* ClientCommand::find(std::string_view name) {
  const auto found = std::ranges::find_if(table, [&](const auto& row) { return same_name(row.name, name); });
  return found == table.end() ? nullptr : &*found;
}

void Client::run_input(std::string_view text) {
  while (text.ends_with('\r') || text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return;
  if (!is_utf8(text)) return complain("Not sent: the text is not UTF-8");
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos) {
    return complain("Not sent: the text has an end of line or a NUL inside");
  }
  if (text.starts_with("//"))
    text.remove_prefix(1);
  else if (text.starts_with('/')) {
    text.remove_prefix(1);
    const std::string_view name = text.substr(0, text.find(' '));
    const ClientCommand* const command = ClientCommand::find(name);
    if (command == nullptr) return complain(fmt::format("No such command: /{}. /help lists them.", name));
    std::string_view rest = text.substr(name.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return command->run(*this, *command, rest);
  }
  if (current_.empty()) return complain("Not sent: you are in no room. /join #room first.");
  say(current_, "PRIVMSG", text);
}

std::size_t Client::room_for_text(std::string_view command, std::string_view target) const {
  // Until the server has shown it, the longest that our user and host can be on it.
  const std::size_t user_host = user_host_.empty() ? nick_limit + 1 + host_limit : user_host_.size();
  const std::size_t start = 1 + nick_.size() + 1 + user_host + 1 + command.size() + 1 + target.size() + 2;
  return start + 16 < line_limit ? line_limit - start : 16;
}

void Client::say(std::string_view target, std::string_view command, std::string_view text, bool action) {
  constexpr std::string_view action_start =
      "\x01"
      "ACTION ";
  const std::size_t room = room_for_text(command, target) - (action ? action_start.size() + 1 : 0);
  for (const std::string_view piece : split_text(text, room)) {
    if (action) {
      queue(format_line("", command, {target}, fmt::format("{}{}\x01", action_start, piece)));
    } else {
      queue(format_line("", command, {target}, piece));
    }
    if (!config_.echo) continue;
    const std::string where = same_name(target, current_) ? "" : fmt::format("[to {}] ", target);
    show_line(action ? fmt::format("{}* {} {}", where, nick_, piece) : fmt::format("{}<{}> {}", where, nick_, piece));
  }
}

void Client::complain(std::string_view text) { show_line(fmt::format("! {}", text)); }

}  // namespace handfast::chat
