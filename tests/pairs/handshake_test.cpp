// Both ends of ours: every suite, group and key; what is agreed; data both ways; the ends of connections.
#include <gtest/gtest.h>

#include <catalog/suites.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

TEST(Handshake, CompletesWithDefaults) {
  auto pair = shake_hands();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  const auto& summary = pair.client.summary();
  EXPECT_EQ(summary.version, Version::tls12);
  EXPECT_EQ(summary.suite, Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  EXPECT_EQ(summary.group, Group::x25519);
  EXPECT_TRUE(summary.extended_master_secret);
  EXPECT_TRUE(summary.peer->verified);
  EXPECT_EQ(pair.server.summary().server_name, "server.test");
  EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
  EXPECT_EQ(carry(pair, pair.server, pair.client, std::string(100000, 'x')), std::string(100000, 'x'));
}

class EverySuite : public testing::TestWithParam<Suite> {};

void carry_data(const catalog::SuiteRow& row, Version version, bool encrypt_then_mac) {
  auto client = client_options();
  auto server = server_options();
  use_suite(client, server, row.suite, version);
  client.encrypt_then_mac = encrypt_then_mac;
  auto pair = shake_hands(client, server);
  ASSERT_TRUE(pair.connected()) << row.name << " " << fault_id(pair.client) << " " << fault_id(pair.server);
  const auto& summary = pair.client.summary();
  EXPECT_EQ(summary.version, version);
  EXPECT_EQ(summary.encrypt_then_mac, encrypt_then_mac && catalog::is_block_cipher(row.cipher));
  EXPECT_EQ(summary.peer != nullptr, catalog::has_certificate(row));
  EXPECT_EQ(pair.server.summary().external_psk, row.authentication == catalog::Authentication::psk ? "device-7" : "");
  EXPECT_EQ(carry(pair, pair.client, pair.server, "there"), "there");
  EXPECT_EQ(carry(pair, pair.server, pair.client, std::string(40000, 'y')), std::string(40000, 'y'));
  EXPECT_TRUE(pair.connected());
}

TEST_P(EverySuite, CarriesDataInEachOfItsVersions) {
  const auto& row = *catalog::find(GetParam());
  for (auto version : {Version::tls10, Version::tls11, Version::tls12, Version::tls13}) {
    if (!is_for(row, version)) continue;
    SCOPED_TRACE(printable(version));
    carry_data(row, version, true);
    if (catalog::is_block_cipher(row.cipher)) carry_data(row, version, false);
  }
}

INSTANTIATE_TEST_SUITE_P(Catalog, EverySuite, testing::ValuesIn(implemented_suites()),
                         [](const auto& test) { return std::string(name(test.param)); });

TEST(Handshake, UsesEveryGroupAndKey) {
  for (auto group : {Group::x25519, Group::secp256r1, Group::secp384r1, Group::secp521r1, Group::x448}) {
    for (auto kind : {KeyKind::p256, KeyKind::p384, KeyKind::rsa, KeyKind::ed25519}) {
      auto client = client_options();
      client.groups = {group};
      auto server = server_options(kind);
      server.groups = {group};
      auto pair = shake_hands(client, server);
      EXPECT_TRUE(pair.connected()) << printable(group) << " " << fault_id(pair.client) << " " << fault_id(pair.server);
      EXPECT_EQ(pair.server.summary().group, group);
    }
  }
}

TEST(Handshake, AuthenticatesTheClient) {
  for (auto kind : {KeyKind::p256, KeyKind::p384, KeyKind::rsa, KeyKind::ed25519}) {
    auto client = client_options();
    client.identities = {client_identity("alice", kind)};
    auto server = server_options();
    server.client_auth = ClientAuth::require;
    server.client_trust = trust();
    auto pair = shake_hands(client, server);
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    EXPECT_EQ(pair.server.summary().peer->common_name, "alice");
    EXPECT_TRUE(pair.server.summary().peer->verified);
    EXPECT_TRUE(pair.client.summary().client_certificate_sent);
  }
}

TEST(Handshake, TellsNoCertificateFromARefusedOne) {
  auto server = server_options();
  server.client_auth = ClientAuth::require;
  server.client_trust = trust();
  auto none = shake_hands(client_options(), server);
  EXPECT_EQ(fault_id(none.server), "certificate.client_missing");
  EXPECT_EQ(none.client.error()->fault, Fault::alert_received);
  EXPECT_EQ(none.client.error()->alert, Alert::handshake_failure);

  auto client = client_options();
  client.identities = {stranger_identity()};
  auto refused = shake_hands(client, server);
  EXPECT_EQ(fault_id(refused.server), "certificate.issuer_unknown");
  EXPECT_EQ(refused.client.error()->alert, Alert::unknown_ca);

  server.client_auth = ClientAuth::request;
  auto optional = shake_hands(client_options(), server);
  EXPECT_TRUE(optional.connected());
  EXPECT_EQ(optional.server.summary().peer, nullptr);
}

TEST(Handshake, SurvivesAnySplit) {
  for (size_t chunk : {1, 2, 3, 5, 7, 64}) {
    auto pair = make_pair(client_options(), server_options());
    pair.chunk = chunk;
    pair.pump();
    ASSERT_TRUE(pair.connected()) << chunk;
    EXPECT_EQ(carry(pair, pair.client, pair.server, std::string(20000, 'z')), std::string(20000, 'z'));
  }
}

TEST(Handshake, RefusesAnotherName) {
  auto pair = shake_hands(client_options(), server_options(), {}, {}, "other.test");
  EXPECT_EQ(fault_id(pair.client), "certificate.name_mismatch");
  EXPECT_EQ(pair.client.error()->who, Who::local);
  EXPECT_EQ(pair.server.error()->who, Who::peer);
  EXPECT_EQ(pair.server.error()->alert, Alert::bad_certificate);
}

TEST(Handshake, VerifiesAnAddress) {
  auto pair = shake_hands(client_options(), server_options(), {}, {}, "127.0.0.1");
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client);
  EXPECT_EQ(pair.server.summary().server_name, "");
}

