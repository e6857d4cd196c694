// The hellos of a new handshake on a connection: what binds them to the handshake before (RFC 5746 sections 3.5 and 3.7), and what
// must stay as it was.
#include <gtest/gtest.h>

#include "raw_hello.hpp"

namespace handfast {
namespace {

using namespace support;
using messages::ClientHello;
using messages::ServerHello;

constexpr uint16_t server_name = 0, alpn = 16, etm = 22, ems = 23, versions = 43, renegotiation = 0xff01;
constexpr size_t verify_data_size = 12;

using RawEdit = std::function<void(RawHello&)>;

WireMessage take(LinkEnd& end) {
  auto message = std::move(end.outbox.messages.front());
  end.outbox.messages.pop_front();
  return message;
}

template <class Hello>
WireMessage edited(const WireMessage& message, const std::function<void(Hello&)>& edit, const RawEdit& raw_edit) {
  auto hello = *wire::decode<Hello>(message.body());
  if (edit) edit(hello);
  RawHello raw(hello);
  if (raw_edit) raw_edit(raw);
  return raw.message();
}

std::string outcome(const LinkEnd& end) { return end.link->error ? std::string(info(end.link->error->fault).id) : "accepted"; }

struct Stage {
  ClientOptions client = client_options();
  ServerOptions server = server_options();

