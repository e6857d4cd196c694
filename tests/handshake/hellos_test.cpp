// Hellos that break a rule, one rule a line: which fault they meet.
#include <gtest/gtest.h>

#include "raw_hello.hpp"

namespace handfast {
namespace {

using namespace support;
using messages::ClientHello;
using messages::ServerHello;

constexpr uint16_t server_name = 0, status_request = 5, groups = 10, points = 11, schemes = 13, alpn = 16, etm = 22, ems = 23,
                   ticket = 35, versions = 43, renegotiation = 0xff01, unheard_of = 0x1234;

template <class Hello>
using Edit = std::function<void(Hello&)>;
using RawEdit = std::function<void(RawHello&)>;

template <class Hello>
WireMessage edited(const WireMessage& message, const Edit<Hello>& edit, const RawEdit& raw_edit) {
  auto hello = *wire::decode<Hello>(message.body());
  if (edit) edit(hello);
  RawHello raw(hello);
  if (raw_edit) raw_edit(raw);
  return raw.message();
}

WireMessage take(LinkEnd& end) {
  auto message = std::move(end.outbox.messages.front());
  end.outbox.messages.pop_front();
  return message;
}

std::string outcome(const LinkEnd& end) { return end.link->error ? std::string(info(end.link->error->fault).id) : "accepted"; }

/// A server meets a client's hello that was changed, a client that of a server.
struct Stage {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  std::shared_ptr<const ClientConfig> client_config{};
  std::shared_ptr<const ServerConfig> server_config{};
  std::shared_ptr<const Session> session{};

  LinkPair begin() {
    if (!client_config) client_config = *ClientConfig::make(client);
    if (!server_config) server_config = *ServerConfig::make(server);
    return LinkPair(client_config, server_config, session);
  }
  void make_session() {
    auto pair = begin();
    pair.run_until(Side::client, SIZE_MAX);
    session = pair.client.link->session;
  }
  std::string server_on(const Edit<ClientHello>& edit, const RawEdit& raw_edit = {}) {
    auto pair = begin();
    pair.server.deliver(edited(take(pair.client), edit, raw_edit));
    return outcome(pair.server);
  }
  std::string client_on(const Edit<ServerHello>& edit, const RawEdit& raw_edit = {}) {
    auto pair = begin();
    pair.server.deliver(take(pair.client));
    pair.client.deliver(edited(take(pair.server), edit, raw_edit));
    return outcome(pair.client);
  }
};

std::string server_on(const Edit<ClientHello>& edit, const RawEdit& raw_edit = {}) { return Stage().server_on(edit, raw_edit); }
std::string client_on(const Edit<ServerHello>& edit, const RawEdit& raw_edit = {}) { return Stage().client_on(edit, raw_edit); }

TEST(ClientHello, AsItIsIsAccepted) { EXPECT_EQ(server_on({}), "accepted"); }

TEST(ClientHello, Version) {
  auto offers = [](int version) { return [=](ClientHello& hello) { hello.client_version = Version(static_cast<uint16_t>(version)); }; };
  EXPECT_EQ(server_on(offers(0x0304)), "accepted");   // RFC 5246 appendix E.1
  EXPECT_EQ(server_on(offers(0x0302)), "hello.version_not_supported");
  EXPECT_EQ(server_on(offers(0x0300)), "hello.version_not_supported");
  EXPECT_EQ(server_on(offers(0)), "hello.version_not_supported");
  // RFC 8446 section 4.2.1: the list alone counts.
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(versions, {2, 3, 2}); }), "hello.version_not_supported");
  EXPECT_EQ(server_on(offers(0x0301), [](RawHello& raw) { raw.set(versions, {4, 0x7f, 0x1c, 3, 3}); }), "accepted");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(versions, {0}); }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(versions, {3, 3, 3, 3}); }), "message.malformed");
}

TEST(ClientHello, Compression) {
  using enum messages::CompressionMethod;
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.compression_methods.items = {deflate, null}; }), "accepted");
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.compression_methods.items = {deflate}; }), "hello.compression");
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.compression_methods.items = {}; }), "message.malformed");
}

TEST(ClientHello, Suites) {
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.cipher_suites.items = {}; }), "message.malformed");
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.cipher_suites.items = {Suite(0x0a0a)}; }), "hello.no_common_suite");
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.cipher_suites.items.insert(hello.cipher_suites.items.begin(), Suite(0x0a0a)); }),
            "accepted");
  // Nothing that was not named in the configuration, even when it is implemented.
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.cipher_suites.items = {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}; }),
            "hello.no_common_suite");
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.cipher_suites.items = {Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}; }),
            "hello.no_suite_for_certificate");
}

