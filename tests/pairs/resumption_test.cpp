// Resumption by ticket and by session id, and everything that must prevent it.
#include <gtest/gtest.h>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

/// Keeps what the handshake ended with.
class LastConnected : public Sink {
 public:
  void event(const Origin&, const Event& event) override {
    if (auto connected = std::get_if<ConnectedEvent>(&event)) seen = *connected;
  }
  std::optional<ConnectedEvent> seen;
};

void set_clocks(ClientOptions& client, ServerOptions& server, std::chrono::minutes later) {
  client.environment.wall_clock = server.environment.wall_clock = [later] { return now() + later; };
}

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
  auto keys = std::make_shared<TicketKeys>();
  table.server.ticket_keys = keys;
  auto session = table.connect().client.session();
  ASSERT_TRUE(keys->rotate(now()));
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

TEST(Resumption, RenewalDoesNotProlongASession) {
  using std::chrono::hours;
  Table table;
  auto session = table.connect().client.session();
  set_clocks(table.client, table.server, hours(20));
  auto renewed = table.connect(session);
  ASSERT_TRUE(renewed.client.summary().resumed);
  set_clocks(table.client, table.server, hours(25));
  auto late = table.connect(renewed.client.session());
  EXPECT_TRUE(late.connected());
  EXPECT_FALSE(late.client.summary().resumed);
  // Nor does the server take it from a client that does not look at the clock.
  table.client.environment.wall_clock = [] { return now() + hours(20); };
  auto lax = table.connect(renewed.client.session());
  EXPECT_TRUE(lax.connected());
  EXPECT_FALSE(lax.server.summary().resumed);
}

TEST(Resumption, DoesNotOutliveTheServersCertificate) {
  using std::chrono::minutes;
  Table table;
  table.server.identities = {short_lived_server(minutes(60))};
  auto session = table.connect().client.session();
  set_clocks(table.client, table.server, minutes(59));
  EXPECT_TRUE(table.connect(session).client.summary().resumed);
  set_clocks(table.client, table.server, minutes(61));
  EXPECT_EQ(fault_id(table.connect(session).client), "certificate.expired");
}

TEST(Resumption, DoesNotOutliveTheClientsCertificate) {
  using std::chrono::minutes;
  for (bool tickets : {true, false}) {
    Table table;
    table.client.tickets = tickets;
    table.client.identities = {short_lived_client(minutes(60))};
    table.server.client_auth = ClientAuth::require;
    table.server.client_trust = trust();
    auto session = table.connect().client.session();
    set_clocks(table.client, table.server, minutes(59));
    auto renewed = table.connect(session);
    EXPECT_TRUE(renewed.server.summary().resumed);
    set_clocks(table.client, table.server, minutes(61));
    for (const auto& kept : {session, renewed.client.session()}) {
      auto late = table.connect(kept);
      EXPECT_FALSE(late.server.summary().resumed);
      EXPECT_EQ(fault_id(late.server), "certificate.expired");
    }
  }
}

TEST(Resumption, IsMutualOnBothSides) {
  Table table;
  table.client.identities = {client_identity("alice")};
  table.server.client_auth = ClientAuth::require;
  table.server.client_trust = trust();
  auto session = *Session::parse(table.connect().client.session()->serialize());
  LastConnected client, server;
  ConnectOptions connect;
  connect.session = session;
  connect.sink = &client;
  auto pair = shake_hands(table.client, table.server, connect, {.sink = &server});
  ASSERT_TRUE(client.seen && server.seen);
  EXPECT_TRUE(client.seen->resumed && server.seen->resumed);
  EXPECT_TRUE(client.seen->mutual);
  EXPECT_TRUE(server.seen->mutual);
  EXPECT_TRUE(pair.client.summary().client_certificate_sent);
}

TEST(Resumption, OnlyWithTheSameServerNameIndication) {
  Table table;
  ConnectOptions connect;
  connect.session = table.connect().client.session();
  connect.server_name_indication = "front.test";
  auto pair = shake_hands(table.client, table.server, connect);
  EXPECT_TRUE(pair.connected());
  EXPECT_FALSE(pair.client.summary().resumed);
}

// RFC 5246 section 7.2: a fatal alert ends the session of a connection that resumed it, too.
TEST(Resumption, FatalAlertEndsASessionThatWasResumed) {
  Table table;
  table.client.tickets = false;
  auto session = table.connect().client.session();
  auto resumed = table.connect(session);
  ASSERT_TRUE(resumed.server.summary().resumed);
  EXPECT_EQ(table.server.session_cache->size(), 1u);
  resumed.client.abort(Alert::internal_error);
  resumed.pump();
  EXPECT_EQ(table.server.session_cache->size(), 0u);
  EXPECT_FALSE(table.connect(session).server.summary().resumed);
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
