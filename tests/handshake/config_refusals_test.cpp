// Every way in which a configuration can contradict itself, and the words that say what to do.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <handfast/handfast.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using enum Version;
using enum Suite;
using support::client_options;
using support::server_options;

template <class Options>
struct Refused {
  std::string why;
  std::function<void(Options&)> change;
  Fault fault = Fault::config_conflict;
};

template <class Config, class Options>
void expect_refused(const Options& good, const std::vector<Refused<Options>>& rows) {
  EXPECT_TRUE(Config::make(good));
  for (const auto& row : rows) {
    auto options = good;
    row.change(options);
    const auto made = Config::make(options);
    ASSERT_FALSE(made) << row.why;
    EXPECT_EQ(made.error().fault, row.fault) << row.why;
    EXPECT_EQ(made.error().who, Who::local);
    ASSERT_FALSE(made.error().facts.empty()) << row.why;
    EXPECT_EQ(made.error().facts[0], row.why);
  }
}

TEST(ConfigRefusals, OfWhatBothRolesHave) {
  using Options = CommonOptions;
  const std::vector<Refused<Options>> rows = {
      {"versions: SSL 3.0 is not implemented", [](auto& o) { o.versions = {ssl30}; }, Fault::config_unknown_name},
      {"versions: TLS 1.2 stands there twice", [](auto& o) { o.versions = {tls12, tls13, tls12}; }},
      {"versions: TLS 1.1 needs legacy.tls11: its signatures are made with SHA-1 (RFC 8996)",
       [](auto& o) { o.versions = {tls12, tls11}; o.suites = {TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}; }},
      {"suites: none is for TLS 1.2, which versions has",
       [](auto& o) { o.versions = {tls13, tls12}; o.suites = {TLS_AES_128_GCM_SHA256}; }},
      {"suites: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is not for any of the versions",
       [](auto& o) { o.versions = {tls13}; o.suites = {TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}; }},
      {"suites: TLS_RSA_WITH_NULL_SHA256 needs unsafe.no_encryption: everybody on the way reads along",
       [](auto& o) { o.suites = {TLS_RSA_WITH_NULL_SHA256}; }},
      {"suites: TLS_DH_anon_WITH_AES_128_GCM_SHA256 needs unsafe.anonymous: nobody proves who they are",
       [](auto& o) { o.suites = {TLS_DH_anon_WITH_AES_128_GCM_SHA256}; }},
      {"groups: X25519MLKEM768 needs TLS 1.3 among the versions",
       [](auto& o) { o.versions = {tls12}; o.groups = {Group::x25519, Group::X25519MLKEM768}; }},
      {"groups: ffdhe2048 needs TLS 1.3 among the versions, or a DHE suite",
       [](auto& o) { o.versions = {tls12}; o.groups = {Group::x25519, Group::ffdhe2048}; }},
      {"external_psks: keys that both sides have need TLS 1.3 among the versions, or a PSK suite",
       [](auto& o) { o.versions = {tls12}; o.external_psks = {support::shared_key()}; }},
      {"suites: TLS_PSK_WITH_AES_128_GCM_SHA256 needs keys that both sides have (external_psks)",
       [](auto& o) { o.suites = {TLS_PSK_WITH_AES_128_GCM_SHA256}; }},
      {"external_psks: \"device-7\" stands there twice",
       [](auto& o) { o.versions = {tls13}; o.external_psks = {support::shared_key(), support::shared_key("other"), support::shared_key()}; }},
      {"certificate_schemes: rsa_pkcs1_md5_sha1 signs handshakes of TLS 1.0 and 1.1 and nothing else",
       [](auto& o) { o.certificate_schemes = {Scheme::rsa_pkcs1_sha256, Scheme::rsa_pkcs1_md5_sha1}; }},
      {"alpn: \"\" is not 1 to 255 bytes long", [](auto& o) { o.alpn = {"h2", ""}; }},
      {"alpn: \"" + std::string(256, 'a') + "\" is not 1 to 255 bytes long", [](auto& o) { o.alpn = {std::string(256, 'a')}; }},
      {"alpn: the protocol names are longer than 16384 bytes together",
       [](auto& o) { o.alpn.assign(65, std::string(252, 'a')); }},
      {"verified_chain_lifetime is negative", [](auto& o) { o.verified_chain_lifetime = std::chrono::seconds(-1); }},
      {"record_size_limit: 63 is not 64 to 16385", [](auto& o) { o.record_size_limit = 63; }},
      {"record_size_limit: 16386 is not 64 to 16385", [](auto& o) { o.record_size_limit = 16386; }},
      {"environment: a clock is missing", [](auto& o) { o.environment.steady_clock = nullptr; }},
      {"environment: a clock is missing", [](auto& o) { o.environment.wall_clock = nullptr; }},
  };
  std::vector<Refused<ClientOptions>> client_rows;
  std::vector<Refused<ServerOptions>> server_rows;
  for (const auto& row : rows) {
    client_rows.push_back({row.why, row.change, row.fault});
    server_rows.push_back({row.why, row.change, row.fault});
  }
  expect_refused<ClientConfig>(client_options(), client_rows);
  expect_refused<ServerConfig>(server_options(), server_rows);
}

