// How long the messages of a peer may be, and how much may be in them: as much as the limit says, and not a byte more.
#include <gtest/gtest.h>

#include <crypto/certificate_compression.hpp>
#include <crypto/identity.hpp>
#include <handshake/premaster12.hpp>
#include <handshake/session_state.hpp>
#include <support/hello_bytes.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

constexpr uint8_t handshake_type_record = 22, illegal_parameter = 47;

/// The id of the fault that a server of TLS 1.3 finds in these bytes; its signatures are counted.
struct Asked {
  std::string fault;
  Buffer answer;
  size_t signatures = 0, secrets = 0;
};

struct CountedSecrets : Sink {
  size_t count = 0;
  void event(const Origin&, const Event& event) override { count += std::holds_alternative<SecretEvent>(event); }
};

Asked ask(Bytes wire, ServerOptions options = server13()) {
  Asked asked;
  CountedSecrets secrets;
  options.identities = {*Identity::with_callback(server_chain_pem(KeyKind::p256), [&](SigningRequest) { ++asked.signatures; })};
  AcceptOptions accept;
  accept.sink = &secrets;
  auto server = *Connection::server(*ServerConfig::make(options), accept);
  give(server, wire);
  asked.fault = fault_id(server);
  asked.answer = take(server);
  asked.secrets = secrets.count;
  return asked;
}

void expect_refused(const Asked& asked, std::string_view fault, uint8_t alert = illegal_parameter) {
  EXPECT_EQ(asked.fault, fault);
  EXPECT_EQ(asked.signatures, 0u);
  EXPECT_EQ(asked.secrets, 0u);   // no key was exchanged
  ASSERT_EQ(asked.answer.size(), 7u);
  EXPECT_EQ(asked.answer.back(), alert);
}

constexpr size_t longest_hello = Limits{}.client_hello;

TEST(LongMessages, HelloOfAClient) {
  const auto longest = ask(HelloBytes::tls13().pad_to(longest_hello).wire());
  EXPECT_EQ(longest.fault, "");
  EXPECT_EQ(longest.signatures, 1u);
  EXPECT_GT(longest.secrets, 0u);
  expect_refused(ask(HelloBytes::tls13().pad_to(longest_hello + 1).wire()), "message.too_long");
  // Its header is enough, whatever else it says that it is.
  for (size_t type : {1, 11, 16, 20}) {
    Buffer header{static_cast<uint8_t>(type)};
    put(header, longest_hello + 1, 3);
    expect_refused(ask(plain_records(handshake_type_record, header)), "message.too_long");
  }
}

TEST(LongMessages, ASecondHelloToo) {
  auto wire = HelloBytes::tls13(false).wire();
  const auto first = wire.size();
  put(wire, HelloBytes::tls13().pad_to(longest_hello + 1).wire());
  auto server = *Connection::server(*ServerConfig::make(server13()));
  give(server, Bytes(wire).first(first));
  EXPECT_EQ(fault_id(server), "");
  EXPECT_FALSE(take(server).empty());
  give(server, Bytes(wire).subspan(first));
  EXPECT_EQ(fault_id(server), "message.too_long");
}

/// Of a client that was not asked for a certificate.
TEST(LongMessages, OtherMessagesOfAClient) {
  for (const bool asks : {false, true}) {
    auto server_side = server_options();
    if (asks) {
      server_side.client_auth = ClientAuth::request;
      server_side.client_trust = trust();
    }
    auto server = *Connection::server(*ServerConfig::make(server_side));
    give(server, HelloBytes{}.wire());
    EXPECT_FALSE(take(server).empty());
    Buffer header{11};
    put(header, longest_hello + 1, 3);
    give(server, plain_records(handshake_type_record, header, 16384, 0x0303));
    EXPECT_EQ(fault_id(server), asks ? "" : "message.too_long");
    if (!asks) continue;
    auto another = *Connection::server(*ServerConfig::make(server_side));
    give(another, HelloBytes{}.wire());
    header = {11};
    put(header, Limits{}.handshake_message + 1, 3);
    give(another, plain_records(handshake_type_record, header, 16384, 0x0303));
    EXPECT_EQ(fault_id(another), "message.too_long");
  }
}

