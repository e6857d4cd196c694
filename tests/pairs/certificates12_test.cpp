// What TLS 1.2 has beside a plain certificate: a stapled OCSP response and signed certificate timestamps.
#include <gtest/gtest.h>

#include <handshake/link_pair.hpp>
#include <messages/certificate_status.hpp>

namespace handfast {
namespace {

using namespace support;

struct Table {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  Table() {
    server.identities = {*server_identity().with_staple(server_staple())};
    server.ticket_keys = std::make_shared<TicketKeys>();
  }
  Pair connect(std::shared_ptr<const Session> session = nullptr, Sink* sink = nullptr) {
    ConnectOptions options;
    options.session = std::move(session);
    options.sink = sink;
    return shake_hands(client, server, options);
  }
};

/// The names of the messages that came.
struct Names : Sink {
  std::vector<std::string> seen;
  void event(const Origin&, const Event& event) override {
    auto message = std::get_if<MessageEvent>(&event);
    if (message && message->direction == Direction::received) seen.emplace_back(message->name);
  }
};

TEST(Certificates12, AGoodStapleIsTaken) {
  Table table;
  table.client.require_staple = true;
  Names names;
  auto pair = table.connect(nullptr, &names);
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_TRUE(pair.client.summary().peer->stapled);
  EXPECT_EQ(names.seen, (std::vector<std::string>{"ServerHello", "Certificate", "CertificateStatus", "ServerKeyExchange",
                                                  "ServerHelloDone", "NewSessionTicket", "ChangeCipherSpec", "Finished"}));
  EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
}

TEST(Certificates12, AStapleIsMissedWithAnRsaKeyExchangeToo) {
  Table table;
  table.client.require_staple = true;
  table.client.suites = table.server.suites = {Suite::TLS_RSA_WITH_AES_128_GCM_SHA256};
  table.server.identities = {server_identity(KeyKind::rsa)};
  EXPECT_EQ(fault_id(table.connect().client), "certificate.staple_missing");
}

TEST(Certificates12, NobodyGetsAStapleUnasked) {
  Table table;
  Names names;
  auto pair = table.connect(nullptr, &names);
  ASSERT_TRUE(pair.connected());
  EXPECT_FALSE(pair.client.summary().peer->stapled);
  EXPECT_EQ(std::ranges::count(names.seen, "CertificateStatus"), 0);
}

TEST(Certificates12, AStapleThatSaysRevokedIsRefused) {
  Table table;
  table.client.request_staple = true;
  table.server.identities = {*server_identity().with_staple(server_staple(true))};
  auto pair = table.connect();
  EXPECT_EQ(fault_id(pair.client), "certificate.revoked");
  EXPECT_EQ(pair.server.error()->alert, Alert::certificate_revoked);
}

TEST(Certificates12, AMissingStapleMattersWhereItIsRequired) {
  Table table;
  table.server.identities = {server_identity()};
  table.client.request_staple = true;
  EXPECT_TRUE(table.connect().connected());
  table.client.require_staple = true;
  auto required = table.connect();
  EXPECT_EQ(fault_id(required.client), "certificate.staple_missing");
  EXPECT_EQ(required.server.error()->alert, Alert::bad_certificate_status_response);
}

TEST(Certificates12, AResumptionKeepsWhatTheStapleSaid) {
  Table table;
  table.client.require_staple = true;
  auto session = table.connect().client.session();
  Names names;
  auto resumed = table.connect(session, &names);
  ASSERT_TRUE(resumed.connected());
  EXPECT_TRUE(resumed.client.summary().resumed);
  EXPECT_TRUE(resumed.client.summary().peer->stapled);
  EXPECT_EQ(std::ranges::count(names.seen, "CertificateStatus"), 0);
}

// A session without a staple is none for a configuration that requires one.
TEST(Certificates12, ARequirementIsNotForgottenInAResumption) {
  for (auto version : {Version::tls12, Version::tls13}) {
    Table table;
    table.client.versions = table.server.versions = {version};
    table.server.identities = {server_identity()};
    auto session = table.connect().client.session();
    ASSERT_TRUE(session);
    EXPECT_TRUE(table.connect(session).client.summary().resumed);
    table.client.require_staple = true;
    EXPECT_EQ(fault_id(table.connect(session).client), "certificate.staple_missing");
  }
}

TEST(Certificates12, TimestampsArePassedThrough) {
  const Buffer list{0, 4, 0, 2, 1, 2};
  Table table;
  table.server.identities = {*server_identity().with_timestamps(list)};
  EXPECT_TRUE(table.connect().client.summary().peer->timestamps.empty());
  table.client.request_sct = true;
  auto asked = table.connect();
  ASSERT_TRUE(asked.connected());
  EXPECT_EQ(asked.client.summary().peer->timestamps, list);
}

// A client that can do both asks in one hello, and gets it from a server of either version.
TEST(Certificates12, AreAskedForBesideTls13) {
  for (auto version : {Version::tls12, Version::tls13}) {
    Table table;
    table.client.versions = {Version::tls13, Version::tls12};
    table.server.versions = {version};
    table.client.require_staple = table.client.request_sct = true;
    table.server.identities = {*table.server.identities.front().with_timestamps({0, 4, 0, 2, 1, 2})};
    auto pair = table.connect();
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    EXPECT_TRUE(pair.client.summary().peer->stapled);
    EXPECT_FALSE(pair.client.summary().peer->timestamps.empty());
  }
}

/// A client's fault when the server's CertificateStatus is changed on its way, or kept back.
std::string client_on(bool require, const std::function<bool(WireMessage&)>& edit) {
  Table table;
  (require ? table.client.require_staple : table.client.request_staple) = true;
  LinkPair pair(*ClientConfig::make(table.client), *ServerConfig::make(table.server));
  pair.server.deliver(pair.client.outbox.messages.front());
  for (auto& message : pair.server.outbox.messages)
    if (message.kind != messages::CertificateStatus::kind || edit(message)) pair.client.deliver(message);
  return pair.client.link->error ? std::string(info(pair.client.link->error->fault).id) : "accepted";
}

TEST(Certificates12, TheStapleThatWasAnnouncedMayStayAway) {   // RFC 6066 section 8
  EXPECT_EQ(client_on(false, [](WireMessage&) { return true; }), "accepted");
  EXPECT_EQ(client_on(false, [](WireMessage&) { return false; }), "accepted");
  EXPECT_EQ(client_on(true, [](WireMessage&) { return false; }), "certificate.staple_missing");
}

TEST(Certificates12, ACertificateStatusIsChecked) {
  auto with = [](size_t at, uint8_t value) {
    return [=](WireMessage& message) {
      message.with_header.at(at) = value;
      return true;
    };
  };
  EXPECT_EQ(client_on(false, with(4, 2)), "message.malformed");   // ocsp_multi
  EXPECT_EQ(client_on(false, with(7, 0)), "message.malformed");   // a length that is not its own
  EXPECT_EQ(client_on(false, with(8, 0)), "certificate.staple_invalid");
}

TEST(Certificates12, ACertificateStatusThatWasNotAnnouncedIsRefused) {
  Table table;
  LinkPair pair(*ClientConfig::make(table.client), *ServerConfig::make(table.server));
  pair.server.deliver(pair.client.outbox.messages.front());
  auto& messages = pair.server.outbox.messages;
  pair.client.deliver(messages.at(0));
  pair.client.deliver(messages.at(1));
  pair.client.deliver({handshake_kind(22), "CertificateStatus", {22, 0, 0, 5, 1, 0, 0, 1, 1}});
  ASSERT_TRUE(pair.client.link->error);
  EXPECT_EQ(pair.client.link->error->fault, Fault::unexpected_message);
}

}  // namespace
}  // namespace handfast
