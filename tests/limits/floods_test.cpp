// How often a peer may do what costs it little: each limit is reached without harm, and one more is refused.
#include <gtest/gtest.h>

#include <handshake/server_psk.hpp>
#include <handshake/session_state.hpp>
#include <pairs/middle13.hpp>
#include <support/hello_bytes.hpp>
#include <support/table13.hpp>

namespace handfast {
namespace {

using namespace support;

const Limits limits{};

struct Refused {
  std::string fault;
  std::optional<Alert> alert;
  bool operator==(const Refused&) const = default;
};
Refused refusal_of(const Connection& connection) {
  if (!connection.error()) return {"", {}};
  return {fault_id(connection), connection.error()->alert};
}
const Refused none{"", {}};

/// A TLS 1.3 connection, and somebody who can speak for either side.
struct Forgers {
  std::shared_ptr<Secrets> secrets = std::make_shared<Secrets>();
  Pair pair;
  Middle13 client, server;

  Forgers() : pair(make()), client(secrets->found.at("CLIENT_TRAFFIC_SECRET_0")), server(secrets->found.at("SERVER_TRAFFIC_SECRET_0")) {}

  void to_client(Bytes messages) {
    for (; !messages.empty(); messages = messages.subspan(std::min<size_t>(16384, messages.size()))) {
      const auto piece = messages.first(std::min<size_t>(16384, messages.size()));
      give(pair.client, server.seal({ContentType::handshake, Buffer(piece.begin(), piece.end())}));
    }
  }
  void to_server(ContentType type, Buffer content) { give(pair.server, client.seal({type, std::move(content)})); }