TEST(ClientHello, SecureRenegotiation) {
  auto without = [](RawHello& raw) { raw.remove(renegotiation); };
  EXPECT_EQ(server_on({}, without), "hello.secure_renegotiation_missing");
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.cipher_suites.items.push_back(Suite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV); }, without),
            "accepted");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(renegotiation, {1, 7}); }), "hello.secure_renegotiation_mismatch");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(renegotiation, {}); }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(renegotiation, {2, 7}); }), "message.malformed");
  Stage lax;
  lax.server.legacy.accept_peer_without_secure_renegotiation = true;
  EXPECT_EQ(lax.server_on({}, without), "accepted");
  EXPECT_EQ(lax.server_on({}, [](RawHello& raw) { raw.set(renegotiation, {1, 7}); }), "hello.secure_renegotiation_mismatch");
}

TEST(ClientHello, ExtendedMasterSecret) {
  auto without = [](RawHello& raw) { raw.remove(ems); };
  EXPECT_EQ(server_on({}, without), "accepted");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(ems, {0}); }), "message.malformed");
  Stage strict;
  strict.server.require_extended_master_secret = true;
  EXPECT_EQ(strict.server_on({}, without), "hello.extended_master_secret_missing");
}

// RFC 7627 section 5.3.
TEST(ClientHello, ResumptionKeepsExtendedMasterSecret) {
  for (bool tickets : {true, false}) {
    Stage stage;
    stage.client.tickets = tickets;
    stage.make_session();
    EXPECT_EQ(stage.server_on({}, [](RawHello& raw) { raw.remove(ems); }), "hello.extended_master_secret_changed");
  }
}

// RFC 7627 section 5.4: no session without it, neither ticket nor id.
TEST(ClientHello, WithoutExtendedMasterSecretThereIsNoSession) {
  for (bool tickets : {true, false}) {
    Stage stage;
    stage.client.tickets = tickets;
    auto pair = stage.begin();
    pair.server.deliver(edited<ClientHello>(take(pair.client), {}, [](RawHello& raw) { raw.remove(ems); }));
    auto answer = *wire::decode<ServerHello>(take(pair.server).body());
    EXPECT_TRUE(answer.session_id.bytes.empty());
    EXPECT_EQ(answer.extensions.find<extensions::ServerSessionTicket>(), nullptr);
    EXPECT_EQ(answer.extensions.find<extensions::ServerExtendedMasterSecret>(), nullptr);
  }
}

TEST(ClientHello, PointFormats) {
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.remove(points); }), "accepted");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(points, {2, 1, 0}); }), "accepted");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(points, {1, 1}); }), "hello.uncompressed_points_missing");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(points, {0}); }), "message.malformed");
}

TEST(ClientHello, GroupsAndSchemes) {
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.remove(groups); }), "accepted");   // RFC 8422 section 4
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(groups, {0, 2, 0x0a, 0x0a}); }), "hello.no_common_group");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(groups, {0, 0}); }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(groups, {0, 3, 0, 29, 0}); }), "message.malformed");
  // RFC 5246 section 7.4.1.4.1: without the extension SHA-1 is meant.
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.remove(schemes); }), "hello.no_common_signature_scheme");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(schemes, {0, 2, 2, 3}); }), "hello.no_common_signature_scheme");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(schemes, {0, 0}); }), "message.malformed");
}

TEST(ClientHello, ServerName) {
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.remove(server_name); }), "accepted");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(server_name, {}); }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(server_name, {0, 0}); }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(server_name, {0, 3, 0, 0, 0}); }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(server_name, {0, 4, 1, 0, 1, 'a'}); }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(server_name, {0, 8, 0, 0, 1, 'a', 0, 0, 1, 'b'}); }), "message.malformed");
}

// What a peer sends must not steer the terminal or forge lines of the log that it is shown in.
TEST(ClientHello, FactsArePrintable) {
  Stage stage;
  stage.server.refuse_unknown_names = true;
  auto pair = stage.begin();
  pair.server.deliver(edited<ClientHello>(take(pair.client), {}, [](RawHello& raw) {
    raw.set(server_name, {0, 7, 0, 0, 4, 'a', '\n', 0x1b, 'c'});
  }));
  EXPECT_EQ(outcome(pair.server), "hello.server_name_unknown");
  EXPECT_NE(pair.server.link->error->message().find(R"(a\x0a\x1bc)"), std::string::npos) << pair.server.link->error->message();

  Stage protocols;
  protocols.client.alpn = protocols.server.alpn = {"irc"};
  auto other = protocols.begin();
  other.server.deliver(edited<ClientHello>(take(other.client), {}, [](RawHello& raw) { raw.set(alpn, {0, 3, 2, 0x1b, 'c'}); }));
  EXPECT_EQ(outcome(other.server), "hello.no_common_protocol");
  EXPECT_EQ(other.server.link->error->message().find('\x1b'), std::string::npos);
}