/// What the server says in its handshake with this client: bytes of its longest message, and of all.
struct Flight : Sink {
  size_t longest = 0, all = 0;
  Version version = Version::tls13;
  void event(const Origin&, const Event& event) override {
    const auto* message = std::get_if<MessageEvent>(&event);
    if (!message || message->direction != Direction::sent || message->content_type != 22) return;
    if (version == Version::tls13 && message->name == "NewSessionTicket") return;   // after the handshake
    longest = std::max(longest, message->body.size());
    all += message->body.size();
  }
};

class LongFlights : public testing::TestWithParam<Version> {
 protected:
  LongFlights() {
    client.versions = server.versions = {flight.version = GetParam()};
    AcceptOptions accept;
    accept.sink = &flight;
    EXPECT_TRUE(shake_hands(client, server, {}, accept).connected());
  }
  std::string fault_with(const Limits& limits) const {
    auto limited = client;
    limited.limits = limits;
    return fault_id(shake_hands(limited, server).client);
  }
  ClientOptions client = client_options();
  ServerOptions server = server_options(KeyKind::ed25519);   // whose signatures always have one length
  Flight flight;
};

TEST_P(LongFlights, OneMessage) {
  Limits limits;
  limits.handshake_message = flight.longest;
  EXPECT_EQ(fault_with(limits), "");
  --limits.handshake_message;
  EXPECT_EQ(fault_with(limits), "message.too_long");
}

TEST_P(LongFlights, AllMessages) {
  Limits limits;
  limits.handshake = flight.all;
  EXPECT_EQ(fault_with(limits), "");
  --limits.handshake;
  EXPECT_EQ(fault_with(limits), "message.too_long");
}

/// What comes after the handshake is not counted with it.
TEST_P(LongFlights, EndWithTheHandshake) {
  Limits limits;
  limits.handshake = flight.all;
  auto limited = client;
  limited.limits = limits;
  auto server_side = server;
  server_side.ticket_count = 20;
  auto pair = shake_hands(limited, server_side);
  read_all(pair.client);
  EXPECT_EQ(fault_id(pair.client), "");
  EXPECT_EQ(carry(pair, pair.server, pair.client, "after"), "after");
}

INSTANTIATE_TEST_SUITE_P(Versions, LongFlights, testing::Values(Version::tls12, Version::tls13),
                         [](const auto& of) { return std::string(of.param == Version::tls12 ? "Tls12" : "Tls13"); });

/// A server whose chain has its certificate so often.
ServerOptions server_with_chain(size_t length) {
  auto options = server13();
  std::string chain;
  for (size_t i = 0; i < length; ++i) chain += server_chain_pem(KeyKind::p256);
  options.identities = {*Identity::with_callback(chain, [](SigningRequest) {})};
  return options;
}

TEST(LongMessages, ChainsOfCertificates) {
  const auto fault_of = [](size_t length) { return fault_id(shake_hands(client13(), server_with_chain(length)).client); };
  EXPECT_EQ(fault_of(Limits{}.chain_length), "");   // the signature never comes
  EXPECT_EQ(fault_of(Limits{}.chain_length + 1), "certificate.chain_too_long");
}

TEST(LongMessages, CertificatesThatGrowWhenDecompressed) {
  const auto algorithms = crypto::implemented_compressions();
  ASSERT_FALSE(algorithms.empty());
  for (auto algorithm : algorithms) {
    auto client = client13();
    auto server = server_with_chain(10);   // ten times the same
    client.certificate_compressions = server.certificate_compressions = {algorithm};
    size_t plain = 4;   // an empty context, and the length of the list
    for (const auto& der : server.identities.front().chain()) plain += 3 + der.size() + 2;
    client.limits.handshake_message = plain;
    EXPECT_EQ(fault_id(shake_hands(client, server).client), "");
    --client.limits.handshake_message;
    EXPECT_EQ(fault_id(shake_hands(client, server).client), "message.too_long");
  }
}

