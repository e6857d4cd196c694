// TLS 1.3: sessions, tickets and external keys, and everything that must prevent their use.
#include <gtest/gtest.h>

#include <support/pair.hpp>
#include <support/table13.hpp>

namespace handfast {
namespace {

using namespace support;
using namespace std::chrono_literals;

TEST(Resumption13, ByTicket) {
  Table13 table;
  auto first = table.connect();
  ASSERT_TRUE(first.connected()) << fault_id(first.client) << " " << fault_id(first.server);
  EXPECT_EQ(first.client.summary().version, Version::tls13);
  ASSERT_TRUE(first.client.session());
  EXPECT_EQ(first.client.session()->version(), Version::tls13);
  auto second = table.connect(first.client.session());
  ASSERT_TRUE(second.connected()) << fault_id(second.client) << " " << fault_id(second.server);
  EXPECT_TRUE(second.client.summary().resumed);
  EXPECT_TRUE(second.server.summary().resumed_by_ticket);
  EXPECT_TRUE(second.client.summary().group);
  EXPECT_TRUE(second.client.summary().peer->verified);
  EXPECT_EQ(carry(second, second.client, second.server, "again"), "again");
  EXPECT_EQ(carry(second, second.server, second.client, "and back"), "and back");
  ASSERT_TRUE(second.client.session());
  EXPECT_NE(second.client.session(), first.client.session());
  EXPECT_TRUE(table.connect(second.client.session()).client.summary().resumed);
}

TEST(Resumption13, WithEverySuite) {
  for (auto suite : {Suite::TLS_AES_128_GCM_SHA256, Suite::TLS_AES_256_GCM_SHA384, Suite::TLS_CHACHA20_POLY1305_SHA256}) {
    Table13 table;
    table.client.suites = {suite};
    auto second = table.connect(table.connect().client.session());
    EXPECT_TRUE(second.connected() && second.server.summary().resumed) << printable(suite);
  }
}

TEST(Resumption13, EachTicketOfTheStoreIsUsedOnce) {
  Table13 table;
  table.client.sessions = ClientSessions::in_memory();
  table.server.ticket_count = 3;
  EXPECT_FALSE(table.connect().client.summary().resumed);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(table.client.sessions->take("server.test")) << i;
  EXPECT_FALSE(table.client.sessions->take("server.test"));
  EXPECT_FALSE(table.connect().client.summary().resumed);
  EXPECT_TRUE(table.connect().client.summary().resumed);
}

TEST(Resumption13, NoTicketsWhereNoneAreWanted) {
  Table13 table;
  table.server.ticket_count = 0;
  EXPECT_FALSE(table.connect().client.session());
  table.server.ticket_count = 2;
  table.client.tickets = false;
  EXPECT_FALSE(table.connect().client.session());
}

TEST(Resumption13, CarriesTheClientsIdentity) {
  Table13 table;
  table.client.identities = {client_identity("alice")};
  table.server.client_auth = ClientAuth::require;
  table.server.client_trust = trust();
  auto first = table.connect();
  ASSERT_TRUE(first.connected()) << fault_id(first.server);
  auto second = table.connect(*Session::parse(first.client.session()->serialize()));
  ASSERT_TRUE(second.server.summary().resumed);
  EXPECT_EQ(second.server.summary().peer->common_name, "alice");
  EXPECT_TRUE(second.client.summary().client_certificate_sent);
}

// failures.md, row 44b.
TEST(Resumption13, NotForAnotherNameConfigurationOrTime) {
  Table13 table;
  table.server.identities.push_back(identity_for("second.test"));
  auto session = table.connect().client.session();
  ASSERT_TRUE(session);
  EXPECT_FALSE(table.connect(session, "second.test").client.summary().resumed);
  auto full = [&](Table13& other) {
    auto pair = other.connect(session);
    EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
    return pair.connected() && !pair.server.summary().resumed;
  };
  Table13 with_clients = table;
  with_clients.server.client_auth = ClientAuth::request;
  with_clients.server.client_trust = trust();
  EXPECT_TRUE(full(with_clients));
  Table13 other_keys = table;
  other_keys.server.ticket_keys = std::make_shared<TicketKeys>();
  EXPECT_TRUE(full(other_keys));
  Table13 later = table;
  later.set_clocks(25h);
  EXPECT_TRUE(full(later));
  Table13 lax = later;   // a client that does not look at the clock
  lax.client.environment.wall_clock = [] { return now(); };
  EXPECT_TRUE(full(lax));
  Table13 early = table;
  early.set_clocks(-1h);
  EXPECT_TRUE(full(early));
}

TEST(Resumption13, OfOneHostIsWorthNothingAtAnother) {
  Table13 table;
  table.server.identities.push_back(identity_for("second.test"));
  auto session = table.connect().client.session();
  ConnectOptions connect;
  connect.session = session;
  connect.server_name_indication = "second.test";
  auto pair = shake_hands(table.client, table.server, connect);
  EXPECT_FALSE(pair.client.summary().resumed);
  EXPECT_FALSE(pair.server.summary().resumed);
}

TEST(Resumption13, DoesNotProlongASession) {
  Table13 table;
  auto session = table.connect().client.session();
  table.set_clocks(20h);
  auto renewed = table.connect(session);
  ASSERT_TRUE(renewed.client.summary().resumed);
  table.set_clocks(25h);
  EXPECT_FALSE(table.connect(renewed.client.session()).client.summary().resumed);
}

TEST(Resumption13, DoesNotOutliveACertificate) {
  Table13 table;
  table.client.identities = {short_lived_client(60min)};
  table.server.client_auth = ClientAuth::require;
  table.server.client_trust = trust();
  auto session = table.connect().client.session();
  table.set_clocks(59min);
  auto renewed = table.connect(session);
  EXPECT_TRUE(renewed.server.summary().resumed);
  table.set_clocks(61min);
  for (const auto& kept : {session, renewed.client.session()}) EXPECT_FALSE(table.connect(kept).server.summary().resumed);

  Table13 server;
  server.server.identities = {short_lived_server(60min)};
  session = server.connect().client.session();
  server.set_clocks(59min);
  EXPECT_TRUE(server.connect(session).client.summary().resumed);
  server.set_clocks(61min);
  EXPECT_EQ(fault_id(server.connect(session).client), "certificate.expired");
}

TEST(Resumption13, AfterAHelloRetryRequest) {
  Table13 table;
  auto session = table.connect().client.session();
  table.client.key_shares = {Group::x25519};
  table.server.groups = {Group::secp384r1};
  auto retried = table.connect(session);
  ASSERT_TRUE(retried.connected()) << fault_id(retried.client) << fault_id(retried.server);
  EXPECT_TRUE(retried.server.summary().resumed);
  EXPECT_EQ(retried.client.summary().group, Group::secp384r1);
}

TEST(Resumption13, AKeyExchangeIsBetterThanNone) {
  Table13 table;
  table.client.allow_psk_without_dhe = table.server.allow_psk_without_dhe = true;
  auto session = table.connect().client.session();
  auto pair = table.connect(session);
  EXPECT_TRUE(pair.server.summary().resumed);
  EXPECT_TRUE(pair.server.summary().group);   // psk_dhe_ke is better, and both have it
}

TEST(Resumption13, AnAlteredBinderEndsTheHandshake) {
  Table13 table;
  auto session = table.connect().client.session();
  for (size_t from_end : {1u, 16u, 32u}) {
    ConnectOptions connect;
    connect.session = session;
    auto pair = make_pair(table.client, table.server, connect);
    bool done = false;
    pair.mutate = [&](bool from_client, Buffer& bytes) {
      if (from_client && !std::exchange(done, true)) bytes[bytes.size() - from_end] ^= 1;
    };
    pair.pump();
    EXPECT_EQ(fault_id(pair.server), "hello.binder_invalid") << from_end;
    EXPECT_EQ(pair.client.error()->alert, Alert::decrypt_error);
  }
}

TEST(ExternalPsk, AuthenticatesBothSidesWithoutCertificates) {
  for (auto hash : {PskHash::sha256, PskHash::sha384}) {
    Table13 table;
    auto key = ExternalPsk::make("device 7", Buffer(32, 9), hash);
    ASSERT_TRUE(key);
    table.client.external_psks = {*key};
    table.server.external_psks = {*key};
    table.server.identities.clear();
    auto pair = table.connect();
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
    EXPECT_EQ(pair.server.summary().external_psk, "device 7");
    EXPECT_EQ(pair.client.summary().external_psk, "device 7");
    EXPECT_FALSE(pair.client.summary().peer);
    EXPECT_FALSE(pair.client.session());
    EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
  }
}

TEST(ExternalPsk, IsFoundByALookUp) {
  Table13 table;
  auto key = *ExternalPsk::make("device 7", Buffer(32, 9));
  table.client.external_psks = {*ExternalPsk::make("nobody", Buffer(32, 1)), key};
  table.server.find_external_psk = [&](std::string_view identity) {
    return identity == "device 7" ? std::optional(key) : std::nullopt;
  };
  auto pair = table.connect();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.summary().external_psk, "device 7");
}

TEST(ExternalPsk, WithAnotherKeyIsRefused) {
  Table13 table;
  table.client.external_psks = {*ExternalPsk::make("device 7", Buffer(32, 9))};
  table.server.external_psks = {*ExternalPsk::make("device 7", Buffer(32, 8))};
  EXPECT_EQ(fault_id(table.connect().server), "hello.binder_invalid");
}

TEST(ExternalPsk, UnknownMeansCertificatesOrTheEnd) {
  Table13 table;
  table.client.external_psks = {*ExternalPsk::make("device 7", Buffer(32, 9))};
  auto pair = table.connect();
  EXPECT_TRUE(pair.connected());
  EXPECT_TRUE(pair.client.summary().peer);
  table.server.identities.clear();
  table.server.external_psks = {*ExternalPsk::make("device 8", Buffer(32, 9))};
  EXPECT_EQ(fault_id(table.connect().server), "hello.pre_shared_key_required");
}

TEST(ExternalPsk, IsLongEnough) {
  EXPECT_FALSE(ExternalPsk::make("a", Buffer(15)));
  EXPECT_FALSE(ExternalPsk::make("", Buffer(32)));
  EXPECT_TRUE(ExternalPsk::make("a", Buffer(16)));
}

}  // namespace
}  // namespace handfast
