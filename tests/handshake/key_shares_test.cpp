// Key shares of a TLS 1.3 hello that a server has to make its way through.
#include <gtest/gtest.h>

#include "raw_hello.hpp"

namespace handfast {
namespace {

using namespace support;
using extensions::KeyShares;
using extensions::SupportedGroups;
using messages::ClientHello;

constexpr Group unheard_of{0x7777};

/// The fault that a server meets in a hello with these shares besides its own; "" for none.
std::string server_on(const std::vector<Group>& more_shares, const std::vector<Group>& more_groups) {
  auto client = client_options();
  auto server = server_options();
  client.versions = server.versions = {Version::tls13};
  client.groups = client.key_shares = {Group::x25519};
  server.groups = {Group::x25519, Group::secp256r1};
  auto client_config = *ClientConfig::make(client);
  auto server_config = *ServerConfig::make(server);
  LinkPair pair(client_config, server_config);
  auto hello = *wire::decode<ClientHello>(pair.client.outbox.messages.front().body());
  auto& groups = hello.extensions.find<SupportedGroups>()->named_group_list.items;
  groups.insert(groups.end(), more_groups.begin(), more_groups.end());
  const uint8_t value[] = {1};
  for (auto group : more_shares) hello.extensions.find<KeyShares>()->client_shares.add({group, {value}});
  pair.server.deliver(RawHello(hello).message());
  const auto& error = pair.server.link->error;
  return error ? std::string(info(error->fault).id) : "";
}

// RFC 8446 section 4.2.8.
TEST(KeyShares, AreOfGroupsThatTheClientHasEachOnce) {
  EXPECT_EQ(server_on({}, {}), "");
  EXPECT_EQ(server_on({Group::secp256r1}, {Group::secp256r1}), "");
  EXPECT_EQ(server_on({Group::secp256r1}, {}), "hello.key_share_malformed");
  EXPECT_EQ(server_on({Group::x25519}, {}), "hello.key_share_malformed");
}

// Holding each of thousands against thousands of groups would cost as much as a hundred handshakes.
TEST(KeyShares, OfGroupsThatWeDoNotHaveAreNotLookedAt) {
  EXPECT_EQ(server_on({unheard_of, unheard_of}, {}), "");
  EXPECT_EQ(server_on(std::vector<Group>(6000, unheard_of), std::vector<Group>(15000, Group{0x7778})), "");
}

}  // namespace
}  // namespace handfast
