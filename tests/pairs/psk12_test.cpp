// Pre-shared keys of TLS 1.2 and before (RFC 4279): which key is used, from wherever it comes, and what happens without it.
#include <gtest/gtest.h>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  explicit Table(Suite suite = Suite::TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256) {
    use_suite(client, server, suite, Version::tls12);
    server.identities.clear();
  }
};

TEST(Psk12, NeedsNoCertificate) {
  Table table;
  table.server.client_auth = ClientAuth::require;   // the key takes its place
  table.server.client_trust = trust();
  auto pair = shake_hands(table.client, table.server);
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(pair.client.summary().external_psk, "device-7");
  EXPECT_EQ(pair.server.summary().external_psk, "device-7");
  EXPECT_FALSE(pair.server.summary().client_certificate_requested);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
}

TEST(Psk12, IsChosenByTheServersHint) {
  for (auto suite : {Suite::TLS_PSK_WITH_AES_128_GCM_SHA256, Suite::TLS_DHE_PSK_WITH_AES_128_CBC_SHA}) {
    Table table(suite);
    table.server.psk_identity_hint = "factory 3";
    table.server.external_psks = {shared_key("other"), shared_key("of factory 3")};
    table.client.external_psks.clear();
    std::string heard;
    table.client.choose_psk = [&](std::string_view hint) {
      heard = hint;
      return std::optional(shared_key("of factory 3"));
    };
    auto pair = shake_hands(table.client, table.server);
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    EXPECT_EQ(heard, "factory 3");
    EXPECT_EQ(pair.server.summary().external_psk, "of factory 3");
  }
}

TEST(Psk12, ClientWithoutKeyForTheHintSaysSo) {
  Table table;
  table.server.psk_identity_hint = "factory 3";
  table.client.choose_psk = [](std::string_view) -> std::optional<ExternalPsk> { return {}; };
  auto pair = shake_hands(table.client, table.server);
  EXPECT_EQ(fault_id(pair.client), "key_exchange.psk_identity_unknown");
  EXPECT_NE(pair.client.error()->message().find("factory 3"), std::string::npos);
}

TEST(Psk12, UnknownIdentityIsRefusedByName) {
  Table table;
  table.server.external_psks = {shared_key("device-8")};
  auto pair = shake_hands(table.client, table.server);
  EXPECT_EQ(fault_id(pair.server), "key_exchange.psk_identity_unknown");
  EXPECT_EQ(pair.client.error()->alert, Alert::unknown_psk_identity);
  EXPECT_NE(pair.server.error()->message().find("device-7"), std::string::npos);
}

TEST(Psk12, OtherKeyForTheSameIdentityFails) {
  Table table;
  table.server.external_psks = {*ExternalPsk::make("device-7", Buffer(16, 0x11))};
  auto pair = shake_hands(table.client, table.server);
  EXPECT_FALSE(pair.client.connected() || pair.server.connected());
  EXPECT_EQ(fault_id(pair.server), "record.bad_mac");   // the client's Finished is the first under the keys
}

TEST(Psk12, KeyMayComeLater) {
  Table table;
  table.server.external_psks.clear();
  std::optional<PskRequest> asked;
  table.server.find_psk_later = [&](PskRequest request) { asked = std::move(request); };
  auto pair = shake_hands(table.client, table.server);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->identity, "device-7");
  EXPECT_EQ(pair.server.state(), State::handshaking);
  ASSERT_TRUE(pair.server.complete(asked->token, Buffer(16, 0x5c)));
  pair.pump();
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
}

TEST(Psk12, LateAnswersThatAreNoKeyAreRefused) {
  for (size_t size : {size_t{0}, size_t{15}, size_t{256}, SIZE_MAX}) {
    Table table;
    table.server.external_psks.clear();
    std::optional<PskRequest> asked;
    table.server.find_psk_later = [&](PskRequest request) { asked = std::move(request); };
    auto pair = shake_hands(table.client, table.server);
    ASSERT_TRUE(asked);
    auto answer = size == SIZE_MAX ? Result<Buffer>(fail(Fault::transport_failed, {"the key server is down"})) : Buffer(size, 0x5c);
    EXPECT_FALSE(pair.server.complete(asked->token, std::move(answer)));
    EXPECT_EQ(fault_id(pair.server), "key_exchange.psk_identity_unknown");
    pair.pump();
    EXPECT_EQ(pair.client.error()->alert, Alert::unknown_psk_identity);
  }
}

