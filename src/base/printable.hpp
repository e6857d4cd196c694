// printable.hpp: text from outside made safe for a terminal or a log, and its width there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace handfast {

/// One code point of UTF-8 text. A byte that is not part of valid UTF-8 stands alone, with valid == false.
struct CodePoint {
  char32_t value;
  std::string_view bytes;  ///< lives as long as the text
  bool valid;
};

/// The code point at the start of `text`, which must not be empty.
CodePoint first_code_point(std::string_view text);

/// The text with everything that could steer a terminal or mislead a reader written out: control characters and invalid
/// UTF-8 as \x1b, invisible and direction-changing characters as \u{202e}, a backslash as two. With `ascii` everything
/// beyond ASCII is written out too.
std::string printable_text(std::string_view text, bool ascii = false);

/// The same with backslashes left as they are: for text that has passed printable_text() in part, or where people write them.
std::string printable_line(std::string_view text);

/// The text where it has at most `most` bytes (3 at least); else its head and "...", cut between characters.
std::string shortened(std::string_view text, size_t most);

/// Columns that the text takes in a terminal. For printable text only.
size_t display_width(std::string_view text);

/// Breaks printable text into lines of at most `width` columns: at spaces, else after punctuation, else anywhere.
std::vector<std::string> wrapped(std::string_view text, size_t width);

}  // namespace handfast
