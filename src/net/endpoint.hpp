// endpoint.hpp: addresses as people write them.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <asio/ip/tcp.hpp>

namespace handfast::net {

/// A host (a name or an address without brackets; empty: every address of this machine) and a port.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const HostPort&) const = default;
};

/// Reads "example.org", "example.org:443", "192.0.2.1:443", "[2001:db8::1]:443", "2001:db8::1". The error says what is
/// wrong with the text.
std::expected<HostPort, std::string> parse_host_port(std::string_view text, std::uint16_t default_port);

/// Where to listen: as above, and ":443", "*:443" or "*" for every address, "443" for port 443 of 127.0.0.1. Port 0: any
/// free one.
std::expected<HostPort, std::string> parse_listen_address(std::string_view text, std::uint16_t default_port);

/// "127.0.0.1:443", "[::1]:443".
std::string printable(const asio::ip::tcp::endpoint& endpoint);
std::string printable(const HostPort& address);

/// The address without its port; an IPv4 address that came in over IPv6 as IPv4.
std::string printable_address(const asio::ip::tcp::endpoint& endpoint);

}  // namespace handfast::net
