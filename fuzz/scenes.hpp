// scenes.hpp: what a client and a server can have in common, each kind of handshake once.
#pragma once

#include <array>
#include <catalog/suites.hpp>
#include <crypto/identity.hpp>
#include <crypto/issue.hpp>

#include "configs.hpp"

namespace handfast::fuzz {

/// The first eight are what renegotiation.cpp and cookie.cpp know by name.
enum class Setting : uint8_t {
  tls12, tls13, tls13_retry, both, tls10, psk, dhe_psk, ecdh_anon,
  tls11, static_rsa, static_rsa10, dhe_rsa, dh_anon, ecdhe_psk, null_suite, extended12, ticket12, ticket12_renewed, session_id12,
  asked12, no_ems12, resumed13, early13, early13_refused, external13, external13_without_dhe, raw13, extended13, stateless13,
  late13, hybrid13, asked13, retry_early13, optional13,
};
inline constexpr size_t setting_count = 34;

/// Signatures and keys that are asked for elsewhere, by the side that waits for them.
struct Answer {
  uint64_t token;
  Buffer bytes;
};
inline std::vector<Answer> answers[2];
inline std::vector<Answer>& answers_for(Side side) { return answers[static_cast<size_t>(side)]; }

/// Hands secrets on while somebody wants them: configurations are made once.
class Relay : public KeyLog {
 public:
  void secret(std::string_view label, Bytes client_random, Bytes value) override {
    if (to) to->secret(label, client_random, value);
  }
  std::shared_ptr<KeyLog> to;
};
inline const std::shared_ptr<Relay> key_log = std::make_shared<Relay>();

struct Options {
  ClientOptions client{};
  ServerOptions server{};
  bool resumes = false;      ///< the client has a session
  bool early_data = false;   ///< and writes early data
  bool fallback = false;     ///< it says that a higher version has failed
  std::chrono::hours later{0};   ///< since it has the session
};

/// Takes every flight of early data: the same one comes again with each input.
class Forgetful : public StrikeRegister {
 public:
  bool first_use(const EarlyDataUse&, std::chrono::system_clock::time_point) override { return true; }
};

inline Identity ecdsa() { return must(Identity::from_pem(certificate, key)); }
inline Identity rsa() { return must(Identity::from_pem(rsa_certificate, rsa_key)); }

/// Its key is asked for elsewhere.
inline Identity asked(Side side) {
  return must(Identity::with_callback(certificate, [side, own = ecdsa()](const SigningRequest& request) {
    answers_for(side).push_back({request.token, must(own.state().key.sign(request.scheme, Version::tls12, request.input))});
  }));
}

/// With a response of its own issuer, and timestamps that look like some.
inline Identity stapled(const Identity& plain) {
  const auto issuer = must(crypto::issuer_from_pem(certificate, key, "the fuzzer's"));
  const crypto::StapleSpec good{.valid = {day() - std::chrono::hours(1), day() + std::chrono::hours(100)}};
  const auto with_response = must(plain.with_staple(must(crypto::make_staple(issuer, issuer.certificate, good))));
  return must(with_response.with_timestamps(Buffer{0, 4, 0, 2, 0xab, 0xcd}));
}

/// Both sides show a certificate.
inline Options mutual(std::vector<Version> versions) {
  Options options;
  const auto both = [&](CommonOptions& common) {
    common.alpn = {"http/1.1"};
    common.versions = versions;
    common.groups = {Group::x25519, Group::secp256r1};
    common.environment = still_environment();
    common.renegotiation.allow_peer = true;
    common.key_log = key_log;
  };
  both(options.client);
  both(options.server);
  const auto trust = must(TrustStore::from_pem(std::string(certificate) + std::string(rsa_certificate)));
  options.client.alpn = {"h2", "http/1.1"};
  options.client.trust = options.server.client_trust = trust;
  options.client.key_shares = {Group::x25519};
  options.client.request_staple = options.client.request_sct = true;
  options.client.identities = options.server.identities = {ecdsa()};
  options.server.client_auth = ClientAuth::require;
  options.server.ticket_keys = std::make_shared<TicketKeys>();
  return options;
}

inline ExternalPsk shared_key() { return must(ExternalPsk::make("fuzz", Buffer(16, 0x5c))); }

/// One suite that must be switched on.
inline Options with_suite(Version version, Suite suite) {
  auto options = mutual({version});
  const auto& row = *catalog::find(suite);
  const auto both = [&](CommonOptions& common) {
    common.suites = {suite};
    if (row.key_exchange == catalog::KeyExchange::dhe) common.groups = {Group::ffdhe2048};
    common.legacy.tls10 = version == Version::tls10;
    common.legacy.tls11 = version == Version::tls11;
    common.unsafe.anonymous = row.authentication == catalog::Authentication::anonymous;
    common.unsafe.no_encryption = row.cipher == catalog::Cipher::null;
    if (row.authentication == catalog::Authentication::psk) common.external_psks = {shared_key()};
  };
  both(options.client);
  both(options.server);
  options.client.key_shares.clear();
  if (row.authentication == catalog::Authentication::rsa) options.client.identities = options.server.identities = {rsa()};
  if (row.authentication != catalog::Authentication::anonymous) return options;
  options.server.client_auth = ClientAuth::none;
  options.server.client_trust.reset();
  return options;
}

/// All that TLS 1.2 has beside: a staple, timestamps, small records, no client certificate though one is asked for.
inline Options extended12() {
  auto options = mutual({Version::tls12});
  options.server.identities = {rsa(), stapled(ecdsa())};
  options.client.schemes = {Scheme::ecdsa_secp256r1_sha256};
  options.client.identities.clear();
  options.server.client_auth = ClientAuth::request;
  options.client.record_size_limit = 600;
  options.client.require_extended_master_secret = true;
  return options;
}

inline Options extended13() {
  auto options = mutual({Version::tls13});
  options.client.certificate_compressions = {CertificateCompression::zlib, CertificateCompression::brotli};
  options.server.certificate_compressions = {CertificateCompression::brotli, CertificateCompression::zstd, CertificateCompression::zlib};
  options.server.identities = {stapled(ecdsa())};
  options.client.record_size_limit = 300;
  options.server.record_size_limit = 400;
  options.client.record_padding = options.server.record_padding = 64;
  options.client.require_staple = true;
  return options;
}

inline Options raw13() {
  auto options = mutual({Version::tls13});
  const auto trust = must(TrustStore::nobody().with_raw_keys(must(crypto::public_key_to_pem(
      must(crypto::issuer_from_pem(certificate, key, "the fuzzer's")).key))));
  options.client.trust = options.server.client_trust = trust;
  options.client.identities = options.server.identities = {must(Identity::raw_public_key(key))};
  options.client.request_staple = options.client.request_sct = false;
  return options;
}

inline Options resumed(Version version) {
  auto options = mutual({version});
  options.resumes = true;
  return options;
}

inline Options early13() {
  auto options = resumed(Version::tls13);
  options.early_data = true;
  options.server.early_data = EarlyDataPolicy{.limit = 1000, .strikes = std::make_shared<Forgetful>()};
  return options;
}

inline Options external13() {
  auto options = mutual({Version::tls13});
  options.client.external_psks = {must(ExternalPsk::make("other", Buffer(16, 1))), shared_key()};
  options.server.find_external_psk = [](std::string_view identity) -> std::optional<ExternalPsk> {
    if (identity == "fuzz") return shared_key();
    return std::nullopt;
  };
  return options;
}

/// The server's pre-shared key, or every signature, is asked for elsewhere.
inline Options asked12() {
  auto options = with_suite(Version::tls12, Suite::TLS_PSK_WITH_AES_128_GCM_SHA256);
  options.server.external_psks.clear();
  options.server.find_psk_later = [](const PskRequest& request) { answers_for(Side::server).push_back({request.token, Buffer(16, 0x5c)}); };
  options.server.psk_identity_hint = "hint";
  return options;
}

inline Options asked13() {
  auto options = mutual({Version::tls13, Version::tls12});
  options.client.identities = {asked(Side::client)};
  options.server.identities = {asked(Side::server)};
  return options;
}

inline Options options_of(Setting setting) {
  using enum Setting;
  using enum Suite;
  auto mutual12 = [] { return mutual({Version::tls12}); };
  auto mutual13 = [] { return mutual({Version::tls13}); };
  Options options;
  switch (setting) {
    case tls12: return mutual12();
    case tls13: return mutual13();
    case tls13_retry:
      options = mutual13();
      options.server.groups = {Group::secp256r1};
      return options;
    case both: return mutual({Version::tls13, Version::tls12});
    case tls10: return with_suite(Version::tls10, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA);
    case psk: return with_suite(Version::tls12, TLS_PSK_WITH_AES_128_GCM_SHA256);
    case dhe_psk: return with_suite(Version::tls12, TLS_DHE_PSK_WITH_AES_128_GCM_SHA256);
    case ecdh_anon: return with_suite(Version::tls12, TLS_ECDH_anon_WITH_AES_128_CBC_SHA);
    case tls11: return with_suite(Version::tls11, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA);
    case static_rsa:
      options = with_suite(Version::tls12, TLS_RSA_WITH_AES_128_GCM_SHA256);
      options.client.max_fragment_length = 1024;
      return options;
    case static_rsa10: return with_suite(Version::tls10, TLS_RSA_WITH_AES_128_CBC_SHA);
    case dhe_rsa: return with_suite(Version::tls12, TLS_DHE_RSA_WITH_AES_128_CBC_SHA256);
    case dh_anon: return with_suite(Version::tls12, TLS_DH_anon_WITH_AES_128_CBC_SHA);
    case ecdhe_psk:
      options = with_suite(Version::tls12, TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256);
      options.server.psk_identity_hint = "fuzz";
      options.client.choose_psk = [](std::string_view) -> std::optional<ExternalPsk> { return shared_key(); };
      return options;
    case null_suite: return with_suite(Version::tls12, TLS_RSA_WITH_NULL_SHA256);
    case extended12: return fuzz::extended12();
    case ticket12: return resumed(Version::tls12);
    case ticket12_renewed:
      options = resumed(Version::tls12);
      options.later = std::chrono::hours(18);
      return options;
    case session_id12:
      options = resumed(Version::tls12);
      options.server.tickets = false;
      return options;
    case asked12: return fuzz::asked12();
    case no_ems12:
      options = with_suite(Version::tls12, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384);
      options.client.encrypt_then_mac = false;
      options.client.tickets = false;
      options.fallback = true;
      return options;
    case resumed13: return resumed(Version::tls13);
    case early13: return fuzz::early13();
    case early13_refused:
      options = fuzz::early13();
      options.later = std::chrono::hours(1);   // more than the ticket's age says
      return options;
    case external13: return fuzz::external13();
    case external13_without_dhe:
      options = fuzz::external13();
      options.client.allow_psk_without_dhe = options.server.allow_psk_without_dhe = true;
      return options;
    case raw13: return fuzz::raw13();
    case extended13: return fuzz::extended13();
    case stateless13:
      options = mutual13();
      options.server.stateless_retry = true;
      return options;
    case late13:
      options = mutual({Version::tls13, Version::tls12});
      options.server.client_auth = ClientAuth::none;
      options.client.post_handshake_auth = options.server.post_handshake_auth = true;
      return options;
    case hybrid13:
      options = mutual13();
      options.client.groups = options.server.groups = {Group::X25519MLKEM768, Group::x25519};
      options.client.key_shares = {Group::X25519MLKEM768};
      return options;
    case asked13: return fuzz::asked13();
    case retry_early13:
      options = fuzz::early13();
      options.server.groups = {Group::secp256r1};
      return options;
    case optional13:
      options = mutual13();
      options.client.identities.clear();
      options.server.client_auth = ClientAuth::request;
      options.client.middlebox_compatibility = options.client.grease = false;
      return options;
  }
  std::abort();
}

/// Both sides of a setting, made once, at the first input that wants them.
struct Sides {
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
  std::shared_ptr<const Session> session{};
  bool early_data = false, fallback = false;
};

/// A session of an honest handshake.
inline std::shared_ptr<const Session> make_session(const Sides& sides) {
  auto client = must(Connection::client(sides.client, "fuzz.example"));
  auto server = must(Connection::server(sides.server));
  for (auto round = 0; round < 4; ++round)
    if (!feed(server, drain(client)) || !feed(client, drain(server))) break;
  if (!client.connected() || !server.connected() || !client.session()) std::abort();
  return client.session();
}

inline Sides make_sides(Setting setting) {
  auto options = options_of(setting);
  auto since = std::make_shared<std::chrono::hours>(0);
  options.client.environment.wall_clock = options.server.environment.wall_clock = [since] { return day() + *since; };
  Sides sides{must(ClientConfig::make(std::move(options.client))), must(ServerConfig::make(std::move(options.server)))};
  if (options.resumes) sides.session = make_session(sides);
  sides.early_data = options.early_data;
  sides.fallback = options.fallback;
  *since = options.later;
  return sides;
}

/// By its number, counted around. Everything after it is the same for the same input.
inline const Sides& sides(size_t setting) {
  static std::array<std::optional<Sides>, setting_count> all;
  auto& one = all[setting % setting_count];
  restart_randomness();
  if (!one) one = make_sides(static_cast<Setting>(setting % setting_count));
  restart_randomness();
  for (auto& side : answers) side.clear();
  return *one;
}
inline const Sides& sides(Setting setting) { return sides(static_cast<size_t>(setting)); }

inline ConnectOptions connect_options(const Sides& sides) {
  return {.session = sides.session, .early_data = sides.early_data, .fallback = sides.fallback};
}

/// What was asked for elsewhere has come.
inline void answer(Connection& connection, Side side) {
  for (auto& one : std::exchange(answers_for(side), {})) static_cast<void>(connection.complete(one.token, std::move(one.bytes)));
}

}  // namespace handfast::fuzz
