// New handshakes on a connection of TLS 1.2 (RFC 5246 section 7.4.1.1, RFC 5746).
#include <gtest/gtest.h>

#include <algorithm>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  ConnectOptions connect{};
  std::chrono::steady_clock::time_point time{};

  Table() {
    client.environment.steady_clock = server.environment.steady_clock = [this] { return time; };
    client.renegotiation.allow_peer = server.renegotiation.allow_peer = true;
  }
  void authenticate_client(ClientAuth auth) {
    client.identities = {client_identity("alice")};
    server.client_auth = auth;
    server.client_trust = trust();
  }
  void ask_later() {
    authenticate_client(ClientAuth::none);
    server.post_handshake_auth = true;
  }
  Pair shake() {
    auto pair = shake_hands(client, server, connect);
    EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    return pair;
  }
};

void expect_over(Pair& pair, size_t count, const std::string& where = {}) {
  ASSERT_TRUE(pair.connected()) << where << fault_id(pair.client) << " " << fault_id(pair.server);
  for (auto* end : {&pair.client, &pair.server}) {
    EXPECT_FALSE(end->renegotiating()) << where;
    EXPECT_FALSE(end->deadline()) << where;
    EXPECT_TRUE(end->can_write()) << where;
    EXPECT_EQ(end->summary().renegotiations, count) << where;
  }
  EXPECT_EQ(carry(pair, pair.client, pair.server, "from the client"), "from the client") << where;
  EXPECT_EQ(carry(pair, pair.server, pair.client, "from the server"), "from the server") << where;
}

Buffer exported(const Connection& connection) { return *connection.exporter("EXPORTER-test", std::nullopt, 32); }

TEST(Renegotiation, StartedByTheClient) {
  Table table;
  auto pair = table.shake();
  const auto before = exported(pair.client);
  const auto session = pair.client.session();
  ASSERT_TRUE(pair.client.renegotiate());
  EXPECT_TRUE(pair.client.renegotiating() && pair.client.deadline());
  EXPECT_FALSE(pair.client.can_write());
  EXPECT_EQ(pair.client.summary().suite, pair.server.summary().suite);
  pair.pump();
  expect_over(pair, 1);
  EXPECT_NE(exported(pair.client), before);
  EXPECT_EQ(exported(pair.client), exported(pair.server));
  EXPECT_NE(pair.client.session(), session);
  EXPECT_TRUE(pair.client.summary().application_data_received);
  EXPECT_EQ(pair.client.summary().server_name, "server.test");
}

TEST(Renegotiation, StartedByTheServer) {
  Table table;
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.renegotiate());
  EXPECT_TRUE(pair.server.renegotiating() && pair.server.deadline());
  EXPECT_FALSE(pair.server.can_write());
  pair.pump();
  expect_over(pair, 1);
}

TEST(Renegotiation, StartedByBothAtOnce) {
  Table table;
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.renegotiate());
  ASSERT_TRUE(pair.client.renegotiate());
  pair.pump();
  expect_over(pair, 1);
}

TEST(Renegotiation, AsOftenAsWeLike) {
  Table table;
  for (bool client_likes : {true, false}) {
    table.client.renegotiation.allow_peer = !client_likes;
    table.server.renegotiation.allow_peer = client_likes;
    table.client.limits.renegotiations = client_likes ? 0 : 20;
    table.server.limits.renegotiations = client_likes ? 20 : 0;
    auto pair = table.shake();
    for (size_t i = 1; i <= 20; ++i) {
      ASSERT_TRUE(client_likes ? pair.client.renegotiate() : pair.server.renegotiate());
      pair.pump();
      expect_over(pair, i);
    }
  }
}

// A byte at a time or not, tickets or ids, with and without certificates of the client.
TEST(Renegotiation, WithEveryKindOfSuite) {
  constexpr std::pair<Suite, Version> kinds[] = {
      {Suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, Version::tls12},
      {Suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, Version::tls12},
      {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Version::tls12},
      {Suite::TLS_RSA_WITH_AES_128_GCM_SHA256, Version::tls12},
      {Suite::TLS_RSA_WITH_AES_256_CBC_SHA256, Version::tls12},
      {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Version::tls11},
      {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Version::tls10},   // the new IVs come from the new keys
      {Suite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA, Version::tls10},
  };
  for (auto [suite, version] : kinds) {
    Table table;
    use_suite(table.client, table.server, suite, version);
    for (bool tickets : {true, false}) {
      table.client.tickets = tickets;
      table.authenticate_client(tickets ? ClientAuth::require : ClientAuth::none);
      if (!tickets) table.server.client_trust.reset();
      auto pair = make_pair(table.client, table.server);
      const auto pump = [&] {
        pair.chunk = tickets ? 1 : 0;
        pair.pump();
        pair.chunk = 0;
      };
      pump();
      ASSERT_TRUE(pair.connected()) << printable(suite);
      ASSERT_TRUE(pair.client.renegotiate());
      pump();
      expect_over(pair, 1, printable(suite) + " ");
      ASSERT_TRUE(pair.server.renegotiate());
      pump();
      expect_over(pair, 2, printable(suite) + " ");
    }
  }
}

