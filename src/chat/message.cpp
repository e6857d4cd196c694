#include "chat/message.hpp"

#include <algorithm>

#include "chat/utf8.hpp"

namespace handfast::chat {
namespace {

/// Takes the next word off `rest`, and the spaces after it.
std::string_view take_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
  return word;
}

bool is_command(std::string_view word) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !word.empty() && std::ranges::all_of(word, letter_or_digit);
}

void append_text(std::string& line, std::string_view text) {
  for (const char c : text) {
    if (c != '\r' && c != '\n' && c != '\0') line.push_back(c);
  }
}

void append_param(std::string& line, std::string_view param) {
  while (param.starts_with(':') || param.starts_with(' ')) param.remove_prefix(1);
  param = param.substr(0, param.find(' '));
  line.push_back(' ');
  if (param.empty()) line.push_back('*');
  append_text(line, param);
}

}  // namespace

std::expected<std::string_view, LineFault> without_tags(std::string_view line) {
  if (!line.starts_with('@')) return line;
  const std::size_t end = std::min(line.find(' '), line.size());
  if (end + 1 > tags_limit) return std::unexpected(LineFault::too_long);
  return line.substr(std::min(end + 1, line.size()));
}

std::expected<Message, LineFault> parse_line(std::string_view line) {
  const std::expected<std::string_view, LineFault> body = without_tags(line);
  if (!body) return std::unexpected(body.error());
  if (body->size() > line_limit) return std::unexpected(LineFault::too_long);
  if (line.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos) {
    return std::unexpected(LineFault::bad_byte);
  }
  if (!is_utf8(line)) return std::unexpected(LineFault::not_utf8);

  Message message;
  std::string_view rest = line;
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.empty()) return std::unexpected(LineFault::empty);
  if (rest.starts_with('@')) message.tags = take_word(rest).substr(1);
  if (rest.starts_with(':')) message.prefix = take_word(rest).substr(1);
  message.command = take_word(rest);
  if (!is_command(message.command)) return std::unexpected(LineFault::no_command);
  while (!rest.empty()) {
    const bool last = message.count_ + 1 == params_limit;
    if (rest.starts_with(':') || last) {
      message.params_[message.count_++] = rest.starts_with(':') ? rest.substr(1) : rest;
      break;
    }
    message.params_[message.count_++] = take_word(rest);
  }
  return message;
}

std::string format_line(std::string_view prefix, std::string_view command,
                        std::initializer_list<std::string_view> params, std::optional<std::string_view> trailing) {
  std::string line;
  line.reserve(128);
  if (!prefix.empty()) {
    line.push_back(':');
    append_text(line, prefix);
    line.push_back(' ');
  }
  line.append(command);
  for (const std::string_view param : params) append_param(line, param);
  if (trailing) {
    line.append(" :");
    append_text(line, *trailing);
  }
  line.resize(utf8_prefix(line, line_limit));
  line.append("\r\n");
  return line;
}

}  // namespace handfast::chat
