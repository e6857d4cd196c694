#include <algorithm>

#include <gtest/gtest.h>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

TEST(Handshake13, UsesEveryGroupAndKey) {
  for (auto group : {Group::X25519MLKEM768, Group::SecP256r1MLKEM768, Group::x25519, Group::secp256r1, Group::secp384r1,
                     Group::secp521r1, Group::x448, Group::ffdhe2048, Group::ffdhe3072}) {
    for (auto kind : {KeyKind::p256, KeyKind::p384, KeyKind::rsa, KeyKind::ed25519}) {
      auto client = client13();
      auto server = server13(kind);
      client.groups = server.groups = {group};
      auto pair = shake_hands(client, server);
      ASSERT_TRUE(pair.connected()) << name(group) << " " << fault_id(pair.client) << " " << fault_id(pair.server);
      EXPECT_EQ(pair.client.summary().group, group);
      EXPECT_EQ(pair.server.summary().version, Version::tls13);
      EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
      EXPECT_EQ(carry(pair, pair.server, pair.client, std::string(100000, 'x')), std::string(100000, 'x'));
    }
  }
}

TEST(Handshake13, RetriesForAGroupWithoutShare) {
  for (auto chunk : {0, 1}) {
    auto client = client13();
    auto server = server13();
    client.key_shares = {Group::x25519};
    server.groups = {Group::secp384r1};
    auto pair = make_pair(client, server);
    pair.chunk = static_cast<size_t>(chunk);
    pair.pump();
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    EXPECT_EQ(pair.client.summary().group, Group::secp384r1);
    EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
  }
}

/// The first record, a plain one, as two.
void split_first_record(Buffer& bytes) {
  constexpr size_t header = 5, first = 10;
  const auto length = static_cast<size_t>(bytes[3] << 8 | bytes[4]), rest = length - first;
  const Buffer next{bytes[0], bytes[1], bytes[2], static_cast<uint8_t>(rest >> 8), static_cast<uint8_t>(rest)};
  bytes[3] = 0;
  bytes[4] = first;
  bytes.insert(bytes.begin() + header + first, next.begin(), next.end());
}

// RFC 8446 section 5.1: keys change where a message ends with its record, however many records it is split over.
TEST(Handshake13, TakesHellosSplitOverRecords) {
  for (bool split_client : {true, false}) {
    for (bool retry : {false, true}) {
      auto client = client13();
      auto server = server13();
      client.key_shares = {Group::x25519};
      server.groups = {retry ? Group::secp384r1 : Group::x25519};
      auto pair = make_pair(client, server);
      pair.mutate = [&](bool from_client, Buffer& bytes) {
        constexpr uint8_t handshake = 22;
        if (from_client == split_client && bytes[0] == handshake) split_first_record(bytes);
      };
      pair.pump();
      ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    }
  }
}

TEST(Handshake13, AuthenticatesBothSides) {
  auto client = client13();
  client.identities = {client_identity()};
  auto server = server13();
  server.client_auth = ClientAuth::require;
  server.client_trust = trust();
  auto pair = shake_hands(client, server);
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  ASSERT_TRUE(pair.server.summary().peer);
  EXPECT_TRUE(pair.server.summary().peer->verified);

  client.identities.clear();
  auto without = shake_hands(client, server);
  EXPECT_EQ(fault_id(without.server), "certificate.client_missing");
  EXPECT_EQ(without.client.error()->alert, Alert::certificate_required);
}

TEST(Handshake13, ChangesKeysOnBothSides) {
  auto pair = shake_hands(client13(), server13());
  ASSERT_TRUE(pair.connected());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pair.client.update_keys(i == 1));
    EXPECT_EQ(carry(pair, pair.client, pair.server, "after"), "after");
    ASSERT_TRUE(pair.server.update_keys(true));
    EXPECT_EQ(carry(pair, pair.server, pair.client, "too"), "too");
  }
}

TEST(Handshake13, ExportsTheSameOnBothSides) {
  auto pair = shake_hands(client13(), server13());
  auto ours = pair.client.exporter("EXPORTER-test", std::nullopt, 32);
  ASSERT_TRUE(ours);
  EXPECT_EQ(*ours, *pair.server.exporter("EXPORTER-test", as_bytes(""), 32));
  EXPECT_NE(*ours, *pair.server.exporter("EXPORTER-test", as_bytes("x"), 32));
}

TEST(Handshake13, MeetsAnOlderPeer) {
  auto client = client_options();
  client.versions = {Version::tls13, Version::tls12};
  auto pair = shake_hands(client, server_options());
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(pair.client.summary().version, Version::tls12);
}

// RFC 8446 section 4.2.8.
TEST(Handshake13, SharesAreOfItsGroupsEachOnce) {
  auto options = client13();
  options.groups = {Group::x25519};
  options.key_shares = {Group::secp256r1};
  EXPECT_EQ(ClientConfig::make(options).error().fault, Fault::config_conflict);
  options.key_shares = {Group::x25519, Group::x25519};
  EXPECT_EQ(ClientConfig::make(options).error().fault, Fault::config_conflict);
  options.key_shares = {Group::x25519};
  EXPECT_TRUE(ClientConfig::make(options));
}

TEST(Handshake13, SeesADowngrade) {
  auto client = client_options();
  auto server = server_options();
  client.versions = server.versions = {Version::tls13, Version::tls12};
  auto pair = make_pair(client, server);
  bool first = true;
  pair.mutate = [&](bool from_client, Buffer& bytes) {
    if (!from_client || !std::exchange(first, false)) return;
    const uint8_t both_versions[] = {0x03, 0x04, 0x03, 0x03};   // of supported_versions
    auto found = std::ranges::search(bytes, both_versions);
    ASSERT_FALSE(found.empty());
    found.front() = 0x02;
  };
  pair.pump();
  EXPECT_EQ(fault_id(pair.client), "hello.downgrade");
}

}  // namespace
}  // namespace handfast
