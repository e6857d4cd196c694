// In TLS 1.3 a client is connected before the server has judged it, and alerts may come in the clear.
#include <gtest/gtest.h>

#include <algorithm>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

ServerOptions strict_server() {
  auto options = server13();
  options.client_auth = ClientAuth::require;
  options.client_trust = trust();
  return options;
}

void carry_all(Connection& from, Connection& to) {
  while (!from.output().empty()) {
    auto room = to.input();
    auto n = std::min(room.size(), from.output().size());
    ASSERT_GT(n, 0u);
    std::copy_n(from.output().begin(), n, room.begin());
    from.sent(n);
    static_cast<void>(to.received(n));
  }
}

TEST(Refusal13, ClientIsConnectedBeforeItIsConfirmed) {
  auto pair = make_pair(client13(), strict_server());
  carry_all(pair.client, pair.server);
  carry_all(pair.server, pair.client);
  EXPECT_TRUE(pair.client.connected());
  EXPECT_FALSE(pair.client.peer_confirmed());
  carry_all(pair.client, pair.server);
  carry_all(pair.server, pair.client);
  EXPECT_EQ(pair.client.error()->alert, Alert::certificate_required);
  EXPECT_TRUE(pair.client.refused_by_peer());
  EXPECT_FALSE(pair.client.peer_confirmed());
  EXPECT_FALSE(pair.server.refused_by_peer());
}

struct SentAlerts : Sink {
  size_t in_the_clear = 0, is_protected = 0;
  void event(const Origin&, const Event& event) override {
    auto alert = std::get_if<AlertEvent>(&event);
    if (alert && alert->direction == Direction::sent) ++(alert->is_protected ? is_protected : in_the_clear);
  }
};

// RFC 8446 section 2: once there are keys for it, also between the hellos and our Finished.
TEST(Refusal13, ClientsAlertIsProtected) {
  for (bool compatible : {true, false}) {
    auto client = client13();
    client.trust = TrustStore::nobody();
    client.middlebox_compatibility = compatible;
    SentAlerts alerts;
    ConnectOptions connect;
    connect.sink = &alerts;
    auto pair = shake_hands(client, server13(), connect);
    EXPECT_EQ(fault_id(pair.client), "certificate.issuer_unknown");
    EXPECT_EQ(alerts.is_protected, 1u);
    EXPECT_EQ(alerts.in_the_clear, 0u);
    ASSERT_TRUE(pair.server.error());
    EXPECT_EQ(pair.server.error()->alert, Alert::unknown_ca);
    EXPECT_EQ(pair.server.error()->message().find("unauthenticated"), std::string::npos);
  }
}

// Early data was written under other keys, and is refused: what follows is under those of the handshake.
TEST(Refusal13, ClientsAlertIsProtectedAfterEarlyDataToo) {
  auto server = server13();
  server.ticket_keys = std::make_shared<TicketKeys>();
  server.early_data = EarlyDataPolicy{.limit = 1000, .strikes = StrikeRegister::in_memory(now())};
  auto client = client13();
  auto first = shake_hands(client, server);
  read_all(first.client);
  server.ticket_keys = std::make_shared<TicketKeys>();   // the ticket is of no use
  server.identities = {identity_for("second.test")};
  SentAlerts alerts;
  ConnectOptions connect;
  connect.sink = &alerts;
  connect.session = first.client.session();
  connect.early_data = true;
  auto pair = make_pair(client, server, connect);
  ASSERT_TRUE(pair.client.write_early(as_bytes("early")));
  pair.pump();
  EXPECT_EQ(fault_id(pair.client), "certificate.name_mismatch");
  EXPECT_EQ(alerts.is_protected, 1u);
  ASSERT_TRUE(pair.server.error());
  EXPECT_EQ(pair.server.error()->alert, Alert::bad_certificate);
}

TEST(Refusal13, ServersFirstWordConfirms) {
  auto server = server13();
  server.tickets = false;
  auto pair = shake_hands(client13(), server);
  ASSERT_TRUE(pair.connected());
  EXPECT_FALSE(pair.client.peer_confirmed());
  EXPECT_TRUE(pair.server.peer_confirmed());
  EXPECT_EQ(carry(pair, pair.server, pair.client, "x"), "x");
  EXPECT_TRUE(pair.client.peer_confirmed());
  EXPECT_TRUE(pair.client.summary().application_data_received);
  pair.server.abort(Alert::internal_error);
  pair.pump();
  EXPECT_EQ(pair.client.error()->alert, Alert::internal_error);
  EXPECT_FALSE(pair.client.refused_by_peer());
}

/// As an OpenSSL client does that does not take our certificate.
TEST(Refusal13, AlertInTheClearIsTakenAtItsWord) {
  auto pair = make_pair(client13(), server13());
  carry_all(pair.client, pair.server);
  give(pair.server, Buffer{21, 3, 3, 0, 2, 2, 48});
  EXPECT_EQ(fault_id(pair.server), "alert.received");
  EXPECT_EQ(pair.server.error()->alert, Alert::unknown_ca);
  ASSERT_EQ(pair.server.error()->facts.size(), 2u);
  EXPECT_TRUE(pair.server.error()->facts.back().starts_with("unauthenticated"));
}

TEST(Refusal13, AlertInTheClearIsNotTakenLater) {
  auto pair = shake_hands(client13(), server13());
  ASSERT_TRUE(pair.connected());
  give(pair.server, Buffer{21, 3, 3, 0, 2, 2, 48});
  EXPECT_EQ(fault_id(pair.server), "record.hidden_type_wrong");
  EXPECT_EQ(pair.server.error()->alert, Alert::unexpected_message);
}

/// RFC 8446 section 6.2.
TEST(Refusal13, LevelOfAnAlertSaysNothing) {
  auto pair = make_pair(client13(), server13());
  carry_all(pair.client, pair.server);
  give(pair.server, Buffer{21, 3, 3, 0, 2, 1, 90});
  EXPECT_FALSE(pair.server.error());
  give(pair.server, Buffer{21, 3, 3, 0, 2, 1, 48});
  EXPECT_EQ(fault_id(pair.server), "alert.received");
}

}  // namespace
}  // namespace handfast
