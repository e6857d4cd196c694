#include "net/endpoint.hpp"

#include <gtest/gtest.h>

namespace handfast::net {
namespace {

using Address = asio::ip::tcp::endpoint;

TEST(Endpoint, ReadsHostsAndPorts) {
  EXPECT_EQ(parse_host_port("example.org", 443), (HostPort{"example.org", 443}));
  EXPECT_EQ(parse_host_port("example.org:8443", 443), (HostPort{"example.org", 8443}));
  EXPECT_EQ(parse_host_port("192.0.2.1:1", 443), (HostPort{"192.0.2.1", 1}));
  EXPECT_EQ(parse_host_port("[2001:db8::1]:8443", 443), (HostPort{"2001:db8::1", 8443}));
  EXPECT_EQ(parse_host_port("[::1]", 443), (HostPort{"::1", 443}));
  EXPECT_EQ(parse_host_port("::1", 443), (HostPort{"::1", 443}));
}

TEST(Endpoint, RefusesWhatIsNoAddress) {
  for (const char* text : {"", ":443", "host:", "host:x", "host:65536", "host:-1", "host:44 3", "[::1", "[::1]x", "[host]:1",
                           "a:b:c", "https://host/", "user@host", "ho st"}) {
    EXPECT_FALSE(parse_host_port(text, 443)) << text;
  }
}

TEST(Endpoint, ReadsWhereToListen) {
  EXPECT_EQ(parse_listen_address("8443", 1), (HostPort{"127.0.0.1", 8443}));
  EXPECT_EQ(parse_listen_address(":8443", 1), (HostPort{"", 8443}));
  EXPECT_EQ(parse_listen_address("*:8443", 1), (HostPort{"", 8443}));
  EXPECT_EQ(parse_listen_address("*", 1), (HostPort{"", 1}));
  EXPECT_EQ(parse_listen_address("localhost", 1), (HostPort{"localhost", 1}));
  EXPECT_EQ(parse_listen_address("::1", 1), (HostPort{"::1", 1}));
}

TEST(Endpoint, PrintsAddresses) {
  EXPECT_EQ(printable(Address(asio::ip::make_address("192.0.2.1"), 443)), "192.0.2.1:443");
  EXPECT_EQ(printable(Address(asio::ip::make_address("::1"), 443)), "[::1]:443");
  EXPECT_EQ(printable(Address(asio::ip::make_address("::ffff:192.0.2.1"), 443)), "192.0.2.1:443");
  EXPECT_EQ(printable(HostPort{"", 443}), "*:443");
}

}  // namespace
}  // namespace handfast::net