TEST(LongMessages, Extensions) {
  auto hello = HelloBytes::tls13();
  for (uint16_t type = 0x4000; hello.extensions.size() < extensions::most_extensions; ++type) hello.extensions.emplace_back(type, Buffer{});
  EXPECT_EQ(ask(hello.wire()).fault, "");
  hello.extensions.emplace_back(uint16_t{0x3fff}, Buffer{});
  expect_refused(ask(hello.wire()), "hello.too_many_extensions");
}

TEST(LongMessages, GroupsOfFiniteFields) {
  const auto config = *ClientConfig::make(client_options());
  const auto fault_of = [&](size_t bytes) {
    Link link(Side::client, config->options(), config->pool(), nullptr, 0);
    messages::ServerParams params;
    params.values = messages::Values::dh;
    params.dh.dh_p.bytes = Buffer(bytes, 0xff);
    params.dh.dh_g.bytes = {2};
    params.dh.dh_ys.bytes = {3};
    const auto answer = answer_params(link, config->options(), params);
    return answer ? std::string() : answer.error().message();
  };
  EXPECT_NE(fault_of(most_finite_field_bits / 8 + 1).find("we take 8192 at most"), std::string::npos);
  EXPECT_EQ(fault_of(most_finite_field_bits / 8).find("at most"), std::string::npos);
}

// A ticket with the chain of a client in it may be long; the hello that brings it back must be taken.
TEST(LongMessages, Tickets) {
  auto server = server13();
  server.client_auth = ClientAuth::require;
  server.client_trust = trust();
  server.ticket_keys = std::make_shared<TicketKeys>();
  const auto resumes = [&](size_t room) {
    auto client = client13();
    client.identities = {client_identity()};
    server.limits.client_hello = room;
    auto first = shake_hands(client, server);
    EXPECT_TRUE(first.connected()) << fault_id(first.server);
    read_all(first.client);
    ConnectOptions connect;
    connect.session = first.client.session();
    auto second = shake_hands(client, server, connect);
    EXPECT_TRUE(second.connected()) << fault_id(second.server);
    return second.server.summary().resumed;
  };
  EXPECT_TRUE(resumes(Limits{}.client_hello));
  EXPECT_FALSE(resumes(4096 + 100));   // no ticket is given that is longer than these hundred bytes
  EXPECT_EQ(longest_given_ticket(Limits{}), 8192u);
}

TEST(RefusedHellos, CostNoSignatureAndNoKeyExchange) {
  auto without_suite = HelloBytes::tls13();
  without_suite.suites = {0x1399};
  expect_refused(ask(without_suite.wire()), "hello.no_common_suite", 40);
  auto without_group = HelloBytes::tls13();
  without_group.extensions[1].second = {0, 2, 0x44, 0x44};
  without_group.extensions.back().second = {0, 0};
  expect_refused(ask(without_group.wire()), "hello.no_common_group", 40);
  auto without_scheme = HelloBytes::tls13();
  without_scheme.extensions[2].second = {0, 2, 8, 7};   // Ed25519, and our key is of P-256
  expect_refused(ask(without_scheme.wire()), "hello.no_common_signature_scheme", 40);
  auto of_the_past = HelloBytes{};
  expect_refused(ask(of_the_past.wire()), "hello.version_not_supported", 70);
  auto with_garbage = HelloBytes::tls13();
  with_garbage.extensions[0].second = {9, 9};
  expect_refused(ask(with_garbage.wire()), "message.malformed", 50);
  auto with_wrong_protocol = HelloBytes::tls13();
  with_wrong_protocol.extensions.emplace_back(uint16_t{16}, Buffer{0, 3, 2, 'h', '9'});
  auto options = server13();
  options.alpn = {"h2"};
  expect_refused(ask(with_wrong_protocol.wire(), options), "hello.no_common_protocol", 120);
}

}  // namespace
}  // namespace handfast
