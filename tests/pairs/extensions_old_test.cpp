// Extensions and sessions of TLS 1.0 and 1.1: alike those of TLS 1.2, and bound to their version.
#include <gtest/gtest.h>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;
using enum Version;

/// Both sides with these versions and one suite that fits them all.
struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();

  explicit Table(std::vector<Version> versions) {
    client.suites = server.suites = {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
    client.legacy.tls10 = client.legacy.tls11 = server.legacy.tls10 = server.legacy.tls11 = true;
    client.versions = server.versions = std::move(versions);
    server.ticket_keys = std::make_shared<TicketKeys>();
    server.session_cache = std::make_shared<SessionCache>();
  }
  Pair connect(std::shared_ptr<const Session> session = nullptr) {
    ConnectOptions options;
    options.session = std::move(session);
    return shake_hands(client, server, options);
  }
};

class OldVersion : public testing::TestWithParam<Version> {};

TEST_P(OldVersion, HasStaplesAndShortRecords) {
  Table table({GetParam()});
  table.client.require_staple = true;
  table.client.max_fragment_length = 512;
  table.server.identities = {*server_identity().with_staple(server_staple())};
  auto pair = table.connect();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(pair.client.summary().version, GetParam());
  EXPECT_TRUE(pair.client.summary().peer->stapled);
  EXPECT_EQ(carry(pair, pair.client, pair.server, std::string(3000, 'c')), std::string(3000, 'c'));
}

TEST_P(OldVersion, ResumesItsSessionsAndNoOthers) {
  for (bool tickets : {true, false}) {
    Table table({GetParam()});
    table.client.tickets = tickets;
    auto session = *Session::parse(table.connect().client.session()->serialize());
    EXPECT_EQ(session->version(), GetParam());
    auto resumed = table.connect(session);
    ASSERT_TRUE(resumed.connected()) << fault_id(resumed.client) << " " << fault_id(resumed.server);
    EXPECT_TRUE(resumed.server.summary().resumed);
    EXPECT_EQ(carry(resumed, resumed.client, resumed.server, "again"), "again");
    // Both have learned a higher version meanwhile.
    table.client.versions = table.server.versions = {tls12, GetParam()};
    auto full = table.connect(session);
    ASSERT_TRUE(full.connected()) << fault_id(full.client) << " " << fault_id(full.server);
    EXPECT_EQ(full.client.summary().version, tls12);
    EXPECT_FALSE(full.client.summary().resumed);
    // Or the client alone has: the server goes on where it was.
    table.server.versions = {GetParam()};
    EXPECT_TRUE(table.connect(session).client.summary().resumed);
    // Or the client has given it up.
    table.client.versions = {tls12};
    table.server.versions = {tls12, GetParam()};
    auto other = table.connect(session);
    ASSERT_TRUE(other.connected());
    EXPECT_FALSE(other.client.summary().resumed);
  }
}

TEST_P(OldVersion, IsNoPlaceToFallBackTo) {
  Table table({GetParam()});
  table.server.versions = {tls12, GetParam()};
  ConnectOptions again;
  again.fallback = true;
  auto pair = shake_hands(table.client, table.server, again);
  EXPECT_EQ(fault_id(pair.server), "hello.inappropriate_fallback");
  table.server.versions = {GetParam()};
  EXPECT_TRUE(shake_hands(table.client, table.server, again).connected());
}

// Who is in between offers less than the client did: the server's mark says that it has more.
TEST_P(OldVersion, IsNotReachedByAnAlteredHello) {
  Table table({tls12, GetParam()});
  auto pair = make_pair(table.client, table.server);
  pair.mutate = [&](bool from_client, Buffer& bytes) {
    if (from_client && bytes[5] == 1) bytes[10] = static_cast<uint8_t>(GetParam());   // client_version
  };
  pair.pump();
  EXPECT_EQ(fault_id(pair.client), "hello.downgrade");
  EXPECT_EQ(pair.server.error()->alert, Alert::illegal_parameter);
}

INSTANTIATE_TEST_SUITE_P(Versions, OldVersion, testing::Values(tls10, tls11),
                         [](const auto& test) { return std::string(test.param == tls10 ? "TLS10" : "TLS11"); });

}  // namespace
}  // namespace handfast
