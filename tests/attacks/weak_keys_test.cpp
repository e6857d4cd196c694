// Keys and ciphers that somebody can break: export grade, small groups, short blocks.
#include <gtest/gtest.h>

#include <algorithm>

#include <catalog/suite_names.hpp>
#include <catalog/suites.hpp>
#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;

// FREAK, CVE-2015-0204: a client that has chosen static RSA takes no (export) key in a ServerKeyExchange.
TEST(Freak, ClientTakesNoOtherRsaKey) {
  const Scene scene(scenario("TLS 1.2 RSA"));
  LinkPair pair(scene.client, scene.server);
  ASSERT_TRUE(pair.run_until(Side::client, 2));
  ASSERT_EQ(next_of(pair.server).name, "ServerHelloDone");
  pair.client.deliver(made_message(12, "ServerKeyExchange", Buffer{0, 1, 3}));
  EXPECT_EQ(fault_of(pair.client), "message.unexpected");
}

// FREAK and Logjam (CVE-2015-4000) begin with export suites; SWEET32 (CVE-2016-2183) with blocks of 64 bits: there are none to name.
TEST(Sweet32, NoSuiteIsForExportOrHasShortBlocks) {
  size_t others = 0;
  for (uint32_t value = 0; value <= 0xffff; ++value) {
    const auto suite = static_cast<Suite>(value);
    const auto name = catalog::registered_name(suite);
    const bool is_weak = std::ranges::any_of(std::initializer_list<std::string_view>{"EXPORT", "DES", "RC2", "RC4", "IDEA", "28147"},
                                             [&](auto part) { return name.find(part) != name.npos; });
    if (!is_weak) continue;
    ++others;
    EXPECT_EQ(catalog::find(suite), nullptr) << name;
    auto options = client_options();
    options.suites = {suite};
    options.legacy.tls10 = options.unsafe.no_encryption = options.unsafe.anonymous = true;
    EXPECT_FALSE(ClientConfig::make(options)) << name;
  }
  EXPECT_GT(others, 30u);
}

/// The server's DHE parameters with another prime, signed by nobody: the suite is anonymous.
std::string client_meets_prime(size_t bytes, bool small_is_allowed) {
  auto client = client_options();
  auto server = server_options();
  use_suite(client, server, Suite::TLS_DH_anon_WITH_AES_128_CBC_SHA, Version::tls12);
  client.legacy.small_finite_fields = small_is_allowed;
  LinkPair pair(*ClientConfig::make(client), *ServerConfig::make(server));
  EXPECT_TRUE(pair.run_until(Side::client, 1));
  Buffer body;
  const auto put = [&](const Buffer& number) {
    body.push_back(static_cast<uint8_t>(number.size() >> 8));
    body.push_back(static_cast<uint8_t>(number.size()));
    body.insert(body.end(), number.begin(), number.end());
  };
  put(Buffer(bytes, 0xff));
  put({2});
  put(Buffer(bytes, 0x7f));
  pair.client.deliver(made_message(12, "ServerKeyExchange", body));
  return fault_of(pair.client);
}

// Logjam, CVE-2015-4000: no group below 2048 bits, below 1024 not even where small ones are allowed; and none whose prime is not safe.
TEST(Logjam, ClientTakesNoSmallGroup) {
  for (bool allowed : {true, false}) EXPECT_EQ(client_meets_prime(64, allowed), "key_exchange.finite_field_too_small");
  EXPECT_EQ(client_meets_prime(128, false), "key_exchange.finite_field_too_small");
  EXPECT_EQ(client_meets_prime(255, false), "key_exchange.finite_field_too_small");
  EXPECT_EQ(client_meets_prime(128, true), "key_exchange.finite_field_unsafe");
  EXPECT_EQ(client_meets_prime(256, false), "key_exchange.finite_field_unsafe");
}

// Logjam: a server of ours has the groups of RFC 7919 alone.
TEST(Logjam, ServersGroupsArePublished) {
  const Scene scene(scenario("TLS 1.2 DHE"));
  auto pair = *scene.begin();
  pair.pump();
  ASSERT_TRUE(pair.connected());
  EXPECT_TRUE(pair.client.summary().group) << "a group without a name";
}

}  // namespace
}  // namespace handfast
