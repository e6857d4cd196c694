// What a peer gets that asks a default configuration for something old: each version and suite that is off by default.
#include <gtest/gtest.h>

#include <catalog/suites.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

constexpr Version versions[] = {Version::tls10, Version::tls11, Version::tls12, Version::tls13};

/// The alert that ended the connection, on both sides the same.
std::optional<Alert> alert_of(const Pair& pair) {
  const auto* ours = pair.client.error();
  const auto* theirs = pair.server.error();
  if (!ours || !theirs) return {};
  EXPECT_EQ(ours->alert, theirs->alert);
  return ours->alert;
}

bool is_old(Version version) { return version < Version::tls12; }

void expect_refused(const Pair& pair, const catalog::SuiteRow& row, Version version, std::string_view who) {
  const auto where = printable(version) + ", " + std::string(row.name) + ", " + std::string(who);
  EXPECT_FALSE(pair.client.connected() || pair.server.connected()) << where;
  const auto expected = is_old(version) ? Alert::protocol_version : Alert::handshake_failure;
  EXPECT_EQ(alert_of(pair), expected) << where << ": " << fault_id(pair.client) << " " << fault_id(pair.server);
}

TEST(SwitchedOff, EveryOldVersionAndSuiteIsRefusedByDefault) {
  size_t tried = 0;
  for (const auto& row : catalog::suites()) {
    if (row.on_by_default) continue;
    for (auto version : versions) {
      if (!is_for(row, version)) continue;
      auto client = client_options();
      auto server = server_options();
      client.versions = server.versions = {};   // the library's own defaults
      auto old_client = client;
      auto old_server = server;
      use_suite(old_client, old_server, row.suite, version);
      server.identities = old_server.identities;
      expect_refused(shake_hands(old_client, server), row, version, "asked of a server");
      expect_refused(shake_hands(client, old_server), row, version, "asked of a client");
      tried += 2;
    }
  }
  EXPECT_GT(tried, 400u);
}

Fault fault_of(const Result<std::shared_ptr<const ClientConfig>>& made) { return made ? Fault::last_ : made.error().fault; }

TEST(SwitchedOff, WhatCostsSecurityIsSaidByItsName) {
  for (auto version : {Version::tls10, Version::tls11}) {
    auto options = client_options();
    options.versions = {version};
    options.suites = {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
    EXPECT_EQ(fault_of(ClientConfig::make(options)), Fault::config_conflict);
    (version == Version::tls10 ? options.legacy.tls10 : options.legacy.tls11) = true;
    EXPECT_TRUE(ClientConfig::make(options));
  }
  auto options = client_options();
  options.versions = {Version::ssl30};
  EXPECT_EQ(fault_of(ClientConfig::make(options)), Fault::config_unknown_name);
  for (const auto& row : catalog::suites()) {
    if (has_certificate(row) && row.cipher != catalog::Cipher::null) continue;
    auto plain = client_options();
    plain.versions = {row.last};
    plain.suites = {row.suite};
    EXPECT_EQ(fault_of(ClientConfig::make(plain)), Fault::config_conflict) << row.name;
    auto server = server_options();
    use_suite(plain, server, row.suite, row.last);
    EXPECT_TRUE(ClientConfig::make(plain)) << row.name;
  }
}

TEST(SwitchedOff, AnOldVersionBringsTheBestSuitesThatItHas) {
  auto client = client_options();
  auto server = server_options();
  client.versions = server.versions = {Version::tls10};
  client.suites = server.suites = {};
  client.legacy.tls10 = server.legacy.tls10 = true;
  auto pair = shake_hands(client, server);
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client);
  EXPECT_EQ(pair.client.summary().suite, Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA);
}

}  // namespace
}  // namespace handfast
