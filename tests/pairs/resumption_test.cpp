// Resumption by ticket and by session id, and everything that must prevent it.
#include <gtest/gtest.h>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  Table() {
    server.ticket_keys = std::make_shared<TicketKeys>();
    server.session_cache = std::make_shared<SessionCache>();
  }
  Pair connect(std::shared_ptr<const Session> session = nullptr, std::string_view name = "server.test") {
    ConnectOptions options;
    options.session = std::move(session);
    return shake_hands(client, server, options, {}, name);
  }
};

TEST(Resumption, ByTicket) {
  Table table;
  auto first = table.connect();
  ASSERT_TRUE(first.connected());
  ASSERT_TRUE(first.client.session());
  EXPECT_TRUE(first.client.session()->has_ticket());
  EXPECT_FALSE(first.client.summary().resumed);
  auto second = table.connect(first.client.session());
  ASSERT_TRUE(second.connected()) << fault_id(second.client) << " " << fault_id(second.server);
  EXPECT_TRUE(second.client.summary().resumed);
  EXPECT_TRUE(second.server.summary().resumed);
  EXPECT_TRUE(second.server.summary().resumed_by_ticket);
  EXPECT_TRUE(second.client.summary().peer->verified);
  EXPECT_EQ(carry(second, second.client, second.server, "again"), "again");
}

TEST(Resumption, BySessionId) {
  Table table;
  table.client.tickets = false;
  auto first = table.connect();
  ASSERT_TRUE(first.client.session());
  EXPECT_FALSE(first.client.session()->has_ticket());
  EXPECT_EQ(table.server.session_cache->size(), 1u);
  auto second = table.connect(first.client.session());
  ASSERT_TRUE(second.connected());
  EXPECT_TRUE(second.server.summary().resumed);
  EXPECT_FALSE(second.server.summary().resumed_by_ticket);
}

TEST(Resumption, NoSessionIdWhereTheCacheKeepsNone) {
  Table table;
  table.client.tickets = false;
  table.server.session_cache = std::make_shared<SessionCache>(0);
  auto first = table.connect();
  ASSERT_TRUE(first.connected());
  EXPECT_FALSE(first.client.session());
}

TEST(Resumption, CarriesTheClientsIdentity) {
  Table table;
  table.client.identities = {client_identity("alice")};
  table.server.client_auth = ClientAuth::require;
  table.server.client_trust = trust();
  auto first = table.connect();
  auto second = table.connect(first.client.session());
  ASSERT_TRUE(second.server.summary().resumed);
  EXPECT_EQ(second.server.summary().peer->common_name, "alice");
  EXPECT_EQ(second.server.summary().peer->chain, first.server.summary().peer->chain);
}

TEST(Resumption, ThroughTheStoreOfTheConfiguration) {
  Table table;
  table.client.sessions = ClientSessions::in_memory();
  EXPECT_FALSE(table.connect().client.summary().resumed);
  EXPECT_TRUE(table.connect().client.summary().resumed);
}

TEST(Resumption, SurvivesBeingWrittenDown) {
  Table table;
  auto first = table.connect();
  auto read_back = Session::parse(first.client.session()->serialize());
  ASSERT_TRUE(read_back);
  EXPECT_TRUE(table.connect(*read_back).client.summary().resumed);
  EXPECT_FALSE(Session::parse(as_bytes("nonsense")));
}

TEST(Resumption, NotForAnotherNameConfigurationOrTime) {
  Table table;
  table.server.identities.push_back(identity_for("second.test"));
  auto session = table.connect().client.session();
  EXPECT_FALSE(table.connect(session, "second.test").client.summary().resumed);

  Table other_server = table;
  other_server.server.identities = {server_identity(KeyKind::rsa)};
  auto full = other_server.connect(session);
  EXPECT_TRUE(full.connected());
  EXPECT_FALSE(full.client.summary().resumed);

  Table later = table;
  later.client.environment.wall_clock = later.server.environment.wall_clock = [] { return now() + std::chrono::hours(25); };
  auto expired = later.connect(session);
  EXPECT_TRUE(expired.connected()) << fault_id(expired.client);
  EXPECT_FALSE(expired.client.summary().resumed);

  Table other_keys = table;
  other_keys.server.ticket_keys = std::make_shared<TicketKeys>();
  auto unknown = other_keys.connect(session);
  EXPECT_TRUE(unknown.connected());
  EXPECT_FALSE(unknown.client.summary().resumed);
}

TEST(Resumption, OutlivesARotationOfTheKeys) {
  Table table;
  auto session = table.connect().client.session();
  ASSERT_TRUE(table.server.ticket_keys->rotate(now()));
  EXPECT_TRUE(table.connect(session).client.summary().resumed);
}

TEST(Resumption, RenewsAnOldTicket) {
  Table table;
  auto first = table.connect().client.session();
  table.client.environment.wall_clock = table.server.environment.wall_clock = [] { return now() + std::chrono::hours(20); };
  auto second = table.connect(first);
  ASSERT_TRUE(second.client.summary().resumed) << fault_id(second.client) << fault_id(second.server);
  EXPECT_NE(second.client.session(), first);
  EXPECT_TRUE(table.connect(second.client.session()).client.summary().resumed);
}

TEST(Resumption, TicketKeysTellTheirOwn) {
  TicketKeys keys;
  auto ticket = keys.seal(as_bytes("session"), now());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(as_text(*keys.open(*ticket, now())), "session");
  for (size_t i = 0; i < ticket->size(); ++i) {
    auto changed = *ticket;
    changed[i] ^= 1;
    EXPECT_FALSE(keys.open(changed, now())) << i;
  }
  EXPECT_FALSE(keys.open(*ticket, now() + std::chrono::hours(37)));
  EXPECT_FALSE(keys.open(Buffer(10), now()));
}

TEST(Resumption, CacheIsBoundedAndForgets) {
  SessionCache cache(2, std::chrono::hours(1));
  auto id = [](uint8_t n) { return Buffer(32, n); };
  cache.put(id(1), {1}, now());
  cache.put(id(2), {2}, now());
  EXPECT_TRUE(cache.find(id(1), now()));
  cache.put(id(3), {3}, now());
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_FALSE(cache.find(id(2), now()));   // the least recently used
  EXPECT_TRUE(cache.find(id(1), now()));
  EXPECT_FALSE(cache.find(id(3), now() + std::chrono::hours(2)));
  cache.remove(id(1));
  EXPECT_EQ(cache.size(), 0u);
}

}  // namespace
}  // namespace handfast
