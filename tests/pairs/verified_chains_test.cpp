// A chain that was verified a short time ago is not verified again, where that is allowed.
#include <gtest/gtest.h>

#include <crypto/identity.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;
using namespace std::chrono_literals;

/// The test authority, in a store of its own that has verified nothing yet.
TrustStore fresh_trust(const TrustStore& like = trust()) {
  const auto& same = like.state();
  return TrustStore(
      std::make_shared<const TrustStore::State>(TrustStore::State{.accepts_anyone = same.accepts_anyone,
                                                                  .store = same.store,
                                                                  .checks_revocation = same.checks_revocation,
                                                                  .subjects = same.subjects,
                                                                  .fingerprint = same.fingerprint}));
}

/// Notes what is said of a peer's certificate.
struct Verdicts : Sink {
  std::vector<CertificateEvent> events;
  void event(const Origin&, const Event& event) override {
    if (const auto* verdict = std::get_if<CertificateEvent>(&event)) events.push_back(*verdict);
  }
};

struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  Verdicts at_client, at_server;
  std::chrono::seconds later{};
  Table() {
    client.trust = fresh_trust();
    client.identities = {client_identity("alice")};
    server.client_auth = ClientAuth::require;
    server.client_trust = fresh_trust();
    client.tickets = server.tickets = false;
  }
  Pair shake(std::string_view name = "server.test") {
    client.environment.wall_clock = server.environment.wall_clock = [moment = now() + later] { return moment; };
    at_client.events.clear();
    at_server.events.clear();
    return shake_hands(client, server, {.sink = &at_client}, {.sink = &at_server}, name);
  }
  /// Whether the verdict of this handshake, which must succeed, was remembered.
  bool client_remembers(std::string_view name = "server.test") {
    auto pair = shake(name);
    EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
    return at_client.events.size() == 1 && at_client.events[0].remembered;
  }
  size_t kept() const { return client.trust->state().verified->size(); }
};

TEST(VerifiedChains, ServeTheNextConnection) {
  Table table;
  auto first = table.shake();
  ASSERT_TRUE(first.connected());
  for (const auto* side : {&table.at_client, &table.at_server}) {
    ASSERT_EQ(side->events.size(), 1u);
    EXPECT_FALSE(side->events[0].remembered);
  }
  const auto shown = table.at_client.events[0].chain;
  auto second = table.shake();
  ASSERT_TRUE(second.connected());
  for (const auto* side : {&table.at_client, &table.at_server}) {
    ASSERT_EQ(side->events.size(), 1u);
    const auto& verdict = side->events[0];
    EXPECT_TRUE(verdict.remembered && verdict.accepted && verdict.verified);
    EXPECT_TRUE(verdict.failed.empty());
  }
  EXPECT_EQ(table.at_client.events[0].owner, Side::server);
  EXPECT_EQ(table.at_client.events[0].expected_name, "server.test");
  ASSERT_EQ(table.at_client.events[0].chain.size(), shown.size());
  EXPECT_EQ(table.at_client.events[0].chain[0].sha256, shown[0].sha256);
  EXPECT_EQ(second.server.summary().peer->common_name, "alice");
  EXPECT_TRUE(second.server.summary().peer->verified);
  EXPECT_EQ(second.client.summary().peer, first.client.summary().peer);
  EXPECT_EQ(carry(second, second.client, second.server, "hello"), "hello");
}

TEST(VerifiedChains, AreForgottenAfterTheirLifetime) {
  Table table;
  EXPECT_FALSE(table.client_remembers());
  table.later = 5min - 1s;
  EXPECT_TRUE(table.client_remembers());
  table.later = 5min;
  EXPECT_FALSE(table.client_remembers());
  EXPECT_TRUE(table.client_remembers());
  table.client.verified_chain_lifetime = 1h;
  table.later = 1h;
  EXPECT_TRUE(table.client_remembers());
}

TEST(VerifiedChains, ZeroTurnsThemOff) {
  Table table;
  table.client.verified_chain_lifetime = 0s;
  EXPECT_FALSE(table.client_remembers());
  EXPECT_FALSE(table.client_remembers());
  EXPECT_EQ(table.kept(), 0u);
  table.client.verified_chain_lifetime = -1s;
  const auto config = ClientConfig::make(table.client);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().fault, Fault::config_conflict);
}

TEST(VerifiedChains, DoNotOutliveACertificate) {
  Table table;
  table.server.identities = {short_lived_server(2min)};
  EXPECT_FALSE(table.client_remembers());
  table.later = 1min;
  EXPECT_TRUE(table.client_remembers());
  table.later = 3min;
  auto pair = table.shake();
  EXPECT_EQ(fault_id(pair.client), info(Fault::certificate_expired).id);
  ASSERT_EQ(table.at_client.events.size(), 1u);
  EXPECT_FALSE(table.at_client.events[0].remembered);
}

