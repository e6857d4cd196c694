// state_matrix.hpp: what a client and a server do with a message of every type in every wait of some handshakes, as
// text.
#pragma once

#include <algorithm>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <messages/names.hpp>
#include <sstream>
#include <support/vectors.hpp>

#include "link_pair.hpp"

namespace handfast::support {

struct Flow {
  std::string name;
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  bool resumes = false;
  bool early_data = false;
  bool renegotiates = false;
};

/// A flow whose configurations are made once.
struct Stage {
  std::string name;
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
  std::shared_ptr<const Session> session;
  bool early_data, renegotiates;

  explicit Stage(const Flow& flow) : name(flow.name), early_data(flow.early_data), renegotiates(flow.renegotiates) {
    client = *ClientConfig::make(flow.client);
    server = *ServerConfig::make(flow.server);
    if (!flow.resumes) return;
    LinkPair first(client, server);
    first.run_until(Side::client, SIZE_MAX);
    session = first.client.link->session;
    EXPECT_TRUE(session) << name;
  }
  LinkPair begin() const {
    LinkPair pair(client, server, session, early_data);
    if (!renegotiates) return pair;
    pair.run_until(Side::client, SIZE_MAX);
    pair.renegotiate();
    return pair;
  }
};

using Offered = std::map<std::string, WireMessage>;

/// One message of every type as it looks on the wire.
inline Offered one_of_each(const std::vector<Stage>& stages) {
  Offered found;
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
  return found;
}

/// What no side of ours sends there.
inline void add_message(Offered& offered, uint8_t type, Buffer body = {}) {
  auto kind = handshake_kind(type);
  auto name = std::string(messages::name_of(kind));
  if (name == "unknown") name = "type " + std::to_string(type);
  Buffer whole(4 + body.size());
  whole[0] = type;
  whole[3] = static_cast<uint8_t>(body.size());
  std::ranges::copy(body, whole.begin() + 4);
  offered.emplace(name, WireMessage{kind, name, whole});
}

inline std::string outcome(LinkEnd& end, const WireMessage& message) {
  end.link->last_message = {};
  end.deliver(message);
  if (end.link->error) return std::string(info(end.link->error->fault).id);
  return end.link->last_message.empty() ? "ignored" : "accepted";
}

inline void write_row(std::ostream& out, const std::map<std::string, std::string>& outcomes) {
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

/// Every wait of every flow and side, all messages offered in each; `after`: also when the handshake is over.
inline std::string state_matrix(const std::vector<Stage>& stages, const Offered& messages, bool after,
                                size_t& offered) {
  std::ostringstream out;
  for (const auto& stage : stages) {
    for (auto side : {Side::client, Side::server}) {
      for (size_t count = 0; count < SIZE_MAX; ++count) {
        auto pair = stage.begin();
        bool waits = pair.run_until(side, count);
        if (!waits && !after) break;
        if (!waits) count = SIZE_MAX - 1;  // all that comes, and then once more
        out << stage.name << ": " << (side == Side::client ? "client" : "server") << " "
            << (waits ? "before " + pair.other(side).outbox.messages.front().name : "after the handshake") << "\n";
        std::map<std::string, std::string> outcomes;
        for (const auto& [name, message] : messages) {
          auto again = stage.begin();
          again.run_until(side, count);
          outcomes[name] = outcome(again.end(side), message);
        }
        offered += outcomes.size();
        write_row(out, outcomes);
      }
    }
  }
  return out.str();
}

/// The matrix is the one in this file of tests/handshake; with HANDFAST_UPDATE=1 the file is written anew.
inline void expect_golden(const std::string& file_name, const std::string& seen) {
  std::string path = test::source_folder() / "tests/handshake" / file_name;
  if (std::getenv("HANDFAST_UPDATE")) std::ofstream(path) << seen;
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(seen, golden.str());
}

}  // namespace handfast::support
