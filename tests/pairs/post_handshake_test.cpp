// A client's certificate after the handshake (RFC 8446 section 4.6.2).
#include <gtest/gtest.h>

#include <algorithm>

#include <support/pair.hpp>
#include <support/table13.hpp>

#include "middle13.hpp"

namespace handfast {
namespace {

using namespace support;

ClientOptions willing_client() {
  auto options = client13();
  options.identities = {client_identity()};
  options.post_handshake_auth = true;
  return options;
}

ServerOptions asking_server() {
  auto options = server13();
  options.post_handshake_auth = true;
  options.client_trust = trust();
  return options;
}

TEST(PostHandshake, ClientShowsItsCertificateBetweenTheData) {
  auto pair = shake_hands(willing_client(), asking_server());
  ASSERT_TRUE(pair.connected());
  EXPECT_FALSE(pair.server.summary().peer);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pair.server.request_client_certificate());
    EXPECT_EQ(pair.server.request_client_certificate().error().fault, Fault::client_certificate_unavailable);
    ASSERT_TRUE(pair.client.write(as_bytes("before")));
    ASSERT_TRUE(pair.client.update_keys(true));
    give(pair.server, take(pair.client));   // before the client has seen the request
    EXPECT_EQ(read_all(pair.server), "before");
    pair.pump();
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    ASSERT_TRUE(pair.server.summary().peer);
    EXPECT_TRUE(pair.server.summary().peer->verified);
    EXPECT_EQ(carry(pair, pair.client, pair.server, "after"), "after");
    EXPECT_EQ(carry(pair, pair.server, pair.client, "too"), "too");
  }
}

// RFC 8446 section 4.3.2: such a connection cannot be asked in its handshake.
TEST(PostHandshake, AlsoInAResumedConnection) {
  Table13 table;
  table.client = willing_client();
  table.server = asking_server();
  table.server.ticket_keys = std::make_shared<TicketKeys>();
  auto first = table.connect();
  ASSERT_TRUE(first.server.request_client_certificate());
  first.pump();
  ASSERT_TRUE(first.server.summary().peer);
  auto second = table.connect(first.client.session());
  ASSERT_TRUE(second.connected() && second.server.summary().resumed);
  EXPECT_FALSE(second.server.summary().peer);   // the ticket was given before
  ASSERT_TRUE(second.server.request_client_certificate());
  second.pump();
  ASSERT_TRUE(second.connected()) << fault_id(second.client) << " " << fault_id(second.server);
  EXPECT_EQ(second.server.summary().peer->common_name, "alice");
  EXPECT_EQ(carry(second, second.server, second.client, "after"), "after");
}

TEST(PostHandshake, AlsoAfterACertificateInTheHandshake) {
  auto server = asking_server();
  server.client_auth = ClientAuth::require;
  auto pair = shake_hands(willing_client(), server);
  ASSERT_TRUE(pair.connected());
  ASSERT_TRUE(pair.server.summary().peer);
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_FALSE(pair.server.deadline());   // it has its answer
  EXPECT_EQ(pair.server.summary().peer->common_name, "alice");
}

TEST(PostHandshake, ClientShowsARawPublicKey) {
  const auto raw = raw_key();
  for (const auto& [trusted, refusal] : {std::pair{raw.open, ""}, std::pair{raw_key().open, "certificate.raw_public_key_unknown"}}) {
    auto client = willing_client();
    client.identities = {raw.identity};
    auto server = asking_server();
    server.client_trust = *TrustStore::nobody().with_raw_keys(trusted);
    auto pair = shake_hands(client, server);
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    ASSERT_TRUE(pair.server.request_client_certificate());
    pair.pump();
    EXPECT_EQ(fault_id(pair.server), refusal);
    if (!pair.connected()) continue;
    ASSERT_TRUE(pair.server.summary().peer);
    EXPECT_TRUE(pair.server.summary().peer->raw_public_key && pair.server.summary().peer->verified);
  }
}

