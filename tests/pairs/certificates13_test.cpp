// What TLS 1.3 does with certificates beside verifying them: compression, staples, timestamps, raw public keys.
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

void expect_connected(Pair& pair) {
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
}

/// The client's way to ask for the server's certificate, and the server's for the client's.
TEST(Certificates13, AreCompressedBothWays) {
  for (auto algorithm : {CertificateCompression::zlib, CertificateCompression::brotli, CertificateCompression::zstd}) {
    auto client = client13();
    client.identities = {client_identity()};
    auto server = server13();
    server.client_auth = ClientAuth::require;
    server.client_trust = trust();
    client.certificate_compressions = server.certificate_compressions = {algorithm};
    for (int again = 0; again < 2; ++again) {
      auto pair = shake_hands(client, server);
      expect_connected(pair);
      EXPECT_TRUE(pair.server.summary().peer->verified);
    }
  }
}

TEST(Certificates13, AreNotCompressedWhereOnlyOneSideHasIt) {
  auto client = client13();
  auto server = server13();
  client.certificate_compressions = {CertificateCompression::zlib};
  auto one = shake_hands(client, server13());
  expect_connected(one);
  server.certificate_compressions = {CertificateCompression::brotli};
  auto none = shake_hands(client, server);
  expect_connected(none);
}

TEST(Certificates13, AGoodStapleIsTaken) {
  auto client = client13();
  client.require_staple = true;
  auto server = server13();
  server.identities = {*server_identity().with_staple(server_staple())};
  auto pair = shake_hands(client, server);
  expect_connected(pair);
  EXPECT_TRUE(pair.client.summary().peer->stapled);
  auto unasked = shake_hands(client13(), server);
  expect_connected(unasked);
  EXPECT_FALSE(unasked.client.summary().peer->stapled);
}

TEST(Certificates13, AStapleThatSaysRevokedIsRefused) {
  auto client = client13();
  client.request_staple = true;
  auto server = server13();
  server.identities = {*server_identity().with_staple(server_staple(true))};
  auto pair = shake_hands(client, server);
  EXPECT_EQ(fault_id(pair.client), "certificate.revoked");
  EXPECT_EQ(pair.server.error()->alert, Alert::certificate_revoked);
}

TEST(Certificates13, AMissingStapleMattersWhereItIsRequired) {
  auto client = client13();
  client.request_staple = true;
  auto requested = shake_hands(client, server13());
  expect_connected(requested);
  client.require_staple = true;
  auto required = shake_hands(client, server13());
  EXPECT_EQ(fault_id(required.client), "certificate.staple_missing");
  EXPECT_EQ(required.server.error()->alert, Alert::bad_certificate_status_response);
}

TEST(Certificates13, TimestampsArePassedThrough) {
  const Buffer list{0, 4, 0, 2, 1, 2};
  auto client = client13();
  auto server = server13();
  server.identities = {*server_identity().with_timestamps(list)};
  auto unasked = shake_hands(client, server);
  expect_connected(unasked);
  EXPECT_TRUE(unasked.client.summary().peer->timestamps.empty());
  client.request_sct = true;
  auto asked = shake_hands(client, server);
  expect_connected(asked);
  EXPECT_EQ(asked.client.summary().peer->timestamps, list);
}

TEST(Certificates13, RawPublicKeysBothWays) {
  for (auto kind : {KeyKind::p256, KeyKind::p384, KeyKind::rsa, KeyKind::ed25519}) {
    const auto ours = raw_key(kind), theirs = raw_key(kind);
    auto client = client13();
    client.trust = *TrustStore::nobody().with_raw_keys(theirs.open);
    client.identities = {ours.identity};
    auto server = server13();
    server.identities = {theirs.identity};
    server.client_auth = ClientAuth::require;
    server.client_trust = *TrustStore::nobody().with_raw_keys(ours.open);
    auto pair = shake_hands(client, server);
    expect_connected(pair);
    const auto& peer = *pair.client.summary().peer;
    EXPECT_TRUE(peer.raw_public_key && peer.verified);
    EXPECT_EQ(peer.chain, theirs.identity.chain());
    EXPECT_EQ(peer.sha256.size(), 64u);
    EXPECT_TRUE(pair.server.summary().peer->raw_public_key);
  }
}

TEST(Certificates13, TheTraceSaysWhichTypesWereChosen) {
  struct Decisions : Sink {
    std::string text;
    void event(const Origin& origin, const Event& event) override {
      auto decision = std::get_if<DecisionEvent>(&event);
      if (decision && decision->what.ends_with("_certificate_type"))
        text += fmt::format("{}: {} {}\n", origin.side == Side::client ? "client" : "server", decision->what, decision->chosen);
    }
  };
  const auto ours = raw_key(), theirs = raw_key();
  auto client = client13();
  client.trust = *TrustStore::nobody().with_raw_keys(theirs.open);
  client.identities = {ours.identity};
  auto server = server13();
  server.identities = {theirs.identity};
  server.client_auth = ClientAuth::require;
  server.client_trust = *TrustStore::nobody().with_raw_keys(ours.open);
  Decisions decisions;
  ConnectOptions connect;
  AcceptOptions accept;
  connect.sink = accept.sink = &decisions;
  auto pair = shake_hands(client, server, connect, accept);
  expect_connected(pair);
  EXPECT_EQ(decisions.text, "server: server_certificate_type RawPublicKey\nserver: client_certificate_type RawPublicKey\n"
                            "client: server_certificate_type RawPublicKey\nclient: client_certificate_type RawPublicKey\n");
}

TEST(Certificates13, AnUnknownRawPublicKeyIsRefused) {
  auto client = client13();
  client.trust = *TrustStore::nobody().with_raw_keys(raw_key().open);
  auto server = server13();
  server.identities = {raw_key().identity};
  auto pair = shake_hands(client, server);
  EXPECT_EQ(fault_id(pair.client), "certificate.raw_public_key_unknown");
}

TEST(Certificates13, ARawPublicKeyIsShownToWhoTakesItOnly) {
  const auto raw = raw_key();
  auto server = server_options();
  server.versions = {Version::tls13, Version::tls12};
  server.identities = {raw.identity, server_identity()};
  auto certificate = shake_hands(client13(), server);
  expect_connected(certificate);
  EXPECT_FALSE(certificate.client.summary().peer->raw_public_key);
  auto old = client_options();
  old.versions = {Version::tls12};
  auto tls12 = shake_hands(old, server);
  expect_connected(tls12);
  server.identities = {raw.identity};
  auto none = shake_hands(client13(), server);
  EXPECT_EQ(fault_id(none.server), "certificate.type_not_offered");
  auto none12 = shake_hands(old, server);
  EXPECT_EQ(fault_id(none12.server), "hello.no_suite_for_certificate");
}

}  // namespace
}  // namespace handfast
