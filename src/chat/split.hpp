#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "chat/utf8.hpp"

namespace handfast::chat {

/// Takes the next item off a list with commas.
inline std::string_view take_item(std::string_view& list) {
  const std::string_view item = list.substr(0, list.find(','));
  list.remove_prefix(std::min(item.size() + 1, list.size()));
  return item;
}

/// How many items beyond the first a list with commas has.
inline std::size_t further_items(std::string_view list) {
  std::size_t count = 0;
  while (!list.empty()) count += take_item(list).empty() ? 0 : 1;
  return count > 0 ? count - 1 : 0;
}

/// Cuts `text` into pieces of at most `limit` bytes (4 at least), between UTF-8 characters and after a space where
/// one is near the end of a piece. Joined, the pieces are the text. They view it.
inline std::vector<std::string_view> split_text(std::string_view text, std::size_t limit) {
  std::vector<std::string_view> pieces;
  while (text.size() > limit) {
    std::size_t end = std::max<std::size_t>(utf8_prefix(text, limit), 1);
    const std::size_t space = text.substr(0, end).rfind(' ');
    if (space != std::string_view::npos && space + 1 > limit / 2) end = space + 1;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  pieces.push_back(text);
  return pieces;
}

}  // namespace handfast::chat
