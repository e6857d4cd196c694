#include <support/scenarios.hpp>

#include <array>
#include <stdexcept>

namespace handfast::support {
namespace {

using enum Suite;

const std::array<uint8_t, 4> word = {'w', 'o', 'r', 'd'};

/// Takes the same early data again and again, so that one ticket serves a whole test.
struct Forgetful : StrikeRegister {
  bool first_use(const EarlyDataUse&, std::chrono::system_clock::time_point) override { return true; }
};

void require_certificate(Scenario& scenario) {
  scenario.client.identities = {client_identity()};
  scenario.server.client_auth = ClientAuth::require;
  scenario.server.client_trust = trust();
}

Scenario scenario13(std::string name) {
  Scenario made{.name = "TLS 1.3 " + std::move(name), .client = client13(), .server = server13()};
  made.client.suites = made.server.suites = {TLS_AES_128_GCM_SHA256};
  made.client.groups = {Group::x25519, Group::secp256r1};
  made.client.key_shares = {Group::x25519};
  made.client.tickets = made.server.tickets = false;
  return made;
}

Scenario scenario12(std::string name, Suite suite, Version version = Version::tls12) {
  Scenario made{.name = std::string(handfast::name(version)) + " " + std::move(name), .client = client_options(), .server = server_options()};
  use_suite(made.client, made.server, suite, version);
  made.client.tickets = made.server.tickets = false;
  return made;
}

void with_tickets(Scenario& scenario) { scenario.client.tickets = scenario.server.tickets = true; }

void add_scenarios13(std::vector<Scenario>& scenarios) {
  auto& mutual = scenarios.emplace_back(scenario13("mutual"));
  require_certificate(mutual);
  with_tickets(mutual);
  auto& hybrid = scenarios.emplace_back(scenario13("hybrid"));
  hybrid.client.groups = hybrid.client.key_shares = {Group::X25519MLKEM768};
  scenarios.emplace_back(scenario13("retried")).server.groups = {Group::secp256r1};
  auto& stateless = scenarios.emplace_back(scenario13("stateless retry"));
  stateless.server.stateless_retry = true;
  auto& resumed = scenarios.emplace_back(scenario13("resumed"));
  with_tickets(resumed);
  resumed.resumes = true;
  auto& early = scenarios.emplace_back(scenario13("early data"));
  with_tickets(early);
  early.resumes = early.early_data = true;
  early.server.early_data = EarlyDataPolicy{.strikes = std::make_shared<Forgetful>()};
  auto& psk = scenarios.emplace_back(scenario13("external key"));
  psk.client.external_psks = psk.server.external_psks = {shared_key()};
  auto& late = scenarios.emplace_back(scenario13("late certificate"));
  late.client.post_handshake_auth = late.server.post_handshake_auth = true;
  late.client.identities = {client_identity()};
  late.server.client_trust = trust();
  late.then = Then::late_certificate;
  scenarios.emplace_back(scenario13("new keys")).then = Then::new_keys;
}

void add_scenarios12(std::vector<Scenario>& scenarios) {
  const auto usual = TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
  auto& mutual = scenarios.emplace_back(scenario12("mutual", usual));
  require_certificate(mutual);
  with_tickets(mutual);
  for (bool tickets : {true, false}) {
    auto& resumed = scenarios.emplace_back(scenario12(tickets ? "ticket" : "session id", usual));
    resumed.client.tickets = resumed.server.tickets = tickets;
    resumed.resumes = true;
  }
  scenarios.emplace_back(scenario12("DHE", TLS_DHE_RSA_WITH_AES_128_GCM_SHA256));
  scenarios.emplace_back(scenario12("RSA", TLS_RSA_WITH_AES_128_CBC_SHA));
  scenarios.emplace_back(scenario12("PSK", TLS_PSK_WITH_AES_128_GCM_SHA256)).server.psk_identity_hint = "hint";
  scenarios.emplace_back(scenario12("ECDHE_PSK", TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256));
  scenarios.emplace_back(scenario12("anonymous", TLS_ECDH_anon_WITH_AES_128_CBC_SHA));
  scenarios.emplace_back(scenario12("ECDHE", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Version::tls10));
  auto& again = scenarios.emplace_back(scenario12("renegotiated by the client", usual));
  require_certificate(again);
  again.server.renegotiation.allow_peer = true;
  again.then = Then::client_renegotiates;
  auto& asked = scenarios.emplace_back(scenario12("renegotiated by the server", usual));
  asked.client.renegotiation.allow_peer = true;
  asked.then = Then::server_renegotiates;
}

bool says_word(Connection& from) { return from.write(word).has_value(); }

void listen(Connection& connection) {
  while (true) {
    auto heard = connection.read();
    if (!heard || heard->empty()) return;
  }
}

}  // namespace

std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> scenarios;
  add_scenarios13(scenarios);
  add_scenarios12(scenarios);
  return scenarios;
}

Scenario scenario(std::string_view name) {
  for (auto& each : all_scenarios())
    if (each.name == name) return each;
  throw std::runtime_error("no scenario " + std::string(name));
}

Scene::Scene(const Scenario& scenario) : name(scenario.name), early_data(scenario.early_data), then(scenario.then) {
  auto client_config = ClientConfig::make(scenario.client);
  if (!client_config) throw std::runtime_error(name + ": " + client_config.error().message());
  auto server_config = ServerConfig::make(scenario.server);
  if (!server_config) throw std::runtime_error(name + ": " + server_config.error().message());
  client = *client_config;
  server = *server_config;
  if (!scenario.resumes) return;
  auto first = *begin();
  live(first);
  session = first.client.session();
  if (!session) throw std::runtime_error(name + ": no session: " + fault_id(first.client) + fault_id(first.server));
}

Result<Pair> Scene::begin(Sink* sink) const {
  ConnectOptions options;
  options.sink = sink;
  options.session = session;
  options.early_data = early_data;
  auto client_end = TRY(Connection::client(client, "server.test", options));
  AcceptOptions accept;
  accept.sink = sink;
  auto server_end = TRY(Connection::server(server, accept));
  if (early_data && session) static_cast<void>(client_end.write_early(word));
  return Pair{std::move(client_end), std::move(server_end)};
}

void Scene::live(Pair& pair) const {
  pair.pump();
  if (early_data) static_cast<void>(pair.server.read_early());
  switch (then) {
    case Then::data: break;
    case Then::client_renegotiates: static_cast<void>(pair.client.renegotiate()); break;
    case Then::server_renegotiates: static_cast<void>(pair.server.renegotiate()); break;
    case Then::late_certificate: static_cast<void>(pair.server.request_client_certificate()); break;
    case Then::new_keys: static_cast<void>(pair.client.update_keys(true)); break;
  }
  pair.pump();
  for (bool from_client : {true, false}) {
    auto& from = from_client ? pair.client : pair.server;
    auto& to = from_client ? pair.server : pair.client;
    if (!says_word(from)) return;
    pair.pump();
    listen(to);
  }
  for (auto* end : {&pair.client, &pair.server}) {
    end->close();
    pair.pump();
  }
}

bool Scene::lived(const Pair& pair) const {
  const auto& summary = pair.server.summary();
  const bool renews = then == Then::client_renegotiates || then == Then::server_renegotiates;
  return pair.client.state() == State::closed && pair.server.state() == State::closed && summary.application_data_received &&
         pair.client.summary().application_data_received && summary.resumed == (session != nullptr) &&
         summary.early_data == early_data && summary.renegotiations == (renews ? 1u : 0u) &&
         (then != Then::late_certificate || summary.peer);
}

}  // namespace handfast::support
