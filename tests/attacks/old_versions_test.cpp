// Versions that must not be there any more.
#include <gtest/gtest.h>

#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;

/// A server that has all that can be switched on.
Connection old_server() {
  auto options = server_options(KeyKind::rsa);
  options.versions = {Version::tls12, Version::tls11, Version::tls10};
  options.suites = {Suite::TLS_RSA_WITH_AES_128_CBC_SHA};
  options.legacy.tls10 = options.legacy.tls11 = true;
  return *Connection::server(*ServerConfig::make(options));
}

// DROWN, CVE-2016-0800: an SSL 2.0 hello is answered with an alert and nothing else, by whatever the server has switched on.
TEST(Drown, Ssl2HelloIsRefusedByItsName) {
  Buffer hello = {0x80, 46, 1, 0, 2, 0, 21, 0, 0, 0, 16, 7, 0, 0xc0, 5, 0, 0x80, 3, 0, 0x80, 1, 0, 0x80, 6, 0, 0x40, 4, 0, 0x80, 2, 0, 0x80};
  hello.resize(48, 0x22);
  auto server = old_server();
  give(server, hello);
  EXPECT_EQ(fault_id(server), "record.sslv2_hello");
  EXPECT_EQ(take(server).size(), 7u);   // one alert
}

// POODLE, CVE-2014-3566: SSL 3.0 is no version, neither to be configured nor to be chosen by either side.
TEST(Poodle, ThereIsNoSsl3) {
  Buffer hello = {22, 3, 0, 0, 47, 1, 0, 0, 43, 3, 0};
  hello.resize(hello.size() + 32, 0x11);
  for (uint8_t byte : Buffer{0, 0, 4, 0, 0x2f, 0, 0xff, 1, 0}) hello.push_back(byte);
  hello[4] = static_cast<uint8_t>(hello.size() - 5);
  hello[8] = static_cast<uint8_t>(hello.size() - 9);
  auto server = old_server();
  give(server, hello);
  EXPECT_EQ(fault_id(server), "hello.version_not_supported");

  const Scene scene(scenario("TLS 1.0 ECDHE"));
  LinkPair pair(scene.client, scene.server);
  ASSERT_TRUE(pair.run_until(Side::client, 0));
  auto answer = next_of(pair.server);
  answer.with_header[5] = 0;   // server_version 3.0
  pair.client.deliver(answer);
  EXPECT_EQ(fault_of(pair.client), "hello.version_not_offered");

  auto options = client_options();
  options.versions = {static_cast<Version>(0x0300)};
  EXPECT_FALSE(ClientConfig::make(options));
}

// Heartbleed, CVE-2014-0160: there is no heartbeat; a record of its type is none.
TEST(Heartbleed, ThereIsNoHeartbeat) {
  const Scene scene(scenario("TLS 1.2 mutual"));
  auto pair = *scene.begin();
  pair.pump();
  for (auto* end : {&pair.client, &pair.server}) {
    give(*end, Buffer{24, 3, 3, 0, 3, 1, 0x40, 0});
    EXPECT_EQ(fault_id(*end), "record.type_unknown");
  }
}

}  // namespace
}  // namespace handfast
