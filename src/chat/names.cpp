#include "chat/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace handfast::chat {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool nick_start(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || std::string_view("[]\\`_^{|}").find(c) != std::string_view::npos;
}

bool nick_rest(char c) { return nick_start(c) || (c >= '0' && c <= '9') || c == '-'; }

}  // namespace

std::string fold(std::string_view name) {
  std::string folded(name);
  std::ranges::transform(folded, folded.begin(), lower);
  return folded;
}

bool same_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

bool legal_nick(std::string_view name) {
  return !name.empty() && name.size() <= nick_limit && nick_start(name[0]) &&
         std::ranges::all_of(name.substr(1), nick_rest);
}

bool legal_channel(std::string_view name) {
  const auto legal = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != ',' && c != '\x7f'; };
  return name.size() >= 2 && name.size() <= channel_limit && name[0] == '#' && std::ranges::all_of(name, legal);
}

bool matches(std::string_view mask, std::string_view text) {
  std::size_t m = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last '*' met, and where in text it stands
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (m < mask.size() && mask[m] == '*') {
      star = m++;
      star_text = t;
    } else if (m < mask.size() && (mask[m] == '?' || lower(mask[m]) == lower(text[t]))) {
      ++m;
      ++t;
    } else if (star != std::string_view::npos) {
      m = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return mask.find_first_not_of('*', m) == std::string_view::npos;
}

std::string complete_mask(std::string_view mask) {
  const std::size_t bang = mask.find('!');
  const std::size_t at = mask.find('@', bang == std::string_view::npos ? 0 : bang);
  if (bang == std::string_view::npos && at == std::string_view::npos) return fmt::format("{}!*@*", mask);
  if (bang == std::string_view::npos) return fmt::format("*!{}", mask);
  if (at == std::string_view::npos) return fmt::format("{}@*", mask);
  return std::string(mask);
}

}  // namespace handfast::chat