TEST(ConfigRefusals, OfClients) {
  expect_refused<ClientConfig, ClientOptions>(
      client_options(),
      {
          {"max_fragment_length: 1000 is not 512, 1024, 2048 or 4096", [](auto& o) { o.max_fragment_length = 1000; }},
          {"key_shares: secp521r1 is not among the groups",
           [](auto& o) { o.groups = {Group::x25519}; o.key_shares = {Group::secp521r1}; }},
          {"key_shares: x25519 stands there twice", [](auto& o) { o.key_shares = {Group::x25519, Group::x25519}; }},
          {"identities: a raw public key needs TLS 1.3 among the versions",
           [](auto& o) { o.versions = {tls12}; o.identities = {support::raw_key().identity}; }},
          {"choose_psk needs a PSK suite among the suites",
           [](auto& o) { o.choose_psk = [](std::string_view) { return std::optional(support::shared_key()); }; }},
      });
}

TEST(ConfigRefusals, OfServers) {
  const auto asks = [](ServerOptions& o) {
    o.client_auth = ClientAuth::require;
    o.client_trust = support::trust();
  };
  const auto takes_early_data = [](ServerOptions& o) {
    o.versions = {tls13};
    o.early_data = EarlyDataPolicy{.strikes = StrikeRegister::in_memory({})};
  };
  expect_refused<ServerConfig, ServerOptions>(
      server_options(),
      {
          {"identities: a server needs at least one, or external keys", [](auto& o) { o.identities.clear(); },
           Fault::config_identity_missing},
          {"client_trust: asking for client certificates needs the authorities that may issue them",
           [](auto& o) { o.client_auth = ClientAuth::request; }, Fault::config_trust_missing},
          {"client_trust: asking for client certificates later needs the authorities too",
           [](auto& o) { o.post_handshake_auth = true; }, Fault::config_trust_missing},
          {"client_trust is set, but client_auth does not ask for certificates",
           [](auto& o) { o.client_trust = support::trust(); }},
          {"suites: with TLS_DH_anon_WITH_AES_128_GCM_SHA256 no client can be asked for its certificate (RFC 5246 section 7.4.4)",
           [&](auto& o) { asks(o); o.unsafe.anonymous = true; o.suites = {TLS_DH_anon_WITH_AES_128_GCM_SHA256}; }},
          {"identities: a raw public key needs TLS 1.3 among the versions",
           [](auto& o) { o.versions = {tls12}; o.identities = {support::raw_key().identity}; }},
          {"stateless_retry needs TLS 1.3 among the versions", [](auto& o) { o.versions = {tls12}; o.stateless_retry = true; }},
          {"early_data needs TLS 1.3 among the versions", [](auto& o) { o.versions = {tls12}; o.early_data.emplace(); }},
          {"early_data: without a register (strikes) it could be replayed",
           [&](auto& o) { takes_early_data(o); o.early_data->strikes = nullptr; }},
          {"early_data: limit and freshness are positive", [&](auto& o) { takes_early_data(o); o.early_data->limit = 0; }},
          {"early_data: limit and freshness are positive", [&](auto& o) { takes_early_data(o); o.early_data->freshness = {}; }},
          {"early_data needs tickets", [&](auto& o) { takes_early_data(o); o.tickets = false; }},
          {"psk_identity_hint needs a PSK suite among the suites", [](auto& o) { o.psk_identity_hint = "who"; }},
          {"psk_identity_hint has more than 65535 bytes",
           [](auto& o) {
             o.external_psks = {support::shared_key()};
             o.suites = {TLS_PSK_WITH_AES_128_GCM_SHA256};
             o.psk_identity_hint.assign(65536, 'x');
           }},
      });
}

TEST(ConfigRefusals, NotWhatFollowsFromWhatWasNamed) {
  auto client = client_options();
  client.versions.clear();
  client.suites = {TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256};
  EXPECT_EQ((*ClientConfig::make(client))->options().versions, std::vector{tls12});
  client.suites = {TLS_AES_128_GCM_SHA256};
  EXPECT_EQ((*ClientConfig::make(client))->options().versions, std::vector{tls13});
}

}  // namespace
}  // namespace handfast
