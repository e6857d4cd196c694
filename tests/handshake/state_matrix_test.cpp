// For every wait of client and server, every message type offered. The table is state_matrix.txt beside this file; run with
// HANDFAST_WRITE_GOLDEN=1 to write it anew, and read the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "link_pair.hpp"

#include <messages/names.hpp>
#include <support/vectors.hpp>

namespace handfast {
namespace {

using namespace support;

struct Flow {
  std::string name;
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  bool resumes = false;
};

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
  return {ecdhe, mutual, asked, no_ticket, rsa, rsa_mutual, ticket, id};
}

/// A flow whose configurations are made once.
struct Stage {
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
  std::shared_ptr<const Session> session;

  explicit Stage(Flow flow) {
    client = *ClientConfig::make(flow.client);
    server = *ServerConfig::make(flow.server);
    if (!flow.resumes) return;
    LinkPair first(client, server);
    first.run_until(Side::client, SIZE_MAX);
    session = first.client.link->session;
  }
  LinkPair begin() const { return LinkPair(client, server, session); }
};

/// One message of every type as it looks on the wire, and what no side of ours sends.
std::map<std::string, WireMessage> one_of_each(const std::vector<Stage>& stages) {
  std::map<std::string, WireMessage> found;
  for (const auto& stage : stages) {
    auto pair = stage.begin();
    for (bool moved = true; moved;) {
      moved = false;
      for (auto to : {Side::client, Side::server}) {
        auto& from = pair.other(to).outbox.messages;
        while (!from.empty()) {
          found.emplace(from.front().name, from.front());
          pair.end(to).deliver(from.front());
          from.pop_front();
          moved = true;
        }
      }
    }
  }
  auto add = [&](uint8_t type) {
    auto kind = handshake_kind(type);
    auto name = std::string(messages::name_of(kind));
    found.emplace(name, WireMessage{kind, name, {type, 0, 0, 0}});
  };
  for (int type : {0, 5, 8, 21, 22, 23, 24, 25, 67, 99, 254}) add(static_cast<uint8_t>(type));
  found.emplace("handshake 20 as ChangeCipherSpec", WireMessage{handshake_kind(20), "forged", {20, 0, 0, 1, 1}});
  return found;
}

std::string outcome(const Stage& stage, Side side, size_t count, const WireMessage& message) {
  auto pair = stage.begin();
  pair.run_until(side, count);
  auto& end = pair.end(side);
  end.deliver(message);
  if (end.link->error) return std::string(info(end.link->error->fault).id);
  if (message.kind == messages::HelloRequest::kind) return "ignored";
  return "accepted";
}

void write_row(std::ostream& out, const std::map<std::string, std::string>& outcomes) {
  std::map<std::string, std::vector<std::string>> by_outcome;
  for (const auto& [message, result] : outcomes) by_outcome[result].push_back(message);
  for (const auto& [result, names] : by_outcome) {
    out << "    " << result << ":";
    if (result == "message.unexpected") {
      out << " all " << names.size() << " others\n";
      continue;
    }
    for (const auto& name : names) out << " " << name;
    out << "\n";
  }
}

std::string matrix(size_t& offered) {
  auto all_flows = flows();
  std::vector<Stage> stages(all_flows.begin(), all_flows.end());
  auto messages = one_of_each(stages);
  std::ostringstream out;
  for (size_t f = 0; f < stages.size(); ++f) {
    for (auto side : {Side::client, Side::server}) {
      for (size_t count = 0;; ++count) {
        auto pair = stages[f].begin();
        if (!pair.run_until(side, count)) break;
        out << all_flows[f].name << ": " << (side == Side::client ? "client" : "server") << " before "
            << pair.other(side).outbox.messages.front().name << "\n";
        std::map<std::string, std::string> outcomes;
        for (const auto& [name, message] : messages) outcomes[name] = outcome(stages[f], side, count, message);
        offered += outcomes.size();
        write_row(out, outcomes);
      }
    }
  }
  return out.str();
}

TEST(StateMatrix, AcceptsOnlyWhatIsWaitedFor) {
  size_t offered = 0;
  auto seen = matrix(offered);
  std::string path = test::source_folder() / "tests/handshake/state_matrix.txt";
  if (std::getenv("HANDFAST_WRITE_GOLDEN")) std::ofstream(path) << seen;
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(seen, golden.str());
  std::printf("%zu messages offered\n", offered);
}

}  // namespace
}  // namespace handfast
