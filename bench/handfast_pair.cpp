#include <handfast_pair.hpp>

#include <algorithm>
#include <cstring>
#include <crypto/identity.hpp>
#include <stdexcept>
#include <value.hpp>

namespace bench {
namespace {

using namespace handfast;

template <class Options>
void set_common(Options& options, const Scenario& scenario) {
  options.suites = {scenario.suite};
  options.groups = {scenario.group, scenario.group == Group::x25519 ? Group::secp256r1 : Group::x25519};
  options.schemes = {Scheme::ecdsa_secp256r1_sha256, Scheme::rsa_pss_rsae_sha256, Scheme::rsa_pkcs1_sha256};
  options.tickets = scenario.resumption == Resumption::ticket;
}

Identity identity(const Credential& credential) {
  return value(Identity::from_pem(credential.certificate_pem, credential.key_pem));
}

}  // namespace

HandfastConfig::HandfastConfig(const Scenario& scenario, const Credentials& credentials) {
  auto trust = value(TrustStore::from_pem(credentials.root.certificate_pem));
  ClientOptions client;
  set_common(client, scenario);
  client.trust = trust;
  ServerOptions server;
  set_common(server, scenario);
  server.identities = {identity(credentials.server)};
  constexpr size_t none = 0, some = 1024;
  server.ticket_count = 1;   // of TLS 1.3, as libssl's
  server.session_cache = std::make_shared<SessionCache>(scenario.resumption == Resumption::session_id ? some : none);
  if (scenario.mutual) {
    client.identities = {identity(credentials.client)};
    server.client_auth = ClientAuth::require;
    server.client_trust = trust;
  }
  client_ = value(ClientConfig::make(std::move(client)));
  server_ = value(ServerConfig::make(std::move(server)));
}

void HandfastConfig::forget_peers() const {
  client_->options().trust->state().known->forget_all();
  forget_verdicts();
}

void HandfastConfig::forget_verdicts() const { client_->options().trust->state().verified->forget_all(); }

void require(const Result<>& result) {
  if (!result) throw std::runtime_error("Handfast: " + result.error().message());
}

void send(Connection& from, Buffer& wire) {
  auto output = from.output();
  wire.insert(wire.end(), output.begin(), output.end());
  from.sent(output.size());
}

void receive(Connection& to, Buffer& wire) {
  for (Bytes left = wire; !left.empty();) {
    auto room = to.input();
    if (room.empty()) throw std::runtime_error("Handfast: no room to receive into");
    auto n = std::min(room.size(), left.size());
    std::memcpy(room.data(), left.data(), n);
    require(to.received(n));
    left = left.subspan(n);
  }
  wire.clear();
}

void HandfastPair::handshake(Stopwatch& client, Stopwatch& server) {
  static Buffer to_server(65536), to_client(65536);   // as a kernel's buffers: not of either side
  to_server.clear();
  to_client.clear();
  client.lap([&] {
    client_.emplace(value(Connection::client(config_.client(), host_name, {.session = resume_})));
    send(*client_, to_server);
  });
  server.lap([&] { server_.emplace(value(Connection::server(config_.server()))); });
  for (int turn = 0; turn < 4 && !(client_->connected() && server_->connected()); ++turn) {
    client_bytes_ += to_server.size();
    server.lap([&] {
      receive(*server_, to_server);
      send(*server_, to_client);
    });
    server_bytes_ += to_client.size();
    client.lap([&] {
      receive(*client_, to_client);
      send(*client_, to_server);
    });
  }
  // The last flight of a resumed handshake of TLS 1.2 is the client's.
  if (!to_server.empty()) {
    client_bytes_ += to_server.size();
    server.lap([&] { receive(*server_, to_server); });
  }
  if (!client_->connected() || !server_->connected()) throw std::runtime_error("Handfast: the handshake did not end");
}

}  // namespace bench