// RFC 6066 section 3: the name is acknowledged in a full handshake, never in a resumption.
TEST(ClientHello, ServerNameIsAcknowledgedOnce) {
  Stage stage;
  auto first = stage.begin();
  first.server.deliver(take(first.client));
  EXPECT_TRUE(wire::decode<ServerHello>(take(first.server).body())->extensions.find<extensions::ServerNameAcknowledged>());
  stage.make_session();
  auto second = stage.begin();
  second.server.deliver(take(second.client));
  ASSERT_TRUE(second.server.link->summary.resumed);
  EXPECT_FALSE(wire::decode<ServerHello>(take(second.server).body())->extensions.find<extensions::ServerNameAcknowledged>());
}

TEST(ClientHello, Protocols) {
  Stage stage;
  stage.client.alpn = {"irc"};
  stage.server.alpn = {"irc"};
  EXPECT_EQ(stage.server_on({}), "accepted");
  EXPECT_EQ(stage.server_on({}, [](RawHello& raw) { raw.remove(alpn); }), "accepted");
  EXPECT_EQ(stage.server_on({}, [](RawHello& raw) { raw.set(alpn, {0, 3, 2, 'h', '2'}); }), "hello.no_common_protocol");
  EXPECT_EQ(stage.server_on({}, [](RawHello& raw) { raw.set(alpn, {0, 0}); }), "message.malformed");
  EXPECT_EQ(stage.server_on({}, [](RawHello& raw) { raw.set(alpn, {0, 5, 3, 'i', 'r', 'c', 0}); }), "message.malformed");
  EXPECT_EQ(stage.server_on({}, [](RawHello& raw) { raw.set(alpn, {0, 4, 4, 'i', 'r', 'c'}); }), "message.malformed");
}

// RFC 7366 section 3: only with a suite that has a MAC.
TEST(ClientHello, EncryptThenMacIsAnsweredForCbcAlone) {
  for (auto suite : {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}) {
    Stage stage;
    stage.client.suites = stage.server.suites = {suite};
    auto pair = stage.begin();
    pair.server.deliver(edited<ClientHello>(take(pair.client), {}, [](RawHello& raw) { raw.set(etm, {}); }));
    auto answer = *wire::decode<ServerHello>(take(pair.server).body());
    EXPECT_EQ(answer.extensions.find<extensions::ServerEncryptThenMac>() != nullptr,
              suite == Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA);
  }
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(etm, {0}); }), "message.malformed");
}

TEST(ClientHello, Shape) {
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.set(unheard_of, {1, 2, 3}); }), "accepted");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.extensions.push_back(raw.extensions.front()); }), "hello.duplicate_extension");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.extensions = {{unheard_of, {}}, {unheard_of, {}}}; }), "hello.duplicate_extension");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.tail = {0}; }), "message.malformed");
  EXPECT_EQ(server_on({}, [](RawHello& raw) { raw.head.pop_back(); }), "message.malformed");
  EXPECT_EQ(server_on([](ClientHello& hello) { hello.session_id.bytes.resize(33); }), "message.malformed");
  // As many extensions as we take, nearly all of them unknown, and one more.
  const auto with_extensions = [](size_t count) {
    return server_on({}, [count](RawHello& raw) {
      for (uint16_t type = 0x2000; raw.extensions.size() < count; ++type) raw.set(type, {});
    });
  };
  EXPECT_EQ(with_extensions(extensions::most_extensions), "accepted");
  EXPECT_EQ(with_extensions(extensions::most_extensions + 1), "hello.too_many_extensions");
}

TEST(ServerHello, AsItIsIsAccepted) { EXPECT_EQ(client_on({}), "accepted"); }

TEST(ServerHello, Version) {
  for (int version : {0x0300, 0x0301, 0x0302, 0x0304, 0xfefd})
    EXPECT_EQ(client_on([&](ServerHello& hello) { hello.server_version = Version(static_cast<uint16_t>(version)); }),
              "hello.version_not_offered");
}

TEST(ServerHello, Suite) {
  for (auto suite : {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Suite::TLS_RSA_WITH_AES_128_GCM_SHA256,
                     Suite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV, Suite(0x1301), Suite(0)})
    EXPECT_EQ(client_on([&](ServerHello& hello) { hello.cipher_suite = suite; }), "hello.suite_not_offered");
}

TEST(ServerHello, Compression) {
  EXPECT_EQ(client_on([](ServerHello& hello) { hello.compression_method = messages::CompressionMethod::deflate; }),
            "hello.compression");
}