TEST(Handshake, AcceptsAnyoneOnlyWhenToldSo) {
  auto client = client_options();
  client.trust = TrustStore::insecure_accept_anyone();
  auto pair = shake_hands(client, server_options(), {}, {}, "other.test");
  ASSERT_TRUE(pair.connected());
  EXPECT_FALSE(pair.client.summary().peer->verified);
}

TEST(Handshake, ChoosesTheIdentityByName) {
  auto server = server_options();
  server.identities = {server_identity(), identity_for("second.test"), identity_for("third.test", KeyKind::rsa)};
  for (std::string name : {"server.test", "second.test", "third.test"}) {
    auto pair = shake_hands(client_options(), server, {}, {}, name);
    EXPECT_TRUE(pair.connected()) << name << " " << fault_id(pair.client) << " " << fault_id(pair.server);
  }
  server.refuse_unknown_names = true;
  auto unknown = shake_hands(client_options(), server, {}, {}, "fourth.test");
  EXPECT_EQ(fault_id(unknown.server), "hello.server_name_unknown");
  EXPECT_EQ(unknown.client.error()->alert, Alert::unrecognized_name);
}

TEST(Handshake, NegotiatesTheProtocol) {
  auto client = client_options();
  auto server = server_options();
  client.alpn = {"http/1.1", "irc"};
  server.alpn = {"irc"};
  auto pair = shake_hands(client, server);
  EXPECT_EQ(pair.client.summary().alpn, "irc");
  EXPECT_EQ(pair.server.summary().alpn, "irc");
  client.alpn = {"h2"};
  auto none = shake_hands(client, server);
  EXPECT_EQ(fault_id(none.server), "hello.no_common_protocol");
  EXPECT_EQ(none.client.error()->alert, Alert::no_application_protocol);
}

