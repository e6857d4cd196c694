// connection_log.hpp: what a server says about its clients, one line a connection.
#pragma once

#include <chrono>
#include <string_view>

#include <net/server.hpp>
#include <net/session.hpp>

namespace handfast::app {

/// Lines with the time since the start, on standard output.
class ConnectionLog {
 public:
  /// A line of its own.
  void note(std::string_view text);
  /// The handshake is complete.
  void connected(const net::Newcomer& client, const net::Session& session, std::string_view more = {});
  /// The connection failed; says why in one line.
  void failed(const net::Newcomer& client, const net::Ending& ending);

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace handfast::app