TEST(Renegotiation, OfAResumedConnection) {
  for (bool tickets : {true, false}) {
    Table table;
    table.client.tickets = tickets;
    table.authenticate_client(ClientAuth::require);
    table.server.ticket_keys = std::make_shared<TicketKeys>();
    table.server.session_cache = std::make_shared<SessionCache>();
    auto first = table.shake();
    ASSERT_TRUE(first.client.renegotiate());
    first.pump();
    table.connect.session = first.client.session();   // of the second handshake
    ASSERT_TRUE(table.connect.session);
    auto pair = table.shake();
    ASSERT_TRUE(pair.client.summary().resumed && pair.server.summary().resumed);
    ASSERT_TRUE(pair.server.renegotiate());
    pair.pump();
    expect_over(pair, 1);
    EXPECT_FALSE(pair.client.summary().resumed);
    EXPECT_EQ(pair.server.summary().peer->common_name, "alice");
  }
}

TEST(Renegotiation, DataInFlightIsRead) {
  Table table;
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.write(as_bytes("in front of the request")));
  ASSERT_TRUE(pair.server.renegotiate());
  ASSERT_TRUE(pair.client.write(as_bytes("before the request has come")));
  const auto request = take(pair.server);
  give(pair.server, take(pair.client));
  EXPECT_EQ(read_all(pair.server), "before the request has come");
  give(pair.client, request);
  EXPECT_EQ(read_all(pair.client), "in front of the request");
  pair.pump();
  expect_over(pair, 1);

  ASSERT_TRUE(pair.client.renegotiate());
  ASSERT_TRUE(pair.server.write(as_bytes("before the hello has come")));
  give(pair.server, take(pair.client));
  EXPECT_FALSE(pair.server.can_write());
  EXPECT_EQ(pair.server.write(as_bytes("not now")).error().fault, Fault::handshake_incomplete);
  EXPECT_EQ(pair.client.write(as_bytes("nor here")).error().fault, Fault::handshake_incomplete);
  give(pair.client, take(pair.server));
  EXPECT_EQ(read_all(pair.client), "before the hello has come");
  pair.pump();
  expect_over(pair, 2);
}

TEST(Renegotiation, ShowsTheOldConnectionUntilItIsComplete) {
  Table table;
  table.ask_later();
  auto pair = table.shake();
  const auto before = exported(pair.server);
  ASSERT_TRUE(pair.server.request_client_certificate());
  give(pair.client, take(pair.server));
  give(pair.server, take(pair.client));
  give(pair.client, take(pair.server));
  auto last = take(pair.client);   // Certificate to Finished
  give(pair.server, Bytes(last).first(last.size() - 1));
  EXPECT_FALSE(pair.server.summary().peer);
  EXPECT_FALSE(pair.server.summary().client_certificate_sent);
  EXPECT_EQ(pair.server.summary().renegotiations, 0u);
  EXPECT_EQ(exported(pair.server), before);
  give(pair.server, Bytes(last).last(1));
  EXPECT_EQ(pair.server.summary().peer->common_name, "alice");
  EXPECT_NE(exported(pair.server), before);
  EXPECT_EQ(exported(pair.client), before);
  pair.pump();
  expect_over(pair, 1);
}

TEST(Renegotiation, AsksForTheClientsCertificate) {
  Table table;
  table.server.renegotiation.allow_peer = false;   // it is our own wish
  table.ask_later();
  auto pair = table.shake();
  EXPECT_FALSE(pair.server.summary().peer);
  EXPECT_EQ(pair.client.request_client_certificate().error().fault, Fault::client_certificate_unavailable);
  ASSERT_TRUE(pair.server.request_client_certificate());
  EXPECT_TRUE(pair.server.awaits_client_certificate());
  EXPECT_EQ(pair.server.request_client_certificate().error().fault, Fault::client_certificate_unavailable);
  EXPECT_EQ(pair.server.renegotiate().error().fault, Fault::renegotiation_unavailable);
  pair.pump();
  EXPECT_FALSE(pair.server.awaits_client_certificate());
  expect_over(pair, 1);
  ASSERT_TRUE(pair.server.summary().peer);
  EXPECT_EQ(pair.server.summary().peer->common_name, "alice");
  EXPECT_TRUE(pair.client.summary().client_certificate_sent);
  // Who has shown one is asked again.
  ASSERT_TRUE(pair.server.renegotiate());
  pair.pump();
  expect_over(pair, 2);
  EXPECT_EQ(pair.server.summary().peer->common_name, "alice");
}

