// What a ladder says beside the messages of handshakes that are not the usual ones.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <support/pair.hpp>
#include <trace/json.hpp>
#include <trace/ladder.hpp>
#include <trace/output.hpp>
#include <unistd.h>

namespace handfast::trace {
namespace {

using support::client13;
using support::client_options;
using support::server13;
using support::server_options;

/// A handshake drawn from both sides, all that is written being told with one space between words.
std::string drawn(ClientOptions client, ServerOptions server, LadderOptions options) {
  options.width = 140;
  std::string text;
  Ladder ladder([&](std::string_view line) { text += line; }, std::move(options));
  auto pair = support::shake_hands(std::move(client), std::move(server), {.sink = &ladder, .id = 1}, {.sink = &ladder, .id = 1});
  EXPECT_TRUE(pair.connected()) << support::fault_id(pair.client) << support::fault_id(pair.server);
  return text;
}

std::string steps(ClientOptions client, ServerOptions server) { return drawn(std::move(client), std::move(server), {.steps = true}); }

void expect_parts(const std::string& text, std::initializer_list<std::string_view> parts) {
  for (auto part : parts) EXPECT_NE(text.find(part), text.npos) << part << '\n' << text;
}

void agree_after_a_retry(ClientOptions& client, ServerOptions& server) {
  client.groups = {Group::x25519, Group::secp256r1};
  client.key_shares = {Group::x25519};
  server.groups = {Group::secp256r1};
}

TEST(DrawnDetails, OfARetry) {
  auto client = client13();
  auto server = server13();
  agree_after_a_retry(client, server);
  expect_parts(drawn(client, server, {}), {"shares of x25519", "wants a share of secp256r1", "shares of secp256r1"});
  expect_parts(steps(client, server), {"supported_versions ", "key shares of ", "x25519", "wants a share of secp256r1",
                                       "selected_version TLS 1.3", "key share of secp256r1"});
}

TEST(DrawnDetails, OfARetryForTheCookieAlone) {
  auto server = server13();
  server.stateless_retry = true;
  expect_parts(drawn(client13(), server, {}), {"wants its cookie back"});
}

TEST(DrawnDetails, OfStaticRsa) {
  auto client = client_options();
  auto server = server_options(support::KeyKind::rsa);
  support::use_suite(client, server, Suite::TLS_RSA_WITH_AES_128_GCM_SHA256, Version::tls12);
  expect_parts(steps(client, server), {"46 random bytes, by", "PKCS #1 v1.5 under the server's RSA key", "subject CN=", "issuer CN=",
                                       "key RSA 2048", "not sent, the premaster secret goes under"});
}

TEST(DrawnDetails, OfAPreSharedKeyWithoutAHint) {
  auto client = client_options();
  auto server = server_options();
  support::use_suite(client, server, Suite::TLS_PSK_WITH_AES_128_GCM_SHA256, Version::tls12);
  expect_parts(steps(client, server), {"not sent, the server has no hint"});
}

TEST(DrawnDetails, OfAStaple) {
  auto client = client_options();
  auto server = server_options();
  client.versions = server.versions = {Version::tls12};
  client.request_staple = true;
  const auto staple = support::server_staple();
  server.identities = {*server.identities.front().with_staple(staple)};
  expect_parts(drawn(client, server, {}), {"OCSP response of " + std::to_string(staple.size()) + " bytes"});
}

TEST(DrawnDetails, OfALostConnection) {
  std::string text;
  Ladder ladder([&](std::string_view line) { text += line; }, {.colour = true, .client = "alice"});
  std::vector<nlohmann::json> lines;
  JsonTrace json([&](std::string_view line) { lines.push_back(nlohmann::json::parse(line)); }, {});
  const FaultEvent lost{Error{Fault::truncated, Who::transport, {}, {}}};
  ladder.event({7, Side::client, {}}, lost);
  json.event({7, Side::client, {}}, lost);
  expect_parts(text, {"alice lost the connection: ", "\x1b[31m"});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0]["alert"].is_null());
  EXPECT_EQ(lines[0]["who"], "transport");
}

// A server's ladder outlives its connections: what it knows of each is bounded, the oldest are forgotten.
TEST(DrawnDetails, OfManyConnections) {
  std::string text;
  Ladder ladder([&](std::string_view line) { text += line; });
  for (uint64_t connection = 1; connection <= 5000; ++connection)
    ladder.event({connection, Side::server, {}}, ClosedEvent{Direction::received});
  expect_parts(text, {"connection 2", "connection 5000"});
}

TEST(Output, ToAStreamIsThereAtOnce) {
  std::FILE* file = std::tmpfile();
  ASSERT_TRUE(file);
  const auto output = to_stream(file);
  output("a line\n");
  char text[16] = {};
  EXPECT_EQ(::pread(::fileno(file), text, sizeof text, 0), 7);  // below stdio's own buffer
  EXPECT_STREQ(text, "a line\n");
  std::fclose(file);
}

}  // namespace
}  // namespace handfast::trace
