// For every wait of client and server, every message type offered. The table is state_matrix.txt beside this file; run
// with HANDFAST_UPDATE=1 to write it anew, and read the difference.
#include "state_matrix.hpp"

namespace handfast {
namespace {

using namespace support;

/// A flow that must be switched on.
Flow old_flow(std::string name, Suite suite, Version version = Version::tls12) {
  Flow flow{std::move(name)};
  use_suite(flow.client, flow.server, suite, version);
  return flow;
}

std::vector<Flow> old_flows() {
  using enum Suite;
  auto hinted = old_flow("PSK with a hint", TLS_PSK_WITH_AES_128_GCM_SHA256);
  hinted.server.psk_identity_hint = "hint";
  auto dhe = old_flow("DHE, mutual", TLS_DHE_RSA_WITH_AES_128_GCM_SHA256);
  auto first = old_flow("TLS 1.0, static RSA, mutual", TLS_RSA_WITH_AES_128_CBC_SHA, Version::tls10);
  for (auto* flow : {&dhe, &first}) {
    flow->client.identities = {client_identity("alice")};
    flow->server.client_auth = ClientAuth::require;
    flow->server.client_trust = trust();
  }
  return {dhe,
          old_flow("PSK", TLS_PSK_WITH_AES_128_GCM_SHA256),
          hinted,
          old_flow("DHE_PSK", TLS_DHE_PSK_WITH_AES_128_GCM_SHA256),
          old_flow("ECDHE_PSK", TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256),
          old_flow("DH_anon", TLS_DH_anon_WITH_AES_128_GCM_SHA256),
          old_flow("ECDH_anon", TLS_ECDH_anon_WITH_AES_128_CBC_SHA),
          first};
}

std::vector<Flow> flows() {
  Flow ecdhe{"ECDHE"};
  Flow mutual{"ECDHE, mutual"};
  mutual.client.identities = {client_identity("alice")};
  mutual.server.client_auth = ClientAuth::require;
  mutual.server.client_trust = trust();
  Flow asked{"ECDHE, client certificate asked for, none sent"};
  asked.server.client_auth = ClientAuth::request;
  asked.server.client_trust = trust();
  Flow no_ticket{"ECDHE, no tickets"};
  no_ticket.client.tickets = no_ticket.server.tickets = false;
  Flow rsa{"static RSA"};
  rsa.server.identities = {server_identity(KeyKind::rsa)};
  rsa.client.suites = rsa.server.suites = {Suite::TLS_RSA_WITH_AES_128_CBC_SHA};
  Flow rsa_mutual = rsa;
  rsa_mutual.name = "static RSA, mutual";
  rsa_mutual.client.identities = mutual.client.identities;
  rsa_mutual.server.client_auth = ClientAuth::require;
  rsa_mutual.server.client_trust = trust();
  Flow ticket{"resumed by ticket"};
  ticket.resumes = true;
  Flow id = no_ticket;
  id.name = "resumed by session id";
  id.resumes = true;
  Flow again = mutual;
  again.name = "a new handshake on the connection, mutual";
  again.renegotiates = true;
  return {ecdhe, mutual, asked, no_ticket, rsa, rsa_mutual, ticket, id, again};
}

TEST(StateMatrix, AcceptsOnlyWhatIsWaitedFor) {
  auto all = flows();
  std::ranges::move(old_flows(), std::back_inserter(all));
  std::vector<Stage> stages(all.begin(), all.end());
  auto messages = one_of_each(stages);
  for (int type : {0, 5, 8, 21, 22, 23, 24, 25, 67, 99, 254}) add_message(messages, static_cast<uint8_t>(type));
  messages.emplace("handshake 20 as ChangeCipherSpec", WireMessage{handshake_kind(20), "forged", {20, 0, 0, 1, 1}});
  size_t offered = 0;
  expect_golden("state_matrix.txt", state_matrix(stages, messages, false, offered));
  std::printf("%zu messages offered\n", offered);
}

}  // namespace
}  // namespace handfast