TEST(Handshake, NamesWhatIsNotInCommon) {
  auto client = client_options();
  auto server = server_options();
  client.suites = {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  server.suites = {Suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384};
  EXPECT_EQ(fault_id(shake_hands(client, server).server), "hello.no_common_suite");
  client.suites = server.suites = {Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256};
  EXPECT_EQ(fault_id(shake_hands(client, server).server), "hello.no_suite_for_certificate");
  client = client_options();
  server = server_options();
  client.groups = {Group::x25519};
  server.groups = {Group::secp384r1};
  EXPECT_EQ(fault_id(shake_hands(client, server).server), "hello.no_common_group");
  client = client_options();
  client.schemes = {Scheme::ed25519};
  EXPECT_EQ(fault_id(shake_hands(client, server_options()).server), "hello.no_common_signature_scheme");
}

TEST(Handshake, ExportsTheSameKeyingMaterial) {
  auto pair = shake_hands();
  auto ours = pair.client.exporter("EXPORTER-test", as_bytes("context"), 32);
  auto theirs = pair.server.exporter("EXPORTER-test", as_bytes("context"), 32);
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ(*ours, *theirs);
  EXPECT_NE(*ours, *pair.client.exporter("EXPORTER-test", Bytes{}, 32));
  EXPECT_NE(*pair.client.exporter("EXPORTER-test", std::nullopt, 32), *pair.client.exporter("EXPORTER-test", Bytes{}, 32));
}

TEST(Handshake, RefusesDataBeforeItsEnd) {
  auto pair = make_pair(client_options(), server_options());
  auto written = pair.client.write(as_bytes("early"));
  EXPECT_EQ(written.error().fault, Fault::handshake_incomplete);
  pair.pump();
  EXPECT_TRUE(pair.connected());
}

TEST(Handshake, EndsAtItsDeadline) {
  auto time = std::chrono::steady_clock::time_point{};
  auto server = server_options();
  server.environment.steady_clock = [&] { return time; };
  auto pair = make_pair(client_options(), server);
  EXPECT_TRUE(pair.server.check_deadline());
  time = *pair.server.deadline();
  EXPECT_EQ(pair.server.check_deadline().error().fault, Fault::handshake_timeout);
  EXPECT_EQ(pair.server.state(), State::failed);
  EXPECT_FALSE(pair.server.output().empty());
}

TEST(Closing, IsSaidBothWays) {
  auto pair = shake_hands();
  pair.client.close();
  pair.pump();
  EXPECT_TRUE(pair.server.peer_closed());
  EXPECT_TRUE(pair.server.received_end());
  EXPECT_EQ(carry(pair, pair.server, pair.client, "last words"), "last words");
  pair.server.close();
  pair.pump();
  EXPECT_EQ(pair.client.state(), State::closed);
  EXPECT_EQ(pair.server.state(), State::closed);
  EXPECT_EQ(pair.client.write(as_bytes("x")).error().fault, Fault::connection_closed);
}

TEST(Closing, BrokenTransportIsToldAsSuch) {
  auto pair = shake_hands();
  auto ended = pair.client.received_end("Connection reset by peer");
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().fault, Fault::transport_failed);
  EXPECT_EQ(ended.error().who, Who::transport);
  EXPECT_EQ(ended.error().facts, std::vector<std::string>{"Connection reset by peer"});
}

TEST(Closing, WithoutCloseNotifyIsTruncation) {
  auto pair = shake_hands();
  auto ended = pair.client.received_end();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().fault, Fault::truncated);
  EXPECT_EQ(ended.error().who, Who::transport);
  EXPECT_EQ(pair.client.read().error().fault, Fault::truncated);   // a failed connection stays failed
  EXPECT_EQ(pair.client.write(as_bytes("x")).error().fault, Fault::truncated);
}

TEST(Signing, MayAnswerLater) {
  std::optional<SigningRequest> wanted;
  auto remote = Identity::with_callback(server_chain_pem(KeyKind::rsa),
                                        [&](SigningRequest request) { wanted = std::move(request); });
  ASSERT_TRUE(remote);
  auto server = server_options();
  server.identities = {*remote};
  auto pair = shake_hands(client_options(), server);
  ASSERT_TRUE(wanted);
  EXPECT_EQ(pair.server.state(), State::handshaking);
  EXPECT_TRUE(pair.server.complete(wanted->token + 7, Buffer{1}));   // nobody waits for that one
  EXPECT_TRUE(pair.server.complete(wanted->token, sign_as_server(KeyKind::rsa, *wanted)));
  pair.pump();
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);

  auto failing = make_pair(client_options(), server);
  failing.pump();
  EXPECT_FALSE(failing.server.complete(wanted->token, fail(Fault::file_unreadable, {"the token is gone"})));
  failing.pump();
  EXPECT_EQ(fault_id(failing.server), "local.signing_failed");
  EXPECT_EQ(failing.client.error()->alert, Alert::internal_error);
}

}  // namespace
}  // namespace handfast
