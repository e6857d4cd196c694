#include <trace/hex.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace handfast::trace {

std::string hex_text(Bytes bytes) {
  std::string text;
  for (auto byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::vector<std::string> hex_dump(Bytes bytes) {
  constexpr size_t row = 16;
  std::vector<std::string> lines;
  for (size_t at = 0; at < bytes.size(); at += row) {
    std::string hex, text;
    for (auto byte : bytes.subspan(at, std::min(row, bytes.size() - at))) {
      hex += fmt::format("{}{:02x}", hex.size() == row / 2 * 3 - 1 ? "  " : hex.empty() ? "" : " ", byte);
      text += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
    }
    lines.push_back(fmt::format("{:04x}  {:<48}  {}", at, hex, text));
  }
  return lines;
}

}  // namespace handfast::trace