  LinkPair begin() const {
    LinkPair pair(*ClientConfig::make(client), *ServerConfig::make(server));
    pair.run_until(Side::client, SIZE_MAX);
    EXPECT_TRUE(pair.client.link->done && pair.server.link->done);
    pair.renegotiate();
    return pair;
  }
  std::string server_on(const std::function<void(ClientHello&)>& edit, const RawEdit& raw_edit = {}) const {
    auto pair = begin();
    pair.server.deliver(edited(take(pair.client), edit, raw_edit));
    return outcome(pair.server);
  }
  std::string client_on(const std::function<void(ServerHello&)>& edit, const RawEdit& raw_edit = {}) const {
    auto pair = begin();
    pair.server.deliver(take(pair.client));
    pair.client.deliver(edited(take(pair.server), edit, raw_edit));
    return outcome(pair.client);
  }
};

Buffer& info_of(RawHello& raw) {
  return std::ranges::find(raw.extensions, renegotiation, &std::pair<uint16_t, Buffer>::first)->second;
}

TEST(NewHandshake, AsItIsIsAccepted) {
  EXPECT_EQ(Stage().server_on({}), "accepted");
  EXPECT_EQ(Stage().client_on({}), "accepted");
}

TEST(NewHandshake, IsBoundByEveryByteOfTheClientHello) {
  for (size_t byte = 0; byte < verify_data_size; ++byte)
    EXPECT_EQ(Stage().server_on({}, [&](RawHello& raw) { info_of(raw).at(1 + byte) ^= 1; }), "hello.secure_renegotiation_mismatch");
}

TEST(NewHandshake, IsBoundByEveryByteOfTheServerHello) {
  for (size_t byte = 0; byte < 2 * verify_data_size; ++byte)
    EXPECT_EQ(Stage().client_on({}, [&](RawHello& raw) { info_of(raw).at(1 + byte) ^= 1; }), "hello.secure_renegotiation_mismatch");
}

TEST(NewHandshake, IsBoundByNothingElse) {
  auto empty = [](RawHello& raw) { raw.set(renegotiation, {0}); };
  auto shorter = [](RawHello& raw) {
    auto& info = info_of(raw);
    info.pop_back();
    --info[0];
  };
  auto longer = [](RawHello& raw) {
    auto& info = info_of(raw);
    info.push_back(0);
    ++info[0];
  };
  auto with_half = [](RawHello& raw) {   // the client's alone
    auto& info = info_of(raw);
    info.resize(1 + verify_data_size);
    info[0] = verify_data_size;
  };
  auto with_own = [](RawHello& raw) {   // a ClientHello with what a ServerHello has
    auto& info = info_of(raw);
    info.insert(info.end(), info.begin() + 1, info.end());
    info[0] = 2 * verify_data_size;
  };
  for (const auto& edit : std::vector<RawEdit>{empty, shorter, longer, with_own})
    EXPECT_EQ(Stage().server_on({}, edit), "hello.secure_renegotiation_mismatch");
  for (const auto& edit : std::vector<RawEdit>{empty, shorter, longer, with_half})
    EXPECT_EQ(Stage().client_on({}, edit), "hello.secure_renegotiation_mismatch");
}

// Whatever the configuration allows in a first handshake.
TEST(NewHandshake, IsNeverUnbound) {
  auto without = [](RawHello& raw) { raw.remove(renegotiation); };
  Stage lax;
  lax.client.legacy.accept_peer_without_secure_renegotiation = lax.server.legacy.accept_peer_without_secure_renegotiation = true;
  for (const auto& stage : {Stage(), lax}) {
    EXPECT_EQ(stage.server_on({}, without), "hello.secure_renegotiation_missing");
    EXPECT_EQ(stage.client_on({}, without), "hello.secure_renegotiation_missing");
  }
}

// RFC 5746 section 3.7: even beside the extension.
TEST(NewHandshake, HasNoSignalInstead) {
  auto signal = [](ClientHello& hello) { hello.cipher_suites.items.push_back(Suite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV); };
  EXPECT_EQ(Stage().server_on(signal), "hello.secure_renegotiation_mismatch");
  EXPECT_EQ(Stage().server_on(signal, [](RawHello& raw) { raw.remove(renegotiation); }), "hello.secure_renegotiation_mismatch");
}

TEST(NewHandshake, KeepsTheVersion) {
  EXPECT_EQ(Stage().server_on([](ClientHello& hello) { hello.client_version = Version::tls11; }), "hello.renegotiation_changed");
  EXPECT_EQ(Stage().server_on({}, [](RawHello& raw) { raw.set(versions, {2, 3, 4}); }), "hello.renegotiation_changed");
  // As an OpenSSL client that had TLS 1.3 to offer: the version stays all the same.
  EXPECT_EQ(Stage().server_on({}, [](RawHello& raw) { raw.set(versions, {4, 3, 4, 3, 3}); }), "accepted");
  for (auto version : {Version::tls11, Version::tls13})
    EXPECT_EQ(Stage().client_on([&](ServerHello& hello) { hello.server_version = version; }), "hello.renegotiation_changed");
  EXPECT_EQ(Stage().client_on({}, [](RawHello& raw) { raw.set(versions, {3, 4}); }), "hello.extension_not_offered");
}

TEST(NewHandshake, OffersNothingOfTls13) {
  Stage both;
  both.client.versions = {Version::tls13, Version::tls12};
  auto pair = both.begin();
  ASSERT_EQ(pair.client.link->summary.version, Version::tls12);
  auto hello = *wire::decode<ClientHello>(take(pair.client).body());
  EXPECT_FALSE(hello.extensions.has(extensions::ExtensionType::supported_versions));
  EXPECT_FALSE(hello.extensions.has(extensions::ExtensionType::key_share));
  for (auto suite : hello.cipher_suites.items) EXPECT_NE(static_cast<uint16_t>(suite) >> 8, 0x13) << printable(suite);
  EXPECT_EQ(both.client_on({}), "accepted");
}

TEST(NewHandshake, KeepsTheServerName) {
  auto other = [](RawHello& raw) { raw.set(server_name, {0, 8, 0, 0, 5, 'o', 't', 'h', 'e', 'r'}); };
  EXPECT_EQ(Stage().server_on({}, other), "hello.renegotiation_changed");
  EXPECT_EQ(Stage().server_on({}, [](RawHello& raw) { raw.remove(server_name); }), "hello.renegotiation_changed");
}

// OpenSSL's client offers no protocol in a new handshake, and its server chooses none.
TEST(NewHandshake, KeepsTheProtocol) {
  Stage stage;
  stage.client.alpn = stage.server.alpn = {"one", "two"};
  auto choose = [](std::string_view name) {
    return [name](RawHello& raw) {
      Buffer list{0, 4, 3};
      for (auto c : name) list.push_back(static_cast<uint8_t>(c));
      raw.set(alpn, list);
    };
  };
  EXPECT_EQ(stage.server_on({}), "accepted");
  EXPECT_EQ(stage.client_on({}), "accepted");
  EXPECT_EQ(stage.server_on({}, choose("two")), "hello.renegotiation_changed");
  EXPECT_EQ(stage.client_on({}, choose("two")), "hello.renegotiation_changed");
  auto without = [](RawHello& raw) { raw.remove(alpn); };
  EXPECT_EQ(stage.server_on({}, without), "accepted");
  EXPECT_EQ(stage.client_on({}, without), "accepted");
  auto pair = stage.begin();
  pair.server.deliver(edited<ClientHello>(take(pair.client), {}, without));
  auto answer = wire::decode<ServerHello>(take(pair.server).body());
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->extensions.find<extensions::ChosenProtocol>());   // it was not asked for
  EXPECT_EQ(pair.server.link->summary.alpn, "one");
}

TEST(NewHandshake, KeepsExtendedMasterSecret) {
  auto without = [](RawHello& raw) { raw.remove(ems); };
  EXPECT_EQ(Stage().server_on({}, without), "hello.renegotiation_changed");
  EXPECT_EQ(Stage().client_on({}, without), "hello.renegotiation_changed");
}

// RFC 7366 section 3.1.
TEST(NewHandshake, KeepsEncryptThenMac) {
  Stage stage;
  stage.client.suites = stage.server.suites = {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
  auto without = [](RawHello& raw) { raw.remove(etm); };
  EXPECT_EQ(stage.server_on({}), "accepted");
  EXPECT_EQ(stage.server_on({}, without), "hello.renegotiation_changed");
  EXPECT_EQ(stage.client_on({}, without), "hello.renegotiation_changed");
}

TEST(NewHandshake, OffersNoSessionAndTakesNone) {
  auto pair = Stage().begin();
  auto hello = *wire::decode<ClientHello>(take(pair.client).body());
  EXPECT_TRUE(hello.session_id.bytes.empty());
  EXPECT_TRUE(hello.extensions.find<extensions::SessionTicket>()->ticket.bytes.empty());

  auto first = Stage().begin();
  const auto& ticket = session12(*first.client.link->session)->ticket.bytes;
  auto with_ticket = [&](RawHello& raw) { raw.set(35, ticket); };
  first.server.deliver(edited<ClientHello>(take(first.client), {}, with_ticket));
  EXPECT_EQ(outcome(first.server), "accepted");
  EXPECT_FALSE(first.server.link->summary.resumed);
}

// Who is at the other end

/// Two handshakes on one connection, the second with these.
std::string second(const Stage& first, const ClientOptions& client, const ServerOptions& server) {
  LinkPair pair(*ClientConfig::make(first.client), *ServerConfig::make(first.server));
  pair.run_until(Side::client, SIZE_MAX);
  EXPECT_TRUE(pair.client.link->done && pair.server.link->done);
  pair.renegotiate(*ClientConfig::make(client), *ServerConfig::make(server));
  pair.run_until(Side::client, SIZE_MAX);
  const bool is_done = pair.client.link->done && pair.server.link->done;
  const auto failed = outcome(pair.client.link->error ? pair.client : pair.server);
  EXPECT_EQ(is_done, failed == "accepted");
  return failed + (pair.client.link->error ? " by the client" : pair.server.link->error ? " by the server" : "");
}

Stage mutual() {
  Stage stage;
  stage.client.identities = {client_identity("alice")};
  stage.server.client_auth = ClientAuth::request;
  stage.server.client_trust = trust();
  return stage;
}

TEST(NewHandshake, WithTheSamePeers) {
  const auto stage = mutual();
  EXPECT_EQ(second(stage, stage.client, stage.server), "accepted");
}

// RFC 7627 section 1: somebody may stand between who leads the second handshake to another server than the first.
TEST(NewHandshake, ServerKeepsItsCertificate) {
  for (bool allowed : {false, true}) {
    auto stage = mutual();
    stage.client.renegotiation.allow_identity_change = allowed;
    auto server = stage.server;
    server.identities = {server_identity(KeyKind::rsa)};
    EXPECT_EQ(second(stage, stage.client, server), allowed ? "accepted" : "certificate.identity_changed by the client");
  }
}

// Before it has signed anything for the other one.
TEST(NewHandshake, ClientSaysNothingToAnotherServer) {
  auto stage = mutual();
  LinkPair pair(*ClientConfig::make(stage.client), *ServerConfig::make(stage.server));
  pair.run_until(Side::client, SIZE_MAX);
  auto server = stage.server;
  server.identities = {server_identity(KeyKind::rsa)};
  pair.renegotiate({}, *ServerConfig::make(server));
  pair.server.deliver(take(pair.client));
  pair.client.deliver(take(pair.server));
  EXPECT_EQ(outcome(pair.client), "accepted");
  pair.client.deliver(take(pair.server));
  EXPECT_EQ(outcome(pair.client), "certificate.identity_changed");
  EXPECT_TRUE(pair.client.outbox.messages.empty());
}

TEST(NewHandshake, ClientKeepsItsCertificate) {
  for (bool allowed : {false, true}) {
    auto stage = mutual();
    stage.server.renegotiation.allow_identity_change = allowed;
    auto other = stage.client;
    other.identities = {client_identity("bob")};
    EXPECT_EQ(second(stage, other, stage.server), allowed ? "accepted" : "certificate.identity_changed by the server");
    other.identities.clear();
    EXPECT_EQ(second(stage, other, stage.server), allowed ? "accepted" : "certificate.identity_changed by the server");
  }
}

// The server that would not ask in a first handshake does so here.
TEST(NewHandshake, ClientThatHasShownACertificateIsAskedAgain) {
  auto stage = mutual();
  auto server = stage.server;
  server.client_auth = ClientAuth::none;
  server.post_handshake_auth = true;
  auto other = stage.client;
  other.identities.clear();
  EXPECT_EQ(second(stage, stage.client, server), "accepted");
  EXPECT_EQ(second(stage, other, server), "certificate.identity_changed by the server");
}

TEST(NewHandshake, ClientKeepsItsPreSharedKey) {
  const auto one = *ExternalPsk::make("one", Buffer(16, 1)), two = *ExternalPsk::make("two", Buffer(16, 2));
  for (bool allowed : {false, true}) {
    Stage stage;
    stage.client.suites = stage.server.suites = {Suite::TLS_PSK_WITH_AES_128_GCM_SHA256};
    stage.client.external_psks = {one};
    stage.server.external_psks = {one, two};
    stage.client.renegotiation.allow_identity_change = stage.server.renegotiation.allow_identity_change = allowed;
    EXPECT_EQ(second(stage, stage.client, stage.server), "accepted");
    auto other = stage.client;
    other.external_psks = {two};
    EXPECT_EQ(second(stage, other, stage.server), allowed ? "accepted" : "certificate.identity_changed by the server");
  }
}

TEST(NewHandshake, ClientMayBecomeKnown) {
  auto stage = mutual();
  auto first = stage;
  first.client.identities.clear();
  EXPECT_EQ(second(first, stage.client, stage.server), "accepted");
}

}  // namespace
}  // namespace handfast