TEST(PostHandshake, ClientHasNoneOfTheTypeThatIsTaken) {
  auto client = willing_client();
  client.identities = {raw_key().identity};
  auto pair = shake_hands(client, asking_server());
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_FALSE(pair.server.summary().peer);
}

TEST(PostHandshake, ServerNeedsTheAuthorities) {
  auto server = asking_server();
  server.client_trust.reset();
  EXPECT_EQ(ServerConfig::make(server).error().fault, Fault::config_trust_missing);
}

// With TLS 1.2 it is asked in a new handshake: tests/pairs/renegotiation_test.cpp.

TEST(PostHandshake, ClosingClientDoesNotAnswer) {
  auto pair = shake_hands(willing_client(), asking_server());
  pair.client.close();
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_EQ(fault_id(pair.client), "");
  EXPECT_EQ(fault_id(pair.server), "");
  EXPECT_FALSE(pair.server.summary().peer);
}

TEST(PostHandshake, ClientWithoutCertificateSaysSo) {
  auto client = willing_client();
  client.identities.clear();
  auto pair = shake_hands(client, asking_server());
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_TRUE(pair.connected());
  EXPECT_FALSE(pair.server.summary().peer || pair.server.deadline());
  EXPECT_TRUE(pair.client.summary().client_certificate_requested);
}

TEST(PostHandshake, AnswerHasADeadline) {
  auto time = std::chrono::steady_clock::time_point{};
  auto server = asking_server();
  server.environment.steady_clock = [&] { return time; };
  auto pair = shake_hands(willing_client(), server);
  EXPECT_FALSE(pair.server.deadline());
  for (int i = 0; i < 2; ++i) {
    time += std::chrono::hours(1);
    ASSERT_TRUE(pair.server.request_client_certificate());
    EXPECT_EQ(pair.server.deadline(), time + server.limits.handshake_time);
    time += std::chrono::seconds(1);
    ASSERT_TRUE(pair.client.update_keys());
    give(pair.server, take(pair.client));   // it moves nothing
    EXPECT_EQ(pair.server.deadline(), time - std::chrono::seconds(1) + server.limits.handshake_time);
    pair.pump();
    EXPECT_TRUE(pair.server.summary().peer);
    EXPECT_FALSE(pair.server.deadline() || pair.client.deadline());
  }
  ASSERT_TRUE(pair.server.request_client_certificate());
  time = *pair.server.deadline();
  EXPECT_EQ(pair.server.check_deadline().error().fault, Fault::handshake_timeout);
  EXPECT_EQ(pair.server.state(), State::failed);
}

TEST(PostHandshake, WhoHasClosedIsNotWaitedFor) {
  for (bool by_client : {true, false}) {
    auto pair = shake_hands(willing_client(), asking_server());
    ASSERT_TRUE(pair.server.request_client_certificate());
    EXPECT_TRUE(pair.server.deadline());
    if (by_client) {
      pair.client.close();
      give(pair.server, take(pair.client));
    } else {
      pair.server.close();
    }
    EXPECT_FALSE(pair.server.deadline());
  }
}

TEST(PostHandshake, OnlyWhoHasOfferedIsAsked) {
  auto client = willing_client();
  client.post_handshake_auth = false;
  auto pair = shake_hands(client, asking_server());
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.request_client_certificate().error().fault, Fault::client_certificate_unavailable);
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.request_client_certificate().error().fault, Fault::client_certificate_unavailable);
}

TEST(PostHandshake, CertificateThatIsNotAcceptedFailsTheConnection) {
  auto server = asking_server();
  server.client_trust = TrustStore::nobody();
  auto pair = shake_hands(willing_client(), server);
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_EQ(pair.server.state(), State::failed);
  EXPECT_EQ(pair.client.error()->alert, pair.server.error()->alert);
}

