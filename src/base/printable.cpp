#include <base/printable.hpp>

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

namespace handfast {
namespace {

struct Range {
  char32_t first, last;
};

// Invisible, or changes the direction of what follows (Unicode general categories Cf, Zl, Zp).
constexpr Range hidden[] = {{0x00ad, 0x00ad}, {0x061c, 0x061c},   {0x180e, 0x180e},   {0x200b, 0x200f},  {0x2028, 0x202e},
                            {0x2060, 0x206f}, {0xfeff, 0xfeff},   {0xfff0, 0xfffb},   {0xd800, 0xdfff},  {0xe000, 0xf8ff},
                            {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff}};
constexpr Range wide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},
                          {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6},   {0x1f300, 0x1faff},
                          {0x20000, 0x3fffd}};
constexpr Range combining[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
                               {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

template <size_t N>
bool within(const Range (&ranges)[N], char32_t c) {
  return std::ranges::any_of(ranges, [&](Range range) { return c >= range.first && c <= range.last; });
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

size_t columns(char32_t c) { return within(combining, c) ? 0 : within(wide, c) ? 2 : 1; }

/// Where a word may be broken: after this character.
bool is_joint(char c) { return std::string_view("_-.,=/:;@").contains(c); }

/// The longest head of `text` that fits into `width` columns, at least one code point.
size_t fitting(std::string_view text, size_t width) {
  size_t used = 0, taken = 0;
  while (taken < text.size()) {
    auto c = first_code_point(text.substr(taken));
    used += columns(c.value);
    if (used > width && taken > 0) break;
    taken += c.bytes.size();
  }
  return taken;
}

/// Where to end the first line of `text`: at a space, unless that leaves the line half empty and a long word has a joint.
size_t break_at(std::string_view text, size_t width) {
  const auto end = fitting(text, width);
  if (end == text.size() || text[end] == ' ') return end;
  auto space = text.substr(0, end).rfind(' ');
  if (space == text.npos) space = 0;
  if (space >= end / 2 && space > 0) return space;
  for (auto i = end; i > std::max<size_t>(space, 1); --i)
    if (is_joint(text[i - 1])) return i;
  return space > 0 ? space : end;
}

std::string written_out(std::string_view text, bool ascii, std::string_view backslash) {
  std::string out;
  while (!text.empty()) {
    auto c = first_code_point(text);
    if (!c.valid || is_control(c.value))
      out += fmt::format("\\x{:02x}", static_cast<uint32_t>(c.value));
    else if (c.value == '\\')
      out += backslash;
    else if ((ascii && c.value >= 0x80) || within(hidden, c.value))
      out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(c.value));
    else
      out += c.bytes;
    text.remove_prefix(c.bytes.size());
  }
  return out;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto lead = byte(0);
  const CodePoint invalid{lead, text.substr(0, 1), false};
  if (lead < 0x80) return {lead, text.substr(0, 1), true};
  const size_t length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length == 0 || lead >= 0xf5 || text.size() < length) return invalid;
  char32_t value = lead & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return invalid;
    value = value << 6 | (byte(i) & 0x3fu);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return invalid;
  return {value, text.substr(0, length), true};
}

std::string printable_text(std::string_view text, bool ascii) { return written_out(text, ascii, "\\\\"); }

std::string printable_line(std::string_view text) { return written_out(text, false, "\\"); }

std::string shortened(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  auto end = most - 3;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    auto c = first_code_point(text);
    width += columns(c.value);
    text.remove_prefix(c.bytes.size());
  }
  return width;
}

std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  do {
    auto end = break_at(text, std::max<size_t>(width, 1));
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
  } while (!text.empty());
  return lines;
}

}  // namespace handfast
