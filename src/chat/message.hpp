#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace handfast::chat {

/// Bytes of a line without its CRLF; with it, 512 (RFC 1459 section 2.3).
inline constexpr std::size_t line_limit = 510;

/// Bytes of a tag section with its '@' and the space after it (IRCv3 message-tags).
inline constexpr std::size_t tags_limit = 8191;

/// Parameters of one message; the last takes the rest of the line (RFC 1459 section 2.3).
inline constexpr std::size_t params_limit = 15;

/// Why a line is no message.
enum class LineFault : std::uint8_t {
  empty,       ///< nothing but spaces: to be ignored
  too_long,    ///< more than line_limit bytes, or tags of more than tags_limit
  not_utf8,    ///< bytes that are no UTF-8 (RFC 3629)
  bad_byte,    ///< a NUL, or a CR inside the line
  no_command,  ///< a prefix or tags and nothing after them, or a command with other than letters and digits
};

/// One IRC message. Every view points into the line it was parsed from and lives as long as that.
struct Message {
  std::string_view tags;     ///< without '@'; empty when there are none
  std::string_view prefix;   ///< without ':'; empty when there is none
  std::string_view command;  ///< as sent: compare without case

  /// Number of parameters, at most params_limit.
  std::size_t size() const { return count_; }

  /// The parameter at `index`, counted from 0; empty when there is none.
  std::string_view param(std::size_t index) const { return index < count_ ? params_[index] : std::string_view{}; }

  /// All parameters; lives as long as this message.
  std::span<const std::string_view> params() const { return std::span(params_).first(count_); }

 private:
  friend std::expected<Message, LineFault> parse_line(std::string_view line);
  std::array<std::string_view, params_limit> params_{};
  std::size_t count_ = 0;
};

/// Splits one line, without its CRLF, into its parts. The message views `line`.
std::expected<Message, LineFault> parse_line(std::string_view line);

/// The line without its tag section, or too_long when that passes tags_limit. The result views `line`.
std::expected<std::string_view, LineFault> without_tags(std::string_view line);

/// Writes one line with its CRLF: `:prefix command params... :trailing`. An empty prefix writes none.
/// A parameter is cut at its first space, an empty one becomes `*`, so that it can never be taken for another.
/// What passes line_limit is cut between UTF-8 characters; CR, LF and NUL are left out.
std::string format_line(std::string_view prefix, std::string_view command,
                        std::initializer_list<std::string_view> params,
                        std::optional<std::string_view> trailing = std::nullopt);

}  // namespace handfast::chat
