#pragma once

#include <cstddef>
#include <string_view>

namespace handfast::chat {

/// Whether `text` is UTF-8: no overlong form, no surrogate, nothing above U+10FFFF (RFC 3629 section 4).
bool is_utf8(std::string_view text);

/// The greatest length, at most `limit` bytes, at which `text` can be cut without cutting a character.
std::size_t utf8_prefix(std::string_view text, std::size_t limit);

}  // namespace handfast::chat
