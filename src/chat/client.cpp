#include "chat/client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "chat/names.hpp"
#include "chat/utf8.hpp"

namespace handfast::chat {
namespace {

/// Lines on their way without a PONG behind them, and after how many a PING asks for it.
constexpr std::size_t unconfirmed_limit = 16;
constexpr std::size_t ping_after = 8;

/// Names the PONG that confirms lines.
constexpr std::string_view confirm_token = "confirm";

/// Lines of the person that wait for the rooms.
constexpr std::size_t waiting_input_limit = 4096;

std::string_view nick_of(std::string_view prefix) { return prefix.substr(0, prefix.find('!')); }

bool lists(std::string_view list, std::string_view capability) {
  while (!list.empty()) {
    const std::string_view word = list.substr(0, list.find(' '));
    list.remove_prefix(std::min(word.size() + 1, list.size()));
    if (word.substr(0, word.find('=')) == capability) return true;
  }
  return false;
}

/// Numerics that answer a JOIN with a refusal.
bool refuses_join(std::string_view code) {
  constexpr std::string_view codes[] = {"403", "405", "407", "437", "471", "473", "474", "475", "476", "477", "489"};
  return std::ranges::find(codes, code) != std::end(codes);
}

}  // namespace

Client::Client(ClientConfig config, ClientOutput& output)
    : config_(std::move(config)), output_(output), nick_(config_.nick) {}

void Client::start() {
  const std::string& real_name = config_.real_name.empty() ? config_.nick : config_.real_name;
  send_now(format_line("", "CAP", {"LS", "302"}));
  send_now(format_line("", "NICK", {nick_}));
  send_now(format_line("", "USER", {config_.nick, "0", "*"}, real_name));
}

void Client::receive(std::string_view bytes) {
  reader_.feed(
      bytes,
      [this](std::string_view line) {
        take_line(line);
        return !ended_;
      },
      [this] {
        complain("The server sent a line that is too long: left out");
        return true;
      });
}

void Client::input(std::string_view text) {
  if (ended_ || leaving_) return;
  if (ready() && waiting_input_.empty()) return run_input(text);
  if (waiting_input_.size() >= waiting_input_limit) return complain("Not sent: too many lines wait for the rooms");
  waiting_input_.emplace_back(text);
}

void Client::leave(std::string_view reason) {
  if (leaving_ || ended_) return;
  leaving_ = true;
  const std::string line = reason.empty() ? format_line("", "QUIT", {}) : format_line("", "QUIT", {}, reason);
  // Before the rooms are joined there may be input that waits: QUIT goes behind it.
  if (waiting_input_.empty()) return registered_ ? queue(line) : send_now(line);
  waiting_input_.push_back("/raw " + line);
}

void Client::closed(std::string_view reason) {
  if (ended_) return;
  ended_ = true;
  if (!leaving_) complain(fmt::format("Connection lost: {}", reason));
}

void Client::take_line(std::string_view line) {
  const std::expected<Message, LineFault> message = parse_line(line);
  if (message) return take_message(*message);
  if (message.error() == LineFault::not_utf8) complain("The server sent a line that is not UTF-8: left out");
}

void Client::take_message(const Message& message) {
  const std::string_view command = message.command;
  if (command == "PING") {
    return send_now(format_line("", "PONG", {}, message.param(0)));
  }
  if (command == "PONG" && message.param(1) == confirm_token) {
    unconfirmed_ -= std::min(unconfirmed_, confirming_);
    ping_sent_ = false;
    return flush();
  }
  if (command == "CAP") return take_capabilities(message);
  if (command == "AUTHENTICATE") return send_now(format_line("", "AUTHENTICATE", {"+"}));
  if (command == "433" && !registered_) return take_nick_refusal(message);
  if (command == "001") welcome(message);
  if (command == "ERROR") ended_ = true;
  take_authentication(message);
  show(message);
  track_rooms(message);
  if (ready()) run_waiting_input();
}

void Client::take_capabilities(const Message& message) {
  if (capabilities_done_) return;
  const std::string_view subcommand = message.param(1);
  const bool more = message.param(2) == "*";
  const std::string_view list = message.param(more ? 3 : 2);
  if (subcommand == "LS") {
    server_has_sasl_ = server_has_sasl_ || lists(list, "sasl");
    if (more) return;
    if (server_has_sasl_) return send_now(format_line("", "CAP", {"REQ"}, "sasl"));
  } else if (subcommand == "ACK" && lists(list, "sasl")) {
    return send_now(format_line("", "AUTHENTICATE", {"EXTERNAL"}));
  }
  capabilities_done_ = true;
  send_now(format_line("", "CAP", {"END"}));
}

void Client::take_authentication(const Message& message) {
  const std::string_view code = message.command;
  if (capabilities_done_ || code.size() != 3 || code < "902" || code > "907") return;
  capabilities_done_ = true;
  send_now(format_line("", "CAP", {"END"}));
}

void Client::take_nick_refusal(const Message& message) {
  const std::string_view text = message.param(message.size() - 1);
  if (nick_.size() >= nick_limit) {
    complain(fmt::format("{}: {}", nick_, text));
    leaving_ = true;
    return send_now(format_line("", "QUIT", {}));
  }
  complain(fmt::format("{}: {}: trying {}_", nick_, text, nick_));
  nick_ += '_';
  send_now(format_line("", "NICK", {nick_}));
}

void Client::welcome(const Message& message) {
  registered_ = true;
  nick_ = message.param(0);
  for (const std::string& room : config_.rooms) {
    if (!legal_channel(room)) {
      complain(fmt::format("{}: no legal room name: it begins with # and has no spaces and commas", room));
      continue;
    }
    joining_.insert(fold(room));
    send_now(format_line("", "JOIN", {room}));
  }
}

void Client::track_rooms(const Message& message) {
  const std::string_view command = message.command;
  const std::string_view nick = nick_of(message.prefix);
  if (refuses_join(command)) joining_.erase(fold(message.param(1)));
  if (command == "KICK" && is_me(message.param(1))) return exit_room(message.param(0));
  if (!is_me(nick)) return;
  if (message.prefix.size() > nick.size()) user_host_ = message.prefix.substr(nick.size() + 1);
  if (command == "JOIN") enter(message.param(0));
  if (command == "PART") exit_room(message.param(0));
  if (command == "NICK") nick_ = message.param(0);
}

void Client::enter(std::string_view room) {
  const std::string key = fold(room);
  rooms_[key] = room;
  // Of the configured rooms the first one stays current; one that the person joins becomes it.
  if (joining_.erase(key) == 0 || current_.empty()) current_ = room;
}

void Client::exit_room(std::string_view room) {
  rooms_.erase(fold(room));
  if (!same_name(room, current_)) return;
  current_ = rooms_.empty() ? std::string() : rooms_.begin()->second;
}

void Client::send_now(std::string_view line) { output_.send(line); }

void Client::queue(std::string line) {
  outgoing_.push_back(std::move(line));
  flush();
}

void Client::flush() {
  while (!outgoing_.empty() && unconfirmed_ < unconfirmed_limit) {
    send_now(outgoing_.front());
    outgoing_.pop_front();
    ++unconfirmed_;
    if (ping_sent_ || unconfirmed_ < ping_after) continue;
    send_now(format_line("", "PING", {}, confirm_token));
    ping_sent_ = true;
    confirming_ = unconfirmed_;
  }
}

void Client::run_waiting_input() {
  while (!waiting_input_.empty()) {
    const std::string text = std::move(waiting_input_.front());
    waiting_input_.pop_front();
    run_input(text);
    if (!ready()) return;
  }
}

bool Client::is_me(std::string_view nick) const { return same_name(nick, nick_); }

}  // namespace handfast::chat