TEST(ServerHello, ExtensionsThatWereNotOffered) {
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(status_request, {}); }), "hello.extension_not_offered");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(unheard_of, {}); }), "hello.extension_not_offered");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(alpn, {0, 3, 2, 'h', '2'}); }), "hello.extension_not_offered");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(etm, {}); }), "hello.extension_not_offered");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(versions, {3, 4}); }), "hello.extension_not_offered");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(schemes, {0, 2, 4, 3}); }), "hello.extension_not_allowed");
  Stage no_tickets;
  no_tickets.client.tickets = false;
  EXPECT_EQ(no_tickets.client_on({}, [](RawHello& raw) { raw.set(ticket, {}); }), "hello.extension_not_offered");
}

TEST(ServerHello, SecureRenegotiation) {
  auto without = [](RawHello& raw) { raw.remove(renegotiation); };
  auto with_data = [](RawHello& raw) { raw.set(renegotiation, {1, 7}); };
  EXPECT_EQ(client_on({}, without), "hello.secure_renegotiation_missing");
  EXPECT_EQ(client_on({}, with_data), "hello.secure_renegotiation_mismatch");
  Stage lax;
  lax.client.legacy.accept_peer_without_secure_renegotiation = true;
  EXPECT_EQ(lax.client_on({}, without), "accepted");
  EXPECT_EQ(lax.client_on({}, with_data), "hello.secure_renegotiation_mismatch");
}

TEST(ServerHello, ExtendedMasterSecret) {
  auto without = [](RawHello& raw) { raw.remove(ems); };
  EXPECT_EQ(client_on({}, without), "accepted");
  Stage strict;
  strict.client.require_extended_master_secret = true;
  EXPECT_EQ(strict.client_on({}, without), "hello.extended_master_secret_missing");
}

TEST(ServerHello, EncryptThenMacWithAead) {
  Stage stage;
  stage.client.suites = {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
  EXPECT_EQ(stage.client_on({}, [](RawHello& raw) { raw.set(etm, {}); }), "hello.extension_not_allowed");
}

TEST(ServerHello, PointFormats) {
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.remove(points); }), "accepted");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(points, {1, 1}); }), "hello.uncompressed_points_missing");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(points, {0}); }), "message.malformed");
}

TEST(ServerHello, Protocol) {
  Stage stage;
  stage.client.alpn = stage.server.alpn = {"irc", "h2"};
  EXPECT_EQ(stage.client_on({}), "accepted");
  EXPECT_EQ(stage.client_on({}, [](RawHello& raw) { raw.remove(alpn); }), "accepted");
  EXPECT_EQ(stage.client_on({}, [](RawHello& raw) { raw.set(alpn, {0, 2, 1, 'x'}); }), "hello.protocol_not_offered");
  EXPECT_EQ(stage.client_on({}, [](RawHello& raw) { raw.set(alpn, {0, 7, 3, 'i', 'r', 'c', 2, 'h', '2'}); }), "message.malformed");
  EXPECT_EQ(stage.client_on({}, [](RawHello& raw) { raw.set(alpn, {0, 0}); }), "message.malformed");
  EXPECT_EQ(stage.client_on({}, [](RawHello& raw) { raw.set(alpn, {0, 1, 0}); }), "message.malformed");
}

TEST(ServerHello, Resumption) {
  for (bool tickets : {true, false}) {
    Stage stage;
    stage.client.tickets = tickets;
    stage.make_session();
    EXPECT_EQ(stage.client_on({}), "accepted");
    EXPECT_EQ(stage.client_on([](ServerHello& hello) { hello.cipher_suite = Suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384; }),
              "hello.resumed_session_changed");
    EXPECT_EQ(stage.client_on({}, [](RawHello& raw) { raw.remove(ems); }), "hello.extended_master_secret_changed");
    // With another session id it is a full handshake, whatever the server thinks: a Certificate must come.
    auto pair = stage.begin();
    pair.server.deliver(take(pair.client));
    pair.client.deliver(edited<ServerHello>(take(pair.server), [](ServerHello& hello) { hello.session_id.bytes[0] ^= 1; }, {}));
    EXPECT_FALSE(pair.client.link->summary.resumed);
    pair.client.deliver(take(pair.server));
    EXPECT_EQ(outcome(pair.client), "message.unexpected");
  }
}

TEST(ServerHello, Shape) {
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(server_name, {0}); }), "message.malformed");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(ems, {0}); }), "message.malformed");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.set(ticket, {0}); }), "message.malformed");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.extensions.push_back(raw.extensions.front()); }), "hello.duplicate_extension");
  EXPECT_EQ(client_on({}, [](RawHello& raw) { raw.tail = {0}; }), "message.malformed");
  EXPECT_EQ(client_on([](ServerHello& hello) { hello.session_id.bytes.resize(33); }), "message.malformed");
}

}  // namespace
}  // namespace handfast
