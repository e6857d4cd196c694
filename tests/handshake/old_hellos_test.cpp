// Hellos of any age and oddity, as bytes on the wire: what a server answers, or why not.
#include <gtest/gtest.h>

#include <messages/hello.hpp>
#include <support/hello_bytes.hpp>
#include <support/pair.hpp>
#include <wire/codec.hpp>

namespace handfast {
namespace {

using namespace support;
using messages::ServerHello;

using Hello = HelloBytes;
constexpr uint16_t rsa_cbc = 0x002f, ecdhe_gcm = Hello::ecdhe_gcm, secure_renegotiation = Hello::secure_renegotiation;

struct Answer {
  std::string outcome;   ///< "ServerHello", or the id of a fault
  ServerHello hello{};
};

Answer answer_to(const Buffer& wire, ServerOptions options = server_options()) {
  auto config = ServerConfig::make(std::move(options));
  auto server = *Connection::server(*config);
  give(server, wire);
  if (server.error()) return {std::string(info(server.error()->fault).id)};
  auto out = take(server);
  if (out.size() < 9 || out[0] != 22 || out[5] != 2) return {"no ServerHello"};
  auto length = size_t{out[6]} << 16 | size_t{out[7]} << 8 | out[8];
  auto hello = wire::decode<ServerHello>(Bytes(out).subspan(9, length));
  if (!hello) return {"a ServerHello that does not parse"};
  return {"ServerHello", *std::move(hello)};
}
std::string outcome(const Hello& hello) { return answer_to(hello.wire()).outcome; }

TEST(OldHellos, AnOrdinaryOneIsAnswered) { EXPECT_EQ(outcome({}), "ServerHello"); }

TEST(OldHellos, WithoutAnyExtensions) {
  Hello old{.suites = {rsa_cbc, secure_renegotiation}};
  old.has_extensions = false;
  auto server = server_options(KeyKind::rsa);
  server.suites = {Suite::TLS_RSA_WITH_AES_128_CBC_SHA};
  auto answer = answer_to(old.wire(), server);
  ASSERT_EQ(answer.outcome, "ServerHello");
  EXPECT_EQ(answer.hello.cipher_suite, Suite::TLS_RSA_WITH_AES_128_CBC_SHA);
  answer.hello.extensions.each_type([](extensions::ExtensionType type) {
    EXPECT_EQ(type, extensions::ExtensionType::renegotiation_info);   // what the SCSV asks for
  });
  old.has_extensions = true;   // a block that is there and empty is the same
  old.extensions.clear();
  EXPECT_EQ(answer_to(old.wire(), server).outcome, "ServerHello");
  old.suites = {rsa_cbc};
  old.has_extensions = false;
  EXPECT_EQ(answer_to(old.wire(), server).outcome, "hello.secure_renegotiation_missing");
  server.legacy.accept_peer_without_secure_renegotiation = true;
  auto older = answer_to(old.wire(), server);
  ASSERT_EQ(older.outcome, "ServerHello");
  older.hello.extensions.each_type([](extensions::ExtensionType type) { ADD_FAILURE() << static_cast<int>(type); });
}

TEST(OldHellos, ThatLookLikeSsl2AreRefusedByName) {
  // Length with its high bit set, CLIENT-HELLO, SSL 3.1, lengths of suites, session id and challenge (RFC 5246 appendix E.2).
  Buffer ssl2{0x80, 0x2e, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10};
  ssl2.resize(2 + 0x2e, 7);
  auto server = *Connection::server(*ServerConfig::make(server_options()));
  give(server, ssl2);
  ASSERT_TRUE(server.error());
  EXPECT_EQ(server.error()->fault, Fault::sslv2_hello);
  EXPECT_EQ(server.error()->alert, Alert::protocol_version);
  EXPECT_EQ(take(server), (Buffer{21, 3, 1, 0, 2, 2, 70}));
}

TEST(OldHellos, WithCompression) {
  auto deflate = answer_to(Hello{.compressions = {1, 64, 0}}.wire());
  ASSERT_EQ(deflate.outcome, "ServerHello");
  EXPECT_EQ(deflate.hello.compression_method, messages::CompressionMethod::null);
  EXPECT_EQ(outcome({.compressions = {1, 64}}), "hello.compression");
  EXPECT_EQ(name(messages::CompressionMethod::deflate), "deflate");
}

TEST(OldHellos, WithSuitesByTheHundred) {
  Hello hello;
  hello.suites = {secure_renegotiation};
  for (uint16_t suite = 0x0100; suite < 0x0100 + 700; ++suite) hello.suites.push_back(suite);
  EXPECT_EQ(outcome(hello), "hello.no_common_suite");
  hello.suites.push_back(ecdhe_gcm);
  EXPECT_EQ(outcome(hello), "ServerHello");
}

TEST(OldHellos, WithExtensionsByTheDozen) {
  Hello hello;
  for (uint16_t type = 0x4000; type < 0x4000 + 60; ++type) hello.extensions.emplace_back(type, Buffer(type % 9, 0xff));
  auto answer = answer_to(hello.wire());
  ASSERT_EQ(answer.outcome, "ServerHello");
  answer.hello.extensions.each_unknown([](extensions::ExtensionType type, Bytes) { ADD_FAILURE() << static_cast<int>(type); });
}

// What the time has left behind: known by name, never answered.
TEST(OldHellos, WithExtensionsThatNobodyShouldAnswer) {
  Hello hello;
  for (auto [type, data] : std::vector<std::pair<uint16_t, Buffer>>{
           {2, {}},                                          // client_certificate_url
           {3, {0, 22, 0, 1}},                               // trusted_ca_keys: pre_agreed, a SHA-1 of a key
           {4, {}},                                          // truncated_hmac
           {9, {1, 0}},                                      // cert_type
           {12, {3, 'b', 'o', 'b'}},                         // srp
           {15, {1}},                                        // heartbeat
           {17, {0, 7, 2, 0, 4, 0, 0, 0, 0}},                // status_request_v2
           {21, Buffer(100)},                                // padding
           {25, {0, 0}},                                     // cached_info
           {13172, {}}}) {                                   // next_protocol_negotiation
    if (type == 3) data.resize(24, 9);
    hello.extensions.emplace_back(type, data);
    EXPECT_FALSE(extensions::name(extensions::ExtensionType(type)).empty()) << type;
  }
  auto answer = answer_to(hello.wire());
  ASSERT_EQ(answer.outcome, "ServerHello");
  answer.hello.extensions.each_type([](extensions::ExtensionType type) {
    EXPECT_EQ(type, extensions::ExtensionType::renegotiation_info);
  });
}

TEST(OldHellos, WithTrustedCaKeys) {
  auto with = [](Buffer data) {
    Hello hello;
    hello.extensions.emplace_back(3, std::move(data));
    return outcome(hello);
  };
  EXPECT_EQ(with({0, 0}), "ServerHello");
  EXPECT_EQ(with({0, 2, 0, 0}), "ServerHello");
  EXPECT_EQ(with({0, 4, 2, 0, 1, 9}), "ServerHello");         // x509_name
  EXPECT_EQ(with({0, 3, 2, 0, 0}), "message.malformed");      // a name of no bytes
  EXPECT_EQ(with({0, 4, 2, 0, 2, 9}), "message.malformed");   // one that ends too early
  EXPECT_EQ(with({0, 2, 1, 9}), "message.malformed");         // a hash that does
  EXPECT_EQ(with({0, 3, 4, 7, 7}), "ServerHello");            // of a type that is registered some day: it is never answered
  EXPECT_EQ(with({0, 0, 0}), "message.malformed");
}

TEST(OldHellos, AsLongAsTheyMayBe) {
  const auto longest = server_options().limits.client_hello;
  Hello hello;
  auto fill = [&](size_t length) {
    hello.extensions.resize(2);
    const auto left = length - hello.body().size();
    hello.extensions.emplace_back(uint16_t{0x4000}, Buffer(left - 4));
    EXPECT_EQ(hello.body().size(), length);
    return answer_to(hello.wire()).outcome;
  };
  for (uint16_t i = 0; i < 2000; ++i) hello.suites.push_back(static_cast<uint16_t>(0x1000 + i));
  EXPECT_EQ(fill(longest), "ServerHello");
  EXPECT_EQ(fill(longest + 1), "message.too_long");
}

// RFC 5246 appendix E.1: who has more than we do gets the best that we have.
TEST(OldHellos, OfVersionsToCome) {
  for (auto version : std::initializer_list<uint16_t>{0x0304, 0x0305, 0x03ff, 0x0400, 0xffff}) {
    auto answer = answer_to(Hello{.version = version}.wire());
    ASSERT_EQ(answer.outcome, "ServerHello") << version;
    EXPECT_EQ(answer.hello.server_version, Version::tls12);
  }
  auto both = server_options();
  both.versions = {Version::tls13, Version::tls12};
  auto answer = answer_to(Hello{.version = 0x0304}.wire(), both);   // RFC 8446 section 4.2.1: never TLS 1.3 without the list
  ASSERT_EQ(answer.outcome, "ServerHello");
  EXPECT_EQ(answer.hello.server_version, Version::tls12);
  EXPECT_EQ(as_text(Bytes(answer.hello.random).last(8)), "DOWNGRD\x01");
  for (auto version : std::initializer_list<uint16_t>{0x0300, 0x0200, 0x0000}) EXPECT_EQ(outcome({.version = version}), "hello.version_not_supported");
}

TEST(OldHellos, WithSessionIdsOfAnyLength) {
  for (size_t length : {0u, 1u, 31u, 32u}) {
    auto answer = answer_to(Hello{.session_id = Buffer(length, 5)}.wire());
    ASSERT_EQ(answer.outcome, "ServerHello");
    EXPECT_NE(answer.hello.session_id.bytes, Buffer(32, 5));   // it is in no cache
  }
  EXPECT_EQ(outcome({.session_id = Buffer(33, 5)}), "message.malformed");
}

TEST(OldHellos, WithAnExtensionTwice) {
  for (uint16_t type : {uint16_t{3}, uint16_t{15}, uint16_t{0x4000}}) {
    Hello hello;
    hello.extensions.insert(hello.extensions.end(), {{type, {0, 0}}, {type, {0, 0}}});
    EXPECT_EQ(outcome(hello), "hello.duplicate_extension");
  }
}

// IANA's registry, from both ends.
TEST(ExtensionNames, AreKnownForAllThatIsRegistered) {
  for (uint16_t number = 0; number <= 62; ++number)
    EXPECT_EQ(extensions::name(extensions::ExtensionType(number)).empty(), number == 40 || number == 46) << number;
  for (auto [number, text] : std::vector<std::pair<int, std::string_view>>{
           {0, "server_name"}, {17, "status_request_v2"}, {25, "cached_info"}, {35, "session_ticket"}, {41, "pre_shared_key"},
           {51, "key_share"}, {54, "connection_id"}, {57, "quic_transport_parameters"}, {62, "tls_flags"},
           {0xfe0d, "encrypted_client_hello"}, {0xff01, "renegotiation_info"}, {63, ""}, {0x0a0a, "GREASE"}})
    EXPECT_EQ(extensions::name(extensions::ExtensionType(static_cast<uint16_t>(number))), text);
}

}  // namespace
}  // namespace handfast