TEST(Psk12, SessionsResume) {
  Table table;
  table.client.sessions = ClientSessions::in_memory();
  table.server.ticket_keys = std::make_shared<TicketKeys>();
  auto first = shake_hands(table.client, table.server);
  ASSERT_TRUE(first.connected());
  auto again = shake_hands(table.client, table.server);
  ASSERT_TRUE(again.connected());
  EXPECT_TRUE(again.server.summary().resumed);
  EXPECT_EQ(again.server.summary().external_psk, "device-7");   // who it is does not get lost
  EXPECT_EQ(again.client.summary().external_psk, "device-7");
}

/// Resumes with whatever the two connections' servers and clients have.
bool resumes(Table& table, auto change) {
  table.client.sessions = ClientSessions::in_memory();
  table.server.ticket_keys = std::make_shared<TicketKeys>();
  auto first = shake_hands(table.client, table.server);
  EXPECT_TRUE(first.connected()) << fault_id(first.server);
  change();
  auto again = shake_hands(table.client, table.server);
  return again.server.summary().resumed;
}

TEST(Psk12, SessionsOfKeysThatAreLookedUpGoWithTheirKeys) {
  std::optional<ExternalPsk> key = shared_key();
  const auto table = [&] {
    Table made;
    made.server.external_psks.clear();
    made.server.find_external_psk = [&](std::string_view) { return key; };
    return made;
  };
  auto kept = table();
  EXPECT_TRUE(resumes(kept, [] {}));
  auto changed = table();
  EXPECT_FALSE(resumes(changed, [&] { key = *ExternalPsk::make("device-7", Buffer(16, 0x11)); }));
  key = shared_key();
  auto gone = table();
  EXPECT_FALSE(resumes(gone, [&] { key.reset(); }));
}

TEST(Psk12, KeysOfUnknownFutureMakeNoSessions) {
  Table chosen;
  chosen.client.external_psks.clear();
  chosen.client.choose_psk = [](std::string_view) { return std::optional(shared_key()); };
  EXPECT_FALSE(resumes(chosen, [] {}));

  Table later;
  later.server.external_psks.clear();
  later.client.sessions = ClientSessions::in_memory();
  std::optional<PskRequest> asked;
  later.server.find_psk_later = [&](PskRequest request) { asked = std::move(request); };
  auto pair = shake_hands(later.client, later.server);
  ASSERT_TRUE(asked && pair.server.complete(asked->token, Buffer(16, 0x5c)));
  pair.pump();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.session(), nullptr);
}

TEST(Psk12, SessionsDoNotOutliveTheirKey) {
  Table table;
  table.client.sessions = ClientSessions::in_memory();
  table.server.ticket_keys = std::make_shared<TicketKeys>();
  ASSERT_TRUE(shake_hands(table.client, table.server).connected());
  table.server.external_psks.push_back(shared_key("another"));   // any change makes sessions of before useless
  auto again = shake_hands(table.client, table.server);
  ASSERT_TRUE(again.connected());
  EXPECT_FALSE(again.server.summary().resumed);
}

TEST(Psk12, OptionsWithoutTheirSuitesAreRefused) {
  auto server = server_options();
  server.psk_identity_hint = "factory 3";
  EXPECT_FALSE(ServerConfig::make(server));
  server.psk_identity_hint.clear();
  server.find_psk_later = [](PskRequest) {};
  EXPECT_FALSE(ServerConfig::make(server));
  auto client = client_options();
  client.choose_psk = [](std::string_view) { return std::optional<ExternalPsk>(); };
  EXPECT_FALSE(ClientConfig::make(client));
}

TEST(Psk12, SuitesNeedKeys) {
  Table table;
  table.client.external_psks.clear();
  table.server.external_psks.clear();
  EXPECT_FALSE(ClientConfig::make(table.client));
  EXPECT_FALSE(ServerConfig::make(table.server));
}

TEST(Anonymous, ServerCannotAskForACertificate) {
  auto client = client_options();
  auto server = server_options();
  use_suite(client, server, Suite::TLS_ECDH_anon_WITH_AES_128_CBC_SHA, Version::tls12);
  server.client_auth = ClientAuth::request;
  server.client_trust = trust();
  auto made = ServerConfig::make(server);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message().find("TLS_ECDH_anon_WITH_AES_128_CBC_SHA"), std::string::npos);
}

}  // namespace
}  // namespace handfast
