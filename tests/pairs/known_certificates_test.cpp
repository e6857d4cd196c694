// A server that knows a client's certificate saves its parsing.
#include <gtest/gtest.h>

#include <crypto/identity.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  TrustStore store = trust();
  Table() {
    client.identities = {client_identity("alice")};
    server.client_auth = ClientAuth::require;
    server.client_trust = store;
    store.state().known->forget_all();   // all tests share the authority's store
    store.state().verified->forget_all();
  }
  bool knows_client() const { return store.state().known->find(client.identities[0].chain().front()).has_value(); }
};

TEST(KnownPeers, WhoIsAcceptedIsKept) {
  Table table;
  EXPECT_FALSE(table.knows_client());
  for (int i = 0; i < 2; ++i) {
    auto pair = shake_hands(table.client, table.server);
    ASSERT_TRUE(pair.connected());
    EXPECT_EQ(pair.server.summary().peer->common_name, "alice");
    EXPECT_TRUE(table.knows_client());
  }
}

TEST(KnownPeers, WhoIsRefusedIsNotKept) {
  Table table;
  table.client.identities = {stranger_identity()};
  EXPECT_FALSE(shake_hands(table.client, table.server).connected());
  EXPECT_FALSE(table.knows_client());
}

TEST(KnownPeers, WhoIsNotVerifiedIsNotKept) {
  Table table;
  table.store = TrustStore::insecure_accept_anyone();
  table.server.client_trust = table.store;
  EXPECT_TRUE(shake_hands(table.client, table.server).connected());
  EXPECT_FALSE(table.knows_client());
}

TEST(KnownPeers, AKnownCertificateThatHasExpiredIsRefused) {
  Table table;
  ASSERT_TRUE(shake_hands(table.client, table.server).connected());
  ASSERT_TRUE(table.knows_client());
  table.server.environment.wall_clock = [] { return now() + std::chrono::hours(24 * 365 * 100); };
  auto pair = shake_hands(table.client, table.server);
  ASSERT_TRUE(pair.server.error());
  EXPECT_EQ(pair.server.error()->fault, Fault::certificate_expired);
}

}  // namespace
}  // namespace handfast
