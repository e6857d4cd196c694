// Each byte of each flight of a full mutual handshake changed in turn, both directions: never a crash, a handshake that
// outlives its time limit, or a completed one whose two sides disagree.
#include <gtest/gtest.h>

#include <catalog/suites.hpp>
#include <support/pair.hpp>
#include <wire/kind.hpp>

namespace handfast {
namespace {

using namespace support;

struct Flight {
  bool from_client;
  size_t length;
};

struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  ConnectOptions connect{};
  std::chrono::steady_clock::time_point time{};
  bool renegotiates = false;   ///< the flights are those of a new handshake on the connection

  explicit Table(Suite suite) {
    client.suites = server.suites = {suite};
    authenticate_client();
    if (name(suite).starts_with("TLS_RSA") || name(suite).starts_with("TLS_ECDHE_RSA"))
      server.identities = {server_identity(KeyKind::rsa)};
    stop_clock();
  }
  Table(Suite suite, Version version) {
    use_suite(client, server, suite, version);
    const auto& row = *catalog::find(suite);
    if (has_certificate(row)) authenticate_client();
    if (row.authentication == catalog::Authentication::psk) server.psk_identity_hint = "hint";
    stop_clock();
  }
  /// TLS 1.3.
  explicit Table(std::vector<Group> of_server) {
    client.versions = server.versions = {Version::tls13};
    client.suites = server.suites = {Suite::TLS_AES_128_GCM_SHA256};
    client.groups = {Group::x25519, Group::secp256r1};
    client.key_shares = {Group::x25519};
    server.groups = std::move(of_server);
    stop_clock();
  }

  Pair begin() const {
    auto pair = make_pair(client, server, connect);
    if (!renegotiates) return pair;
    pair.pump();
    EXPECT_TRUE(pair.client.renegotiate());
    return pair;
  }
  void authenticate_client() {
    client.identities = {client_identity("alice")};
    server.client_auth = ClientAuth::require;
    server.client_trust = trust();
  }