TEST(VerifiedChains, DoNotPrecedeACertificate) {
  Table table;
  EXPECT_FALSE(table.client_remembers());
  table.later = -24h * 365 * 100;
  EXPECT_EQ(fault_id(table.shake().client), info(Fault::certificate_not_yet_valid).id);
}

TEST(VerifiedChains, AreForOneName) {
  Table table;
  EXPECT_FALSE(table.client_remembers());
  EXPECT_FALSE(table.client_remembers("127.0.0.1"));
  EXPECT_TRUE(table.client_remembers());
  EXPECT_EQ(fault_id(table.shake("other.test").client), info(Fault::name_mismatch).id);
  EXPECT_EQ(fault_id(table.shake("other.test").client), info(Fault::name_mismatch).id);
  EXPECT_EQ(table.kept(), 2u);
}

TEST(VerifiedChains, AreForOnePurpose) {
  Table table;
  // A client that shows a server's certificate, to a server whose trust store has verified it for a client of its own.
  table.server.client_trust = table.client.trust;
  table.client.identities = table.server.identities;
  table.client.identities.push_back(client_identity("alice"));
  for (int i = 0; i < 2; ++i) {
    auto pair = table.shake();
    EXPECT_EQ(fault_id(pair.server), info(Fault::purpose_not_allowed).id);
    EXPECT_EQ(table.at_client.events.size(), 1u);
    EXPECT_EQ(table.at_client.events[0].remembered, i == 1);
  }
}

TEST(VerifiedChains, AreForOneUseOfTheKey) {
  Table table;
  table.server = server_options(KeyKind::rsa);
  table.server.suites =
      table.client.suites = {Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, Suite::TLS_RSA_WITH_AES_128_GCM_SHA256};
  table.client.suites.resize(1);
  EXPECT_FALSE(table.client_remembers());
  table.client.suites = {Suite::TLS_RSA_WITH_AES_128_GCM_SHA256};
  EXPECT_FALSE(table.client_remembers());
  EXPECT_TRUE(table.client_remembers());
}

TEST(VerifiedChains, AreOfOneTrustStore) {
  Table table;
  EXPECT_FALSE(table.client_remembers());
  EXPECT_TRUE(table.client_remembers());
  table.client.trust = fresh_trust();
  EXPECT_FALSE(table.client_remembers());
}

TEST(VerifiedChains, ServeBothVersions) {
  Table table;
  table.server.versions = {Version::tls13, Version::tls12};
  table.client.versions = {Version::tls12};
  EXPECT_FALSE(table.client_remembers());
  table.client.versions = {Version::tls13};
  EXPECT_TRUE(table.client_remembers());
  EXPECT_TRUE(table.client_remembers());
}

TEST(VerifiedChains, NeedAVerificationThatSucceeded) {
  Table table;
  table.server.client_trust = fresh_trust(TrustStore::insecure_accept_anyone());
  table.client.trust = fresh_trust(TrustStore::insecure_accept_anyone());
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(table.client_remembers());
  EXPECT_EQ(table.kept(), 0u);
  EXPECT_EQ(table.server.client_trust->state().verified->size(), 0u);

  Table stranger;
  stranger.client.identities = {stranger_identity()};
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(stranger.shake().connected());
  EXPECT_EQ(stranger.server.client_trust->state().verified->size(), 0u);
}

TEST(VerifiedChains, AreForOneStaple) {
  Table table;
  table.client.versions = table.server.versions = {Version::tls13};
  table.client.request_staple = true;
  const auto bare = server_identity();
  table.server.identities = {*bare.with_staple(server_staple())};
  EXPECT_FALSE(table.client_remembers());
  EXPECT_TRUE(table.client_remembers());
  EXPECT_TRUE(table.shake().client.summary().peer->stapled);
  table.server.identities = {*bare.with_staple(server_staple(true))};
  EXPECT_EQ(fault_id(table.shake().client), info(Fault::certificate_revoked).id);
  table.server.identities = {bare};
  EXPECT_FALSE(table.client_remembers());
  EXPECT_FALSE(table.shake().client.summary().peer->stapled);
  table.client.require_staple = true;
  EXPECT_EQ(fault_id(table.shake().client), info(Fault::staple_missing).id);
}

TEST(VerifiedChains, ALongerChainThanAllowedIsRefusedAllTheSame) {
  Table table;
  EXPECT_FALSE(table.client_remembers());
  table.client.limits.chain_length = 0;
  EXPECT_EQ(fault_id(table.shake().client), info(Fault::chain_too_long).id);
}

}  // namespace
}  // namespace handfast
