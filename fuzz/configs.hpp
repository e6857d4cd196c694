// configs.hpp: one client and one server configuration with mutual authentication and a still clock.
#pragma once

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

inline std::shared_ptr<const ClientConfig> client_config() {
  ClientOptions options;
  options.trust = must(TrustStore::from_pem(certificate));
  options.identities = {must(Identity::from_pem(certificate, key))};
  options.alpn = {"h2", "http/1.1"};
  options.environment = still_environment();
  return must(ClientConfig::make(std::move(options)));
}

inline std::shared_ptr<const ServerConfig> server_config() {
  ServerOptions options;
  options.identities = {must(Identity::from_pem(certificate, key))};
  options.client_auth = ClientAuth::require;
  options.client_trust = must(TrustStore::from_pem(certificate));
  options.alpn = {"http/1.1"};
  options.environment = still_environment();
  return must(ServerConfig::make(std::move(options)));
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
