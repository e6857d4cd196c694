// What the sinks make of real handshakes.
#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <support/pair.hpp>
#include <trace/hex.hpp>
#include <trace/json.hpp>
#include <trace/ladder.hpp>
#include <trace/tee.hpp>

namespace handfast::trace {
namespace {

/// Remembers every secret, to look for it where it must not be.
class SecretsSeen : public KeyLog {
 public:
  void secret(std::string_view, Bytes, Bytes secret) override { hex.push_back(hex_text(secret)); }
  std::vector<std::string> hex;
};

/// A mutual handshake and some data, drawn and written with everything that the sinks can show.
class RealHandshake : public testing::Test {
 protected:
  void shake_hands(ClientOptions client, ServerOptions server) {
    client.key_log = server.key_log = secrets_;
    auto pair = support::shake_hands(std::move(client), std::move(server), {.sink = &both_, .id = 1},
                                     {.sink = &both_, .id = 1});
    if (!pair.connected()) return;
    support::carry(pair, pair.client, pair.server, "hello over there");
    pair.client.close();
    pair.pump();
  }
  static ServerOptions demanding() {
    auto options = support::server_options();
    options.client_auth = ClientAuth::require;
    options.client_trust = support::trust();
    return options;
  }
  size_t arrows(std::string_view name) const {
    size_t found = 0;
    const auto wanted = " " + std::string(name) + " ";
    for (auto at = drawn_.find(wanted); at != drawn_.npos; at = drawn_.find(wanted, at + 1)) ++found;
    return found;
  }

  std::string drawn_;
  std::vector<nlohmann::json> lines_;
  std::shared_ptr<SecretsSeen> secrets_ = std::make_shared<SecretsSeen>();
  Ladder ladder_{[this](std::string_view text) { drawn_ += text; }, {.verbosity = 0, .width = 100}};
  JsonTrace json_{[this](std::string_view line) { lines_.push_back(nlohmann::json::parse(line)); },
                  {.message_bodies = true, .application_data = true}};
  Tee both_{{&ladder_, &json_}};
};

TEST_F(RealHandshake, MutualHandshakeIsDrawnOnceAndCompletely) {
  auto client = support::client_options();
  client.identities = {support::client_identity()};
  shake_hands(std::move(client), demanding());
  for (auto name : {"ClientHello", "ServerHello", "ServerKeyExchange", "CertificateRequest", "ServerHelloDone",
                    "ClientKeyExchange", "CertificateVerify", "application data"})
    EXPECT_EQ(arrows(name), 1u) << name << '\n' << drawn_;
  EXPECT_EQ(arrows("Certificate"), 2u);
  EXPECT_EQ(arrows("ChangeCipherSpec"), 2u);
  EXPECT_EQ(arrows("Finished"), 2u);
  EXPECT_NE(drawn_.find("═ Finished ═"), drawn_.npos);
  EXPECT_NE(drawn_.find("─ ClientHello ─"), drawn_.npos);
  EXPECT_NE(drawn_.find("certificates on both sides"), drawn_.npos);
}

TEST_F(RealHandshake, JsonHasEveryKindOfEventFromBothSides) {
  auto client = support::client_options();
  client.identities = {support::client_identity()};
  shake_hands(std::move(client), demanding());
  for (auto side : {"client", "server"})
    for (auto kind : {"record", "message", "decision", "certificate", "secret", "key_change", "alert", "connected"})
      EXPECT_TRUE(std::ranges::any_of(lines_, [&](const auto& line) { return line["side"] == side && line["event"] == kind; }))
          << side << ' ' << kind;
}

TEST_F(RealHandshake, NoSecretIsShown) {
  auto client = support::client_options();
  client.identities = {support::client_identity()};
  shake_hands(std::move(client), demanding());
  ASSERT_FALSE(secrets_->hex.empty());
  for (const auto& secret : secrets_->hex)
    for (const auto& line : lines_) EXPECT_EQ(line.dump().find(secret.substr(0, 32)), std::string::npos);
}

TEST_F(RealHandshake, RefusalShowsTheAlertInBothColumns) {
  shake_hands(support::client_options(), demanding());
  EXPECT_EQ(arrows("fatal alert"), 2u) << drawn_;  // the arrow, and the client's "received fatal alert"
  EXPECT_NE(drawn_.find("server refused: the client sent no certificate"), drawn_.npos) << drawn_;
  EXPECT_NE(drawn_.find("client was refused"), drawn_.npos) << drawn_;
}

}  // namespace
}  // namespace handfast::trace
