#include <gtest/gtest.h>

#include <base/host.hpp>

namespace handfast {
namespace {

TEST(Host, TellsAddressesFromNames) {
  EXPECT_TRUE(is_ip_address("192.0.2.1"));
  EXPECT_TRUE(is_ip_address("2001:db8::1"));
  EXPECT_FALSE(is_ip_address("192.0.2"));
  EXPECT_FALSE(is_ip_address("example.org"));
  EXPECT_FALSE(is_ip_address(""));
}

TEST(Host, IsNotCutOffAtAZeroByte) {
  EXPECT_FALSE(is_ip_address(std::string_view("192.0.2.1\0.example.org", 22)));
  EXPECT_FALSE(is_dns_name(std::string_view("example.org\0.example.com", 24)));
}

TEST(Host, KnowsDnsNames) {
  EXPECT_TRUE(is_dns_name("example.org"));
  EXPECT_TRUE(is_dns_name("_sip.example-1.org"));
  EXPECT_FALSE(is_dns_name(""));
  EXPECT_FALSE(is_dns_name("example..org"));
  EXPECT_FALSE(is_dns_name("-a.org"));
  EXPECT_FALSE(is_dns_name(std::string(64, 'a') + ".org"));
  EXPECT_FALSE(is_dns_name("ex\xc3\xa4mple.org"));
}

}  // namespace
}  // namespace handfast