 private:
  void stop_clock() {
    client.environment.steady_clock = server.environment.steady_clock = [this] { return time; };
  }
};

/// Their lengths differ by a byte or two from run to run (ECDSA signatures), so the flips below go by what is there.
std::vector<Flight> flights_of(Table& table) {
  std::vector<Flight> flights;
  auto pair = table.begin();
  pair.mutate = [&](bool from_client, Buffer& bytes) { flights.push_back({from_client, bytes.size()}); };
  pair.pump();
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(pair.client.summary().renegotiations, table.renegotiates ? 1u : 0u);
  return flights;
}

void expect_agreement(Pair& pair, const std::string& where) {
  const auto& ours = pair.client.summary();
  const auto& theirs = pair.server.summary();
  EXPECT_EQ(ours.suite, theirs.suite) << where;
  EXPECT_EQ(ours.group, theirs.group) << where;
  EXPECT_EQ(ours.alpn, theirs.alpn) << where;
  EXPECT_EQ(ours.server_name, theirs.server_name) << where;
  EXPECT_EQ(ours.extended_master_secret, theirs.extended_master_secret) << where;
  auto a = pair.client.exporter("EXPORTER-agree", std::nullopt, 32);
  auto b = pair.server.exporter("EXPORTER-agree", std::nullopt, 32);
  ASSERT_TRUE(a && b) << where;
  EXPECT_EQ(*a, *b) << where;
}

/// The minor version in the header of a record that is not protected: what nobody signs or seals.
bool is_plain_version(const Buffer& flight, size_t byte) {
  for (size_t at = 0; at + 5 <= flight.size();) {
    if (byte == at + 2) return flight[at] != static_cast<uint8_t>(ContentType::application_data);
    at += size_t{5} + (static_cast<size_t>(flight[at + 3]) << 8 | flight[at + 4]);
  }
  return false;
}

void flip(Table& table, size_t flight, size_t byte, uint8_t bits, size_t& completed) {
  auto where = "flight " + std::to_string(flight) + " byte " + std::to_string(byte);
  table.time = {};
  auto pair = table.begin();
  size_t seen = 0;
  bool flipped = false, may_differ = false;
  pair.mutate = [&](bool, Buffer& bytes) {
    if (seen++ != flight || byte >= bytes.size()) return;
    may_differ = table.client.versions[0] == Version::tls13 ? is_plain_version(bytes, byte) : flight < 2 && byte == 2;
    bytes[byte] ^= bits;
    flipped = true;
  };
  pair.pump();
  if (pair.connected() && !pair.client.renegotiating()) {
    if (!flipped) return;
    ++completed;
    EXPECT_TRUE(may_differ) << where << ": only the minor version of a record that is not protected may differ";
    expect_agreement(pair, where);
    return;
  }
  table.time = {};
  table.time += std::chrono::minutes(1);
  for (auto* end : {&pair.client, &pair.server}) {
    auto in_time = end->check_deadline();
    static_cast<void>(in_time);
    EXPECT_NE(end->state(), State::handshaking) << where;
    EXPECT_FALSE(end->renegotiating()) << where;
  }
}

void flip_every_byte(Table& table, size_t flight_count) {
  auto flights = flights_of(table);
  ASSERT_EQ(flights.size(), flight_count);
  size_t completed = 0, tried = 0;
  for (size_t flight = 0; flight < flights.size(); ++flight)
    for (size_t byte = 0; byte < flights[flight].length; ++byte) {
      flip(table, flight, byte, static_cast<uint8_t>(1u << byte % 8), completed);
      ++tried;
      if (testing::Test::HasFailure()) return;
    }
  std::printf("%zu bytes changed, %zu handshakes completed all the same\n", tried, completed);
}

TEST(Flips, EcdheAesGcm) {
  Table table(Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  flip_every_byte(table, 4);
}

// Of a new handshake on the connection: all of it is protected by the keys of the first.
TEST(Flips, Renegotiation) {
  Table table(Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  table.server.renegotiation.allow_peer = true;
  table.renegotiates = true;
  flip_every_byte(table, 4);
}

TEST(Flips, StaticRsaCbc) {
  Table table(Suite::TLS_RSA_WITH_AES_128_CBC_SHA);
  flip_every_byte(table, 4);
}

struct Exchange {
  std::string_view name;
  Suite suite;
  Version version;
};

class OldExchange : public testing::TestWithParam<Exchange> {};

TEST_P(OldExchange, SurvivesFlips) {
  Table table(GetParam().suite, GetParam().version);
  flip_every_byte(table, 4);
}

using enum Suite;
INSTANTIATE_TEST_SUITE_P(Flips, OldExchange,
                         testing::Values(Exchange{"DHE", TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, Version::tls12},
                                         Exchange{"PSK", TLS_PSK_WITH_AES_128_GCM_SHA256, Version::tls12},
                                         Exchange{"DHE_PSK", TLS_DHE_PSK_WITH_AES_128_GCM_SHA256, Version::tls12},
                                         Exchange{"ECDHE_PSK", TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256, Version::tls12},
                                         Exchange{"DH_anon", TLS_DH_anon_WITH_AES_128_GCM_SHA256, Version::tls12},
                                         Exchange{"ECDH_anon", TLS_ECDH_anon_WITH_AES_128_CBC_SHA, Version::tls12},
                                         Exchange{"TLS11", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Version::tls11},
                                         Exchange{"TLS10", TLS_RSA_WITH_AES_128_CBC_SHA, Version::tls10}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Flips, StapledInShortRecords) {
  Table table(Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  table.client.request_staple = table.client.request_sct = true;
  table.client.max_fragment_length = 512;
  auto stapled = *server_identity().with_staple(server_staple());
  table.server.identities = {*stapled.with_timestamps({0, 4, 0, 2, 1, 2})};
  flip_every_byte(table, 4);
}

TEST(Flips, Tls13) {
  Table table({Group::x25519});
  table.server.tickets = false;   // they come after the handshake
  table.authenticate_client();
  flip_every_byte(table, 3);
}

// With early data: tests/pairs/early_data_test.cpp.
TEST(Flips, Tls13Resumed) {
  Table table({Group::x25519});
  table.server.ticket_keys = std::make_shared<TicketKeys>();
  auto first = shake_hands(table.client, table.server);
  read_all(first.client);   // the tickets
  table.connect.session = first.client.session();
  table.server.ticket_count = 0;
  auto second = shake_hands(table.client, table.server, table.connect);
  ASSERT_TRUE(second.server.summary().resumed);
  flip_every_byte(table, 3);
}

TEST(Flips, Tls13AfterHelloRetryRequest) {
  Table table({Group::secp256r1});
  table.server.tickets = false;
  flip_every_byte(table, 5);
}

}  // namespace
}  // namespace handfast
