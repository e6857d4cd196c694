// connection_log.hpp: what a server says about its clients, one line a connection.
#pragma once

#include <chrono>
#include <cstdio>
#include <string_view>

#include <net/server.hpp>
#include <net/session.hpp>
#include <trace/output.hpp>

namespace handfast::app {

/// Lines with the time since the start, on standard output. What a client has sent comes out printable; a stream that takes no
/// more, such as a full disk or a pipe whose reader is gone, costs lines and nothing else.
class ConnectionLog {
 public:
  /// `stream` must outlive it.
  explicit ConnectionLog(std::FILE* stream = stdout) : write_(trace::to_stream(stream)) {}
  /// A line of its own.
  void note(std::string_view text);
  /// The handshake is complete.
  void connected(const net::Newcomer& client, const net::Session& session, std::string_view more = {});
  /// The connection failed; says why in one line.
  void failed(const net::Newcomer& client, const net::Ending& ending);

 private:
  trace::Output write_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace handfast::app
