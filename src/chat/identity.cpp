#include "chat/identity.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "chat/names.hpp"

namespace handfast::chat {
namespace {

/// `text` fit for a log line: what is not printable ASCII becomes '?', and 64 bytes are enough.
std::string printable(std::string_view text) {
  std::string shown(text.substr(0, 64));
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  if (text.size() > 64) shown += "...";
  return shown;
}

std::string hex_digits(std::string_view fingerprint) {
  std::string digits = fold(fingerprint);
  std::erase(digits, ':');
  return digits;
}

bool is_sha256_hex(std::string_view digits) {
  return digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::expected<Identity, std::string> identity_from(std::string_view common_name, std::string_view fingerprint,
                                                   std::string_view address) {
  if (common_name.empty()) {
    return std::unexpected(
        "the client certificate has no common name, which is the account name: issue one whose subject has a CN");
  }
  if (common_name.size() > nick_limit) {
    return std::unexpected(fmt::format(
        "the certificate's common name \"{}\" has {} bytes, an account name at most {}: issue one with a shorter CN",
        printable(common_name), common_name.size(), nick_limit));
  }
  if (!legal_nick(common_name)) {
    return std::unexpected(fmt::format(
        "the certificate's common name \"{}\" is no legal nick: issue one whose CN begins with a letter or one of "
        "[]\\`_^{{|}} and goes on with those, digits and '-'",
        printable(common_name)));
  }
  std::string digits = hex_digits(fingerprint);
  if (!is_sha256_hex(digits)) {
    return std::unexpected(
        fmt::format("the certificate's SHA-256 fingerprint \"{}\" is not 64 hex digits", printable(fingerprint)));
  }
  const bool printable_address = std::ranges::all_of(address, [](char c) { return c > ' ' && c <= '~'; });
  if (address.empty() || address.size() >= host_limit || !printable_address ||
      address.find_first_of("!@") != address.npos) {
    return std::unexpected(fmt::format("the peer's address \"{}\" is no address", printable(address)));
  }
  const std::string_view lead = address.starts_with(':') ? "0" : "";
  return Identity{std::string(common_name), std::move(digits), fmt::format("{}{}", lead, address)};
}

}  // namespace handfast::chat