TEST(Renegotiation, ClientMayHaveNoCertificate) {
  Table table;
  table.ask_later();
  table.client.identities.clear();
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_FALSE(pair.server.awaits_client_certificate() || pair.server.summary().peer);
  expect_over(pair, 1);
}

TEST(Renegotiation, CertificateIsAskedForOnlyWhereThatIsConfigured) {
  Table table;
  auto pair = table.shake();
  EXPECT_EQ(pair.server.request_client_certificate().error().fault, Fault::client_certificate_unavailable);
  EXPECT_TRUE(pair.connected());
}

TEST(Renegotiation, CertificateThatIsNotAcceptedFailsTheConnection) {
  Table table;
  table.ask_later();
  table.server.client_trust = TrustStore::nobody();
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_EQ(pair.server.state(), State::failed);
  EXPECT_FALSE(pair.server.summary().peer);
  EXPECT_EQ(pair.client.error()->alert, pair.server.error()->alert);
}

TEST(Renegotiation, SignatureMayComeLater) {
  Table table;
  std::optional<SigningRequest> wanted;
  table.ask_later();
  table.client.identities = {*Identity::with_callback(server_chain_pem(KeyKind::p256), [&](SigningRequest request) { wanted = std::move(request); })};
  table.server.client_trust = TrustStore::insecure_accept_anyone();
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  ASSERT_TRUE(wanted);
  EXPECT_FALSE(pair.server.summary().peer);
  EXPECT_TRUE(pair.client.renegotiating() && pair.server.awaits_client_certificate());
  ASSERT_TRUE(pair.client.complete(wanted->token, sign_as_server(KeyKind::p256, *wanted)));
  pair.pump();
  expect_over(pair, 1);
  EXPECT_TRUE(pair.server.summary().peer);
}

// Refusals

TEST(Renegotiation, IsRefusedUnlessAllowed) {
  Table table;
  table.client.renegotiation = table.server.renegotiation = {};
  auto pair = table.shake();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pair.client.renegotiate());
    EXPECT_FALSE(pair.client.can_write());
    pair.pump();
    expect_over(pair, 0);
    ASSERT_TRUE(pair.server.renegotiate());
    pair.pump();
    expect_over(pair, 0);
  }
}

TEST(Renegotiation, RefusalLeavesTheClientsIdentityAsItWas) {
  Table table;
  table.client.renegotiation = {};
  table.ask_later();
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_FALSE(pair.server.awaits_client_certificate() || pair.server.summary().peer);
  expect_over(pair, 0);
}

// CVE-2011-1473: each costs a server more than its client.
TEST(Renegotiation, PeerMayStartAFewOnOneConnection) {
  Table table;
  auto pair = table.shake();
  const auto most = Limits().renegotiations;
  for (size_t i = 1; i <= most; ++i) {
    ASSERT_TRUE(pair.client.renegotiate());
    pair.pump();
    expect_over(pair, i);
  }
  for (size_t i = 0; i < Limits().renegotiation_requests; ++i) {
    ASSERT_TRUE(pair.client.renegotiate());
    pair.pump();
    expect_over(pair, most);
  }
  ASSERT_TRUE(pair.client.renegotiate());
  pair.pump();
  EXPECT_EQ(fault_id(pair.server), "message.unexpected");
}

TEST(Renegotiation, ServerMayStartAFewToo) {
  Table table;
  auto pair = table.shake();
  for (size_t i = 1; i <= Limits().renegotiations + 2; ++i) {
    ASSERT_TRUE(pair.server.renegotiate());
    pair.pump();
    expect_over(pair, std::min(i, Limits().renegotiations));
  }
}

TEST(Renegotiation, IsNoneOfTls13) {
  auto pair = shake_hands(client13(), server13());
  for (auto* end : {&pair.client, &pair.server}) {
    EXPECT_EQ(end->renegotiate().error().fault, Fault::renegotiation_unavailable);
    EXPECT_FALSE(end->renegotiating());
    EXPECT_TRUE(end->connected() && end->can_write());
  }
}

TEST(Renegotiation, IsOneAtATime) {
  Table table;
  auto pair = table.shake();
  for (auto* end : {&pair.client, &pair.server}) {
    ASSERT_TRUE(end->renegotiate());
    EXPECT_EQ(end->renegotiate().error().fault, Fault::renegotiation_unavailable);
  }
  EXPECT_EQ(pair.server.request_client_certificate().error().fault, Fault::client_certificate_unavailable);
}

