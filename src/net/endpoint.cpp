#include "net/endpoint.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

namespace handfast::net {

namespace {

using Parsed = std::expected<HostPort, std::string>;

std::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (code != std::errc{} || end != text.data() + text.size() || port > 65535) {
    return std::unexpected(fmt::format("'{}' is not a port: give a number from 0 to 65535", text));
  }
  return static_cast<std::uint16_t>(port);
}

Parsed with_port(std::string_view host, std::string_view port_text) {
  const auto port = parse_port(port_text);
  if (!port) return std::unexpected(port.error());
  return HostPort{std::string(host), *port};
}

Parsed parse_bracketed(std::string_view text, std::uint16_t default_port) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return std::unexpected(fmt::format("'{}' lacks the ']' after the address", text));
  const std::string_view host = text.substr(1, end - 1);
  const std::string_view rest = text.substr(end + 1);
  asio::error_code wrong;
  asio::ip::make_address_v6(host, wrong);
  if (wrong) return std::unexpected(fmt::format("'{}' is not an IPv6 address", host));
  if (rest.empty()) return HostPort{std::string(host), default_port};
  if (rest.front() != ':') return std::unexpected(fmt::format("'{}': after ']' only :PORT may come", text));
  return with_port(host, rest.substr(1));
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Parsed parse_host_port(std::string_view text, std::uint16_t default_port) {
  if (text.contains('/')) return std::unexpected(fmt::format("'{}' is not HOST or HOST:PORT: give a host, not a URL", text));
  if (text.starts_with('[')) return parse_bracketed(text, default_port);
  const std::size_t colons = static_cast<std::size_t>(std::ranges::count(text, ':'));
  if (colons > 1) return parse_bracketed(fmt::format("[{}]", text), default_port);
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (host.empty()) return std::unexpected(fmt::format("'{}' names no host: give HOST or HOST:PORT", text));
  const bool is_odd = std::ranges::any_of(host, [](char c) { return c <= ' ' || c == '@' || c == '\x7f'; });
  if (is_odd) return std::unexpected(fmt::format("'{}' is not a host: give HOST or HOST:PORT", text));
  if (colon == std::string_view::npos) return HostPort{std::string(host), default_port};
  return with_port(host, text.substr(colon + 1));
}

Parsed parse_listen_address(std::string_view text, std::uint16_t default_port) {
  if (is_number(text)) return with_port("127.0.0.1", text);
  if (text.starts_with(':') && text.find(':', 1) == std::string_view::npos) return with_port("", text.substr(1));
  if (text == "*") return HostPort{"", default_port};
  if (text.starts_with("*:")) return with_port("", text.substr(2));
  return parse_host_port(text, default_port);
}

std::string printable(const asio::ip::tcp::endpoint& endpoint) {
  const std::string address = printable_address(endpoint);
  const char* form = address.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}";
  return fmt::format(fmt::runtime(form), address, endpoint.port());
}

std::string printable(const HostPort& address) {
  if (address.host.empty()) return fmt::format("*:{}", address.port);
  const char* form = address.host.find(':') == std::string::npos ? "{}:{}" : "[{}]:{}";
  return fmt::format(fmt::runtime(form), address.host, address.port);
}

std::string printable_address(const asio::ip::tcp::endpoint& endpoint) {
  const asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace handfast::net