 private:
  Pair make() const {
    auto client_side = client13();
    auto server_side = server13();
    client_side.key_log = secrets;
    client_side.suites = server_side.suites = {Suite::TLS_AES_128_GCM_SHA256};
    server_side.tickets = false;
    return shake_hands(client_side, server_side);
  }
};

TEST(Floods, OfEmptyRecords) {
  Forgers forgers;
  for (size_t i = 0; i < limits.empty_records; ++i) forgers.to_server(ContentType::application_data, {});
  EXPECT_EQ(refusal_of(forgers.pair.server), none);
  forgers.to_server(ContentType::application_data, {'x'});
  EXPECT_EQ(read_all(forgers.pair.server), "x");
  for (size_t i = 0; i < limits.empty_records; ++i) forgers.to_server(ContentType::application_data, {});
  EXPECT_EQ(refusal_of(forgers.pair.server), none);
  forgers.to_server(ContentType::application_data, {});
  EXPECT_EQ(refusal_of(forgers.pair.server), (Refused{"record.empty_flood", Alert::unexpected_message}));
}

TEST(Floods, OfWarningAlerts) {
  auto pair = make_pair(client_options(), server_options());
  const auto warn = [&] { give(pair.server, plain_records(21, Buffer{1, 41})); };
  for (size_t i = 0; i < limits.warning_alerts; ++i) warn();
  EXPECT_EQ(refusal_of(pair.server), none);
  warn();
  EXPECT_EQ(refusal_of(pair.server), (Refused{"alert.warning_flood", Alert::unexpected_message}));
}

TEST(Floods, OfWarningAlertsInTls13) {
  constexpr uint8_t user_canceled = 90;
  Forgers forgers;
  const auto warn = [&] { forgers.to_server(ContentType::alert, {1, user_canceled}); };
  for (size_t i = 0; i < limits.warning_alerts; ++i) warn();
  EXPECT_EQ(refusal_of(forgers.pair.server), none);
  warn();
  EXPECT_EQ(refusal_of(forgers.pair.server), (Refused{"alert.warning_flood", Alert::unexpected_message}));
}

/// Records that say nothing in turn, of two kinds: neither begins to count anew because of the other.
TEST(Floods, OfWarningsAndEmptyRecordsInTurn) {
  constexpr uint8_t user_canceled = 90;
  Forgers forgers;
  for (size_t i = 0; i < limits.warning_alerts; ++i) {
    forgers.to_server(ContentType::alert, {1, user_canceled});
    forgers.to_server(ContentType::application_data, {});
  }
  EXPECT_EQ(refusal_of(forgers.pair.server), none);
  forgers.to_server(ContentType::alert, {1, user_canceled});
  EXPECT_EQ(refusal_of(forgers.pair.server), (Refused{"alert.warning_flood", Alert::unexpected_message}));
}

TEST(Floods, OfChangeCipherSpecs) {
  auto pair = make_pair(client13(), server13());
  give(pair.server, take(pair.client));   // the hello, and one that is there for middleboxes
  const auto change = [&] { give(pair.server, plain_records(20, Buffer{1})); };
  for (size_t i = 1; i < limits.change_cipher_specs; ++i) change();
  EXPECT_EQ(refusal_of(pair.server), none);
  change();
  change();
  EXPECT_EQ(refusal_of(pair.server), (Refused{"message.unexpected", Alert::unexpected_message}));
}

TEST(Floods, OfKeyUpdates) {
  for (const bool ask : {false, true}) {
    auto pair = shake_hands(client13(), server13());
    for (size_t i = 0; i < limits.key_updates; ++i) ASSERT_TRUE(pair.client.update_keys(ask));
    give(pair.server, take(pair.client));
    EXPECT_EQ(refusal_of(pair.server), none);
    EXPECT_LE(pair.server.output().size(), 100u);   // one answer, and the tickets have been taken
    ASSERT_TRUE(pair.client.write(as_bytes("x")));
    for (size_t i = 0; i < limits.key_updates; ++i) ASSERT_TRUE(pair.client.update_keys(ask));
    give(pair.server, take(pair.client));
    read_all(pair.server);
    EXPECT_EQ(refusal_of(pair.server), none);
    ASSERT_TRUE(pair.client.update_keys(ask));
    give(pair.server, take(pair.client));
    EXPECT_EQ(refusal_of(pair.server), (Refused{"message.key_update_flood", Alert::unexpected_message}));
  }
}

// Neither ends the row of the other; the empty record comes first.
TEST(Floods, OfKeyUpdatesAndEmptyRecordsInTurn) {
  Forgers forgers;
  auto next = [](Bytes secret) {
    Buffer out(32);
    keys::expand_label(catalog::find(Suite::TLS_AES_128_GCM_SHA256)->prf, secret, "traffic upd", {}, out);
    return out;
  };
  Buffer secret = forgers.secrets->found.at("CLIENT_TRAFFIC_SECRET_0");
  for (size_t i = 0; i <= limits.key_updates; ++i) {
    EXPECT_EQ(refusal_of(forgers.pair.server), none) << i;
    Middle13 sealer(secret);
    give(forgers.pair.server, sealer.seal({ContentType::application_data, {}}));
    give(forgers.pair.server, sealer.seal({ContentType::handshake, {24, 0, 0, 1, 0}}));
    secret = next(secret);
  }
  EXPECT_EQ(refusal_of(forgers.pair.server), (Refused{"record.empty_flood", Alert::unexpected_message}));
}

TEST(Floods, OfTickets) {
  auto server = server13();
  server.ticket_count = limits.tickets;
  auto enough = shake_hands(client13(), server);
  read_all(enough.client);
  EXPECT_EQ(refusal_of(enough.client), none);
  EXPECT_TRUE(enough.client.session());
  server.ticket_count = limits.tickets + 1;
  auto too_many = shake_hands(client13(), server);
  read_all(too_many.client);
  EXPECT_EQ(refusal_of(too_many.client), (Refused{"message.ticket_flood", Alert::unexpected_message}));
}

TEST(LongTickets, AreNotKept) {
  Forgers forgers;
  const auto give_ticket = [&](size_t size) {
    Buffer body(4 + 4 + 1);   // age_add, no nonce
    body[2] = 1;              // lifetime, seconds
    put_block(body, Buffer(size, 0x33), 2);
    put(body, 0, 2);
    Buffer message{4};
    put_block(message, body, 3);
    forgers.to_client(message);
    read_all(forgers.pair.client);
    EXPECT_EQ(refusal_of(forgers.pair.client), none);
  };
  give_ticket(longest_ticket + 1);
  EXPECT_FALSE(forgers.pair.client.session());
  give_ticket(longest_ticket);
  EXPECT_TRUE(forgers.pair.client.session());
}

TEST(Floods, OfCertificateRequests) {
  auto client = client13();
  client.post_handshake_auth = true;
  client.identities = {client_identity()};
  auto server = server13();
  server.post_handshake_auth = true;
  server.client_trust = trust();
  auto pair = shake_hands(client, server);
  for (size_t i = 0; i < limits.certificate_requests; ++i) {
    ASSERT_TRUE(pair.server.request_client_certificate());
    pair.pump();
  }
  EXPECT_EQ(refusal_of(pair.client), none);
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_EQ(refusal_of(pair.client), (Refused{"message.unexpected", Alert::unexpected_message}));
}

TEST(Floods, OfRequestsToRenegotiate) {
  auto pair = shake_hands();
  for (size_t i = 0; i < limits.renegotiation_requests; ++i) {
    ASSERT_TRUE(pair.server.renegotiate());
    give(pair.client, take(pair.server));
    EXPECT_EQ(refusal_of(pair.client), none);
    give(pair.server, take(pair.client));   // no_renegotiation, a warning
    ASSERT_EQ(carry(pair, pair.client, pair.server, "x"), "x");
  }
  ASSERT_TRUE(pair.server.renegotiate());
  give(pair.client, take(pair.server));
  EXPECT_EQ(refusal_of(pair.client), (Refused{"message.unexpected", Alert::unexpected_message}));
}

TEST(Floods, OfRenegotiations) {
  auto server = server_options();
  server.renegotiation.allow_peer = true;
  auto pair = shake_hands(client_options(), server);
  for (size_t i = 0; i < limits.renegotiations; ++i) {
    ASSERT_TRUE(pair.client.renegotiate());
    pair.pump();
    ASSERT_TRUE(pair.connected());
    EXPECT_FALSE(pair.client.renegotiating()) << i;
  }
  ASSERT_TRUE(pair.client.renegotiate());
  give(pair.server, take(pair.client));
  EXPECT_LE(pair.server.output().size(), 64u);   // no_renegotiation, and no ServerHello
  pair.pump();
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
}

TEST(Floods, OfPreSharedKeys) {
  const auto proved_by_key = [](size_t keys) {
    auto client = client13();
    auto server = server13();
    for (size_t i = 0; i < keys; ++i) client.external_psks.push_back(shared_key("device-" + std::to_string(i)));
    server.external_psks = {client.external_psks.back()};
    const auto pair = shake_hands(client, server);
    EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
    return !pair.server.summary().external_psk.empty();
  };
  EXPECT_TRUE(proved_by_key(limits.pre_shared_keys));
  EXPECT_FALSE(proved_by_key(limits.pre_shared_keys + 1));   // not looked at: the certificate it is
}

/// Early data that is not taken: the server has lost the ticket's key.
TEST(Floods, OfEarlyDataThatIsSkipped) {
  constexpr size_t most = most_skipped_early_data;
  Table13 table;
  table.server.early_data = EarlyDataPolicy{.limit = 10 * most, .strikes = StrikeRegister::in_memory(now())};
  ConnectOptions connect;
  connect.session = table.connect().client.session();
  connect.early_data = true;
  const auto outcome = [&](size_t size) {
    auto pair = make_pair(client13(), server13(), connect);
    EXPECT_TRUE(pair.client.write_early(Buffer(size, 'e')));
    pair.pump();
    return refusal_of(pair.server);
  };
  EXPECT_EQ(outcome(most), none);
  EXPECT_EQ(outcome(most + 1), (Refused{"record.early_data_too_long", Alert::unexpected_message}));
}

TEST(Floods, OfTime) {
  auto time = std::chrono::steady_clock::time_point{};
  auto server = server13();
  server.environment.steady_clock = [&] { return time; };
  auto pair = make_pair(client13(), server);
  time += limits.handshake_time - std::chrono::milliseconds(1);
  EXPECT_TRUE(pair.server.check_deadline());
  time += std::chrono::milliseconds(1);
  EXPECT_FALSE(pair.server.check_deadline());
  EXPECT_EQ(refusal_of(pair.server), (Refused{"connection.handshake_timeout", Alert::user_canceled}));
}

// Whoever makes us answer and takes nothing, does not make us hold more and more.
TEST(Floods, OfQuestionsWhoseAnswersNobodyTakes) {
  auto pair = shake_hands(client13(), server13());
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(pair.client.update_keys(true));
    ASSERT_TRUE(pair.client.write(as_bytes("x")));
    give(pair.server, take(pair.client));
    ASSERT_EQ(read_all(pair.server), "x");
    ASSERT_LE(pair.server.output().size(), 100u);
  }

  auto old = shake_hands();
  for (size_t i = 0; i < limits.renegotiation_requests; ++i) {
    ASSERT_TRUE(old.client.renegotiate());
    give(old.server, take(old.client));
    ASSERT_LE(old.server.output().size(), 64 * limits.renegotiation_requests);
    give(old.client, old.server.output().last(old.server.output().size() / (i + 1)));   // the client knows it; we still hold it
    ASSERT_EQ(fault_id(old.client), i < limits.warning_alerts ? "" : "alert.warning_flood");
    if (i == limits.warning_alerts) break;
  }
}

}  // namespace
}  // namespace handfast