TEST(Renegotiation, NotBeforeTheHandshakeNorAfterClosing) {
  Table table;
  auto pair = make_pair(table.client, table.server);
  EXPECT_EQ(pair.client.renegotiate().error().fault, Fault::handshake_incomplete);
  pair.pump();
  pair.client.close();
  EXPECT_EQ(pair.client.renegotiate().error().fault, Fault::connection_closed);
  give(pair.server, take(pair.client));
  EXPECT_EQ(pair.server.renegotiate().error().fault, Fault::connection_closed);
}

// Time

TEST(Renegotiation, HasADeadline) {
  for (bool by_client : {true, false}) {
    for (bool is_answered : {true, false}) {
      Table table;
      auto pair = table.shake();
      auto& starter = by_client ? pair.client : pair.server;
      auto& other = by_client ? pair.server : pair.client;
      table.time += std::chrono::hours(1);
      ASSERT_TRUE(starter.renegotiate());
      EXPECT_EQ(*starter.deadline(), table.time + table.client.limits.handshake_time);
      if (is_answered) {
        give(other, take(starter));
        EXPECT_EQ(other.deadline(), starter.deadline());
        give(starter, take(other));
      }
      table.time += table.client.limits.handshake_time;
      EXPECT_EQ(starter.check_deadline().error().fault, Fault::handshake_timeout);
      EXPECT_EQ(starter.state(), State::failed);
      if (is_answered) {
        EXPECT_FALSE(other.check_deadline());
      }
    }
  }
}

// Closing

TEST(Renegotiation, ClosingEndsIt) {
  for (bool by_client : {true, false}) {
    Table table;
    auto pair = table.shake();
    ASSERT_TRUE(pair.client.renegotiate());
    give(pair.server, take(pair.client));
    auto& closing = by_client ? pair.client : pair.server;
    auto& other = by_client ? pair.server : pair.client;
    const auto flight = take(pair.server);
    closing.close();
    EXPECT_EQ(closing.state(), State::closed);
    EXPECT_FALSE(closing.deadline());
    if (!by_client) give(other, flight);
    give(other, take(closing));
    EXPECT_EQ(fault_id(other), "");
    EXPECT_TRUE(other.peer_closed());
    EXPECT_EQ(other.state(), State::closed);
    EXPECT_EQ(other.summary().renegotiations, 0u);
  }
}

TEST(Renegotiation, ClosingServerTakesItsRequestBack) {
  Table table;
  auto pair = table.shake();
  ASSERT_TRUE(pair.client.write(as_bytes("on its way")));
  ASSERT_TRUE(pair.server.renegotiate());
  pair.server.close();
  EXPECT_FALSE(pair.server.renegotiating() || pair.server.deadline());
  EXPECT_EQ(pair.server.state(), State::connected);
  const auto request = take(pair.server);
  give(pair.server, take(pair.client));
  EXPECT_EQ(read_all(pair.server), "on its way");
  give(pair.client, request);   // with the close_notify behind it
  pair.pump();
  EXPECT_EQ(fault_id(pair.client), "");
  EXPECT_EQ(fault_id(pair.server), "");
}

TEST(Renegotiation, ClosingClientLeavesTheRequestUnanswered) {
  Table table;
  auto pair = table.shake();
  ASSERT_TRUE(pair.server.renegotiate());
  pair.client.close();
  pair.pump();
  EXPECT_FALSE(pair.server.renegotiating() || pair.server.deadline());
  pair.server.close();
  pair.pump();
  EXPECT_EQ(pair.client.state(), State::closed);
  EXPECT_EQ(pair.server.state(), State::closed);
}

// What must not come

TEST(Renegotiation, FailureFailsTheConnection) {
  Table table;
  auto pair = table.shake();
  ASSERT_TRUE(pair.client.renegotiate());
  pair.mutate = [](bool from_client, Buffer& bytes) {
    if (!from_client) bytes.back() ^= 1;
  };
  const auto suite = pair.client.summary().suite;
  pair.pump();
  EXPECT_EQ(fault_id(pair.client), "record.bad_mac");
  EXPECT_EQ(pair.client.state(), State::failed);
  EXPECT_EQ(pair.server.state(), State::failed);
  EXPECT_FALSE(pair.client.can_write() || pair.client.renegotiating());
  EXPECT_EQ(pair.client.summary().suite, suite);
  EXPECT_FALSE(pair.client.exporter("EXPORTER-test", std::nullopt, 32));
}

}  // namespace
}  // namespace handfast
