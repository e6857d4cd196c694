// configs.hpp: client and server configurations with mutual authentication and a still clock.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <handfast/handfast.hpp>

#include "identity.hpp"

namespace handfast::fuzz {

/// The value, or the end: what the fuzzers are made of must be right.
template <class T>
T must(Result<T> result) {
  if (!result) std::abort();
  return *std::move(result);
}

inline Environment still_environment() {
  const std::chrono::system_clock::time_point day{std::chrono::sys_days{std::chrono::year{2027} / 1 / 1}};
  return {.wall_clock = [day] { return day; }, .steady_clock = [] { return std::chrono::steady_clock::time_point{}; }};
}

/// What the two sides have in common decides the handshake: TLS 1.2, TLS 1.3, TLS 1.3 after a HelloRetryRequest, the
/// better of both versions, or a key exchange that must be switched on.
enum class Setting : uint8_t { tls12, tls13, tls13_retry, both, tls10, psk, dhe_psk, ecdh_anon };
inline constexpr size_t setting_count = 8;

inline std::vector<Suite> old_suites(Setting setting) {
  switch (setting) {
    case Setting::tls10: return {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
    case Setting::psk: return {Suite::TLS_PSK_WITH_AES_128_GCM_SHA256};
    case Setting::dhe_psk: return {Suite::TLS_DHE_PSK_WITH_AES_128_GCM_SHA256};
    case Setting::ecdh_anon: return {Suite::TLS_ECDH_anon_WITH_AES_128_CBC_SHA};
    default: return {};
  }
}

inline void apply(Setting setting, CommonOptions& options) {
  options.alpn = {"http/1.1"};
  options.environment = still_environment();
  options.renegotiation.allow_peer = true;
  if (setting == Setting::tls12)
    options.versions = {Version::tls12};
  else if (setting == Setting::both)
    options.versions = {Version::tls13, Version::tls12};
  else if (setting == Setting::tls13 || setting == Setting::tls13_retry)
    options.versions = {Version::tls13};
  else
    options.versions = {setting == Setting::tls10 ? Version::tls10 : Version::tls12};
  options.groups = {Group::x25519, Group::secp256r1};
  options.suites = old_suites(setting);
  options.legacy.tls10 = setting == Setting::tls10;
  options.unsafe.anonymous = setting == Setting::ecdh_anon;
  if (setting == Setting::dhe_psk) options.groups = {Group::ffdhe2048};
  if (setting == Setting::psk || setting == Setting::dhe_psk)
    options.external_psks = {must(ExternalPsk::make("fuzz", Buffer(16, 0x5c)))};
}

inline std::shared_ptr<const ClientConfig> client_config(Setting setting) {
  ClientOptions options;
  apply(setting, options);
  options.trust = must(TrustStore::from_pem(certificate));
  options.identities = {must(Identity::from_pem(certificate, key))};
  options.alpn = {"h2", "http/1.1"};
  if (std::ranges::find(options.groups, Group::x25519) != options.groups.end()) options.key_shares = {Group::x25519};
  options.request_staple = options.request_sct = true;
  return must(ClientConfig::make(std::move(options)));
}

inline std::shared_ptr<const ServerConfig> server_config(Setting setting) {
  ServerOptions options;
  apply(setting, options);
  options.identities = {must(Identity::from_pem(certificate, key))};
  if (setting != Setting::ecdh_anon) {
    options.client_auth = ClientAuth::require;
    options.client_trust = must(TrustStore::from_pem(certificate));
  }
  if (setting == Setting::tls13_retry) options.groups = {Group::secp256r1};
  return must(ServerConfig::make(std::move(options)));
}

/// Both sides of a setting, made once.
struct Sides {
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
};
inline const Sides& sides(size_t setting) {
  static const auto make = [](Setting s) { return Sides{client_config(s), server_config(s)}; };
  static const Sides all[setting_count] = {make(Setting::tls12), make(Setting::tls13),   make(Setting::tls13_retry),
                                           make(Setting::both),  make(Setting::tls10),   make(Setting::psk),
                                           make(Setting::dhe_psk), make(Setting::ecdh_anon)};
  return all[setting % setting_count];
}

/// Gives the connection these bytes and reads what they hold; false when it has failed.
inline bool feed(Connection& connection, Bytes bytes) {
  while (!bytes.empty()) {
    auto room = connection.input();
    if (room.empty()) return false;
    const auto n = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), n, room.begin());
    if (!connection.received(n)) return false;
    bytes = bytes.subspan(n);
    for (;;) {
      const auto data = connection.read();
      if (!data) return false;
      if (data->empty()) break;
    }
  }
  return true;
}

/// Takes all that the connection wants to send.
inline Buffer drain(Connection& connection) {
  const auto out = connection.output();
  Buffer bytes(out.begin(), out.end());
  connection.sent(bytes.size());
  return bytes;
}

}  // namespace handfast::fuzz
