// Sessions, tickets and keys beforehand, used where they do not belong.
#include <gtest/gtest.h>

#include <crypto/aead.hpp>

#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;
using namespace std::chrono_literals;

/// Virtual hosts behind one address: they share ticket keys and cache, and each has a configuration of its own.
struct Hosts {
  ClientOptions client;
  ServerOptions open, closed;

  explicit Hosts(Version version, bool tickets) {
    client = client_options();
    open = server_options();
    client.versions = open.versions = {version};
    client.tickets = open.tickets = tickets;
    client.trust = TrustStore::insecure_accept_anyone();   // it is the client who attacks
    open.identities = {identity_for("open.test"), identity_for("closed.test")};
    open.ticket_keys = std::make_shared<TicketKeys>();
    open.session_cache = std::make_shared<SessionCache>();
    closed = open;
    closed.client_auth = ClientAuth::require;
    closed.client_trust = trust();
  }
  /// A client that offers this session with whatever name it likes to ask for.
  Pair visit(const ServerOptions& host, std::string_view name, std::shared_ptr<const Session> session, std::string asks_for = {}) const {
    ConnectOptions options;
    options.session = std::move(session);
    options.server_name_indication = std::move(asks_for);
    auto pair = shake_hands(client, host, options, {}, name);
    read_all(pair.client);
    return pair;
  }
};

// CVE-2025-23419 (nginx), "virtual host confusion" (Delignat-Lavaud, Bhargavan 2015): a session of one host is worth nothing at another, and
// one made without a client's certificate nothing where one is required; by ticket and by session id.
TEST(VirtualHost, SessionIsForItsHostAlone) {
  for (auto version : {Version::tls12, Version::tls13})
    for (bool tickets : {true, false}) {
      if (version == Version::tls13 && !tickets) continue;
      const Hosts hosts(version, tickets);
      auto session = hosts.visit(hosts.open, "open.test", nullptr).client.session();
      ASSERT_TRUE(session);
      EXPECT_TRUE(hosts.visit(hosts.open, "open.test", session).server.summary().resumed);
      // The same name, where a certificate is required.
      auto closed = hosts.visit(hosts.closed, "open.test", session);
      EXPECT_EQ(fault_id(closed.server), "certificate.client_missing");
      EXPECT_FALSE(closed.server.summary().resumed);
      // Another name.
      auto other = hosts.visit(hosts.closed, "open.test", session, "closed.test");
      EXPECT_EQ(fault_id(other.server), "certificate.client_missing");
      // Another name of the same configuration.
      auto mixed = hosts.visit(hosts.open, "open.test", session, "closed.test");
      EXPECT_TRUE(mixed.connected());
      EXPECT_FALSE(mixed.server.summary().resumed);
    }
}

// CVE-2020-13777 (GnuTLS): a ticket is never sealed under a key of zeros, not even the first one.
TEST(ZeroTicketKey, NeverSealsATicket) {
  const auto zero = *crypto::Aead::make(crypto::AeadAlgorithm::aes_256_gcm, Buffer(32, 0));
  std::vector<Buffer> names;
  for (int i = 0; i < 4; ++i) {
    TicketKeys keys;
    EXPECT_FALSE(keys.open(Buffer(100, 0), now()));   // before there is a key
    for (int rotations = 0; rotations < 3; ++rotations) {
      const auto ticket = *keys.seal(as_bytes("session"), now());
      const auto name = Bytes(ticket).first(16);
      EXPECT_NE(Buffer(name.begin(), name.end()), Buffer(16, 0));
      EXPECT_EQ(std::ranges::count(names, Buffer(name.begin(), name.end())), 0);
      names.emplace_back(name.begin(), name.end());
      for (auto associated : {name, Bytes()}) {
        Buffer sealed(ticket.begin() + 28, ticket.end());
        EXPECT_FALSE(zero->open(sealed, Bytes(ticket).subspan(16, 12), associated));
      }
      ASSERT_TRUE(keys.rotate(now()));
    }
    auto forged = Buffer(60, 0);   // sealed by who knows all zeros
    zero->seal(forged.data() + 28, Bytes(forged).subspan(16, 12), Bytes(forged).first(16), Buffer(16, 1));
    EXPECT_FALSE(keys.open(forged, now()));
  }
}

/// A flight with early data, recorded.
Buffer record_early_data(const Scene& scene) { return take(scene.begin()->client); }

std::string early_data_of(const std::shared_ptr<const ServerConfig>& config, const Buffer& flight) {
  auto server = *Connection::server(config);
  give(server, flight);
  return std::string(as_text(*server.read_early()));
}

// Replay of 0-RTT (Fischlin, Guenther 2017; MacCarthaigh 2017): a recorded flight is taken once, by all servers that share the register,
// whatever their clocks say meanwhile.
TEST(EarlyDataReplay, IsTakenOnce) {
  std::chrono::seconds offset{};
  auto row = scenario("TLS 1.3 early data");
  row.server.environment.wall_clock = [&] { return now() + offset; };
  row.server.early_data->strikes = StrikeRegister::in_memory(now());
  row.server.ticket_keys = std::make_shared<TicketKeys>();
  const Scene scene(row);
  const auto flight = record_early_data(scene);
  const auto other = *ServerConfig::make(row.server);
  EXPECT_EQ(early_data_of(scene.server, flight), "word");
  for (auto at : {0s, 5s, 9s, 11s, 3600s, -5s, -9s, -3600s, 0s, 10 * 31557600s, 0s, -10 * 31557600s, 0s}) {
    offset = at;
    EXPECT_EQ(early_data_of(scene.server, flight), "") << at.count();
    EXPECT_EQ(early_data_of(other, flight), "") << at.count();
  }
}

/// A node that is client and server at once.
struct Node {
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
  Node(const ExternalPsk& as_client, const ExternalPsk& as_server) {
    auto client_side = client13();
    auto server_side = server13();
    client_side.external_psks = {as_client};
    server_side.external_psks = {as_server};
    server_side.client_auth = ClientAuth::require;
    server_side.client_trust = trust();
    client = *ClientConfig::make(client_side);
    server = *ServerConfig::make(server_side);
  }
};

// Selfie (Drucker, Gueron 2019; RFC 9257 section 4.1): a node with a key for each direction does not talk to itself when its messages are
// reflected, as the declaration of ExternalPsk asks for.
TEST(Selfie, KeyOfOneDirectionDoesNotOpenTheOther) {
  const auto there = shared_key("a to b"), back = *ExternalPsk::make("b to a", Buffer(16, 0x6d));
  const auto same_name = *ExternalPsk::make("a to b", Buffer(16, 0x6d));
  for (const auto& as_server : {back, same_name}) {
    const Node node(there, as_server);
    Pair pair{*Connection::client(node.client, "server.test"), *Connection::server(node.server)};
    pair.pump();
    EXPECT_FALSE(pair.client.connected());
    EXPECT_FALSE(pair.server.connected());
  }
}

// Selfie: messages that come back to the very connection that has sent them are refused.
TEST(Selfie, OwnMessagesAreNoAnswer) {
  for (const auto& each : all_scenarios()) {
    const Scene scene(each);
    auto pair = *scene.begin();
    give(pair.client, take(pair.client));
    EXPECT_EQ(fault_id(pair.client), "message.unexpected") << each.name;
  }
}

}  // namespace
}  // namespace handfast