TEST(PostHandshake, CertificateThatIsNotAcceptedTakesNobodysPlace) {
  auto server = asking_server();
  server.client_auth = ClientAuth::require;
  auto later = std::make_shared<std::chrono::hours>(0);
  server.environment.wall_clock = [later] { return now() + *later; };
  auto pair = shake_hands(willing_client(), server);
  ASSERT_TRUE(pair.connected());
  const auto known = pair.server.summary().peer;
  *later = std::chrono::hours(24 * 365 * 50);   // expired
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  EXPECT_EQ(pair.server.state(), State::failed);
  EXPECT_EQ(pair.server.summary().peer, known);
  EXPECT_TRUE(known->verified);
}

TEST(PostHandshake, SignatureThatComesLaterHoldsTheWholeAnswer) {
  auto client = willing_client();
  auto server = asking_server();
  std::optional<SigningRequest> wanted;
  auto external = Identity::with_callback(server_chain_pem(KeyKind::p256),
                                          [&](SigningRequest request) { wanted = std::move(request); });
  ASSERT_TRUE(external);
  client.identities = {*external};
  server.client_trust = TrustStore::insecure_accept_anyone();
  auto pair = shake_hands(client, server);
  ASSERT_TRUE(pair.server.request_client_certificate());
  pair.pump();
  ASSERT_TRUE(wanted);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "meanwhile"), "meanwhile");
  ASSERT_TRUE(pair.client.update_keys());
  EXPECT_FALSE(pair.server.summary().peer);
  ASSERT_TRUE(pair.client.complete(wanted->token, sign_as_server(KeyKind::p256, *wanted)));
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_TRUE(pair.server.summary().peer);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "after"), "after");
}

/// One who stands between them and has their secrets: the client's answer passes as the test wants it.
struct Between {
  Between() {
    auto client = willing_client();
    client.suites = {Suite::TLS_AES_128_GCM_SHA256};
    client.key_log = std::shared_ptr<KeyLog>(&secrets, [](KeyLog*) {});
    auto server = asking_server();
    server.ticket_count = 0;
    pair.emplace(shake_hands(client, server));
    from_client.emplace(secrets.found.at("CLIENT_TRAFFIC_SECRET_0"));
    from_server.emplace(secrets.found.at("SERVER_TRAFFIC_SECRET_0"));
  }

