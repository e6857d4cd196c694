#include <support/pair.hpp>

#include <catalog/suites.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace handfast::support {
namespace {

/// Takes memory only where the bytes may be changed.
bool move_bytes(Connection& from, Connection& to, Pair& pair, bool from_client) {
  auto bytes = from.output();
  if (bytes.empty()) return false;
  Buffer changed;
  const auto length = bytes.size();
  if (pair.mutate) {
    changed.assign(bytes.begin(), bytes.end());
    pair.mutate(from_client, changed);
    bytes = changed;
  }
  for (size_t at = 0; at < bytes.size();) {
    auto room = to.input();
    if (room.empty()) break;
    auto n = std::min(room.size(), bytes.size() - at);
    if (pair.chunk) n = std::min(n, pair.chunk);
    std::memcpy(room.data(), bytes.data() + at, n);
    at += n;
    if (!to.received(n)) break;
  }
  from.sent(length);
  return true;
}

}  // namespace

ClientOptions client_options() {
  ClientOptions options;
  options.versions = {Version::tls12};   // a test of TLS 1.3 says so
  options.trust = trust();
  options.environment = environment();
  return options;
}

ServerOptions server_options(KeyKind kind) {
  ServerOptions options;
  options.versions = {Version::tls12};
  options.identities = {server_identity(kind)};
  options.environment = environment();
  return options;
}

ClientOptions client13() {
  auto options = client_options();
  options.versions = {Version::tls13};
  return options;
}

ServerOptions server13(KeyKind kind) {
  auto options = server_options(kind);
  options.versions = {Version::tls13};
  return options;
}

ExternalPsk shared_key(std::string_view identity) {
  return *ExternalPsk::make(identity, Buffer(16, 0x5c));
}

void use_suite(ClientOptions& client, ServerOptions& server, Suite suite, Version version) {
  using catalog::Authentication;
  const auto& row = *catalog::find(suite);
  const auto both = [&](CommonOptions& options) {
    options.versions = {version};
    options.suites = {suite};
    options.legacy.tls10 = version == Version::tls10;
    options.legacy.tls11 = version == Version::tls11;
    options.unsafe.no_encryption = row.cipher == catalog::Cipher::null;
    options.unsafe.anonymous = row.authentication == Authentication::anonymous;
    if (row.authentication == Authentication::psk) options.external_psks = {shared_key()};
  };
  both(client);
  both(server);
  if (row.authentication == Authentication::rsa) server.identities = {server_identity(KeyKind::rsa)};
}

void Pair::pump() {
  for (bool moved = true; moved;) {
    moved = move_bytes(client, server, *this, true);
    moved = move_bytes(server, client, *this, false) || moved;
  }
}

Pair make_pair(ClientOptions client, ServerOptions server, ConnectOptions connect, AcceptOptions accept,
               std::string_view name) {
  auto client_config = ClientConfig::make(std::move(client));
  if (!client_config) throw std::runtime_error(client_config.error().message());
  auto server_config = ServerConfig::make(std::move(server));
  if (!server_config) throw std::runtime_error(server_config.error().message());
  auto client_end = Connection::client(*client_config, name, connect);
  if (!client_end) throw std::runtime_error(client_end.error().message());
  auto server_end = Connection::server(*server_config, accept);
  if (!server_end) throw std::runtime_error(server_end.error().message());
  return Pair{std::move(*client_end), std::move(*server_end)};
}

Pair shake_hands(ClientOptions client, ServerOptions server, ConnectOptions connect, AcceptOptions accept,
                 std::string_view name) {
  auto pair = make_pair(std::move(client), std::move(server), connect, accept, name);
  pair.pump();
  return pair;
}

Buffer take(Connection& connection) {
  Buffer bytes(connection.output().begin(), connection.output().end());
  connection.sent(bytes.size());
  return bytes;
}

void give(Connection& connection, Bytes bytes) {
  while (!bytes.empty()) {
    auto room = connection.input();
    auto n = std::min(room.size(), bytes.size());
    if (n == 0) return;
    std::copy_n(bytes.begin(), n, room.begin());
    if (!connection.received(n)) return;
    bytes = bytes.subspan(n);
  }
}

std::string read_all(Connection& connection) {
  std::string text;
  while (true) {
    auto piece = connection.read();
    if (!piece || piece->empty()) return text;
    text += as_text(*piece);
  }
}

std::string carry(Pair& pair, Connection& from, Connection& to, std::string_view text) {
  std::string arrived;
  for (size_t at = 0; at < text.size(); at += 16384) {
    if (!from.write(as_bytes(text.substr(at, 16384)))) return arrived;
    pair.pump();
    arrived += read_all(to);
  }
  return arrived;
}

std::string fault_id(const Connection& connection) {
  return connection.error() ? std::string(info(connection.error()->fault).id) : std::string();
}

}  // namespace handfast::support
