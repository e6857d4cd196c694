// host.hpp: DNS names and IP addresses as text.
#pragma once

#include <string_view>

namespace handfast {

/// An IPv4 or IPv6 address without brackets.
bool is_ip_address(std::string_view text);
/// A DNS name in ASCII (RFC 1123 section 2.1, with underscores as seen in practice), no longer than 253 bytes, without a dot at its end.
bool is_dns_name(std::string_view text);

}  // namespace handfast