  /// The messages of the client's answer to a request of the server's.
  std::vector<Buffer> answer() {
    EXPECT_TRUE(pair->server.request_client_certificate());
    give(pair->client, take(pair->server));
    std::vector<Buffer> messages;
    for (const auto& record : records_of(take(pair->client))) {
      auto content = from_client->open(record).content;
      for (Bytes rest = content; !rest.empty();) {
        auto size = 4 + (size_t{rest[1]} << 16 | size_t{rest[2]} << 8 | rest[3]);
        messages.emplace_back(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
        rest = rest.subspan(size);
      }
    }
    EXPECT_EQ(messages.size(), 3u);
    return messages;
  }
  void give_server(Buffer content, ContentType type = ContentType::handshake) {
    give(pair->server, from_client->seal({type, std::move(content)}));
  }
  void ask_client(std::string_view context) {
    Buffer body = {static_cast<uint8_t>(context.size())};
    body.insert(body.end(), context.begin(), context.end());
    constexpr uint8_t signature_algorithms[] = {0, 8, 0, 13, 0, 4, 0, 2, 4, 3};
    body.insert(body.end(), std::begin(signature_algorithms), std::end(signature_algorithms));
    Buffer message = {13, 0, 0, static_cast<uint8_t>(body.size())};
    message.insert(message.end(), body.begin(), body.end());
    give(pair->client, from_server->seal({ContentType::handshake, std::move(message)}));
  }

  Secrets secrets;
  std::optional<Pair> pair;
  std::optional<Middle13> from_client, from_server;
};
class PostHandshakeMiddle : public testing::Test, protected Between {};

// RFC 8446 section 4.4.3: without its CertificateVerify a certificate says nothing.
TEST_F(PostHandshakeMiddle, NobodyIsTheClientBeforeItsFinished) {
  for (auto& message : answer()) {
    EXPECT_FALSE(pair->server.summary().peer);
    EXPECT_FALSE(pair->server.summary().client_certificate_sent);
    give_server(std::move(message));
  }
  ASSERT_TRUE(pair->server.connected()) << fault_id(pair->server);
  EXPECT_EQ(pair->server.summary().peer->common_name, "alice");
  EXPECT_TRUE(pair->server.summary().client_certificate_sent);
}

TEST_F(PostHandshakeMiddle, AnswerToAnotherRequestIsRefused) {
  auto messages = answer();
  messages[0][5] ^= 1;   // of its context
  give_server(messages[0]);
  EXPECT_EQ(fault_id(pair->server), "certificate.context_wrong");
}

TEST_F(PostHandshakeMiddle, AnswerIsTakenOnce) {
  auto messages = answer();
  for (const auto& message : messages) give_server(message);
  ASSERT_TRUE(pair->server.summary().peer);
  give_server(messages[0]);
  EXPECT_EQ(fault_id(pair->server), "message.unexpected");
}

TEST_F(PostHandshakeMiddle, OldAnswerIsNoneToANewRequest) {
  auto messages = answer();
  for (const auto& message : messages) give_server(message);
  ASSERT_TRUE(pair->server.request_client_certificate());
  give_server(messages[0]);
  EXPECT_EQ(fault_id(pair->server), "certificate.context_wrong");
}

TEST_F(PostHandshakeMiddle, NothingComesWithinAnAnswer) {
  for (auto type : {ContentType::handshake, ContentType::application_data}) {
    Between fresh;
    auto messages = fresh.answer();
    fresh.give_server(messages[0]);
    fresh.give_server(Buffer{24, 0, 0, 1, 0}, type);   // a KeyUpdate, or data
    EXPECT_EQ(fault_id(fresh.pair->server), "message.unexpected");
    EXPECT_FALSE(fresh.pair->server.summary().peer);
  }
}

TEST_F(PostHandshakeMiddle, CertificateWithoutItsProofIsRefused) {
  auto messages = answer();
  give_server(messages[0]);
  give_server(messages[2]);
  EXPECT_EQ(fault_id(pair->server), "message.unexpected");
  EXPECT_FALSE(pair->server.summary().peer);
}

TEST_F(PostHandshakeMiddle, WrongProofIsRefused) {
  auto messages = answer();
  messages[1].back() ^= 1;
  give_server(messages[0]);
  give_server(messages[1]);
  EXPECT_EQ(fault_id(pair->server), "authentication.signature_invalid");
  EXPECT_FALSE(pair->server.summary().peer);
}

TEST_F(PostHandshakeMiddle, AnswerWithoutARequestIsRefused) {
  give_server({11, 0, 0, 4, 0, 0, 0, 0});   // an empty Certificate
  EXPECT_EQ(fault_id(pair->server), "message.unexpected");
}

// RFC 8446 section 4.3.2.
TEST_F(PostHandshakeMiddle, RequestsAreToldApart) {
  ask_client("one");
  ask_client("two");
  EXPECT_TRUE(pair->client.connected()) << fault_id(pair->client);
  ask_client("one");
  EXPECT_EQ(fault_id(pair->client), "certificate.context_wrong");
}

TEST_F(PostHandshakeMiddle, RequestsAreBounded) {
  for (char context = 'A'; context < 'A' + 32; ++context) ask_client(std::string_view(&context, 1));
  EXPECT_TRUE(pair->client.connected()) << fault_id(pair->client);
  ask_client("more");
  EXPECT_EQ(fault_id(pair->client), "message.unexpected");
}

}  // namespace
}  // namespace handfast
