#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chat/message.hpp"

namespace handfast::chat {

/// Cuts a stream of bytes into lines. A line ends with LF; a CR before it is taken off. Empty lines are left out.
/// Holds at most the longest legal line; a longer one is not kept, and reported once, when its end has come.
class LineReader {
 public:
  /// Reads `bytes` and calls `on_line(std::string_view line)` for each line that ends in them and
  /// `on_too_long()` for each that was too long. The view is valid during the call. Either call may return false to
  /// stop: the rest of `bytes` is then lost.
  template <typename OnLine, typename OnTooLong>
  void feed(std::string_view bytes, OnLine&& on_line, OnTooLong&& on_too_long) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) return keep(bytes);
      const bool more = finish(bytes.substr(0, end), on_line, on_too_long);
      bytes.remove_prefix(end + 1);
      if (!more) return;
    }
  }

  /// Bytes held of a line that has not ended yet.
  std::size_t held() const { return partial_.size(); }

 private:
  /// The longest line with its tags and its CR.
  static constexpr std::size_t limit = tags_limit + line_limit + 1;

  template <typename OnLine, typename OnTooLong>
  bool finish(std::string_view tail, OnLine& on_line, OnTooLong& on_too_long) {
    if (overrun_ || partial_.size() + tail.size() > limit) {
      reset();
      return on_too_long();
    }
    if (partial_.empty()) return deliver(tail, on_line);
    partial_.append(tail);
    const std::string line = std::move(partial_);
    reset();
    return deliver(line, on_line);
  }

  template <typename OnLine>
  static bool deliver(std::string_view line, OnLine& on_line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line.empty() || on_line(line);
  }

  void keep(std::string_view bytes) {
    if (overrun_ || partial_.size() + bytes.size() > limit) {
      reset();
      overrun_ = true;
      return;
    }
    partial_.append(bytes);
  }

  void reset() {
    partial_ = std::string();
    overrun_ = false;
  }

  std::string partial_;
  bool overrun_ = false;
};

}  // namespace handfast::chat
