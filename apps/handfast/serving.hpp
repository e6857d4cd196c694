// serving.hpp: what every serving command does: listen, log, reload on SIGHUP, stop on SIGINT and SIGTERM.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <net/server.hpp>

#include "connection_log.hpp"
#include "server_options.hpp"
#include "tracing.hpp"

namespace handfast::app {

/// A server of the command line, from its options to its exit code.
class Serving {
 public:
  /// `command` is the name in its messages, such as "serve".
  Serving(std::string command, const ServerFiles& files, const TlsOptions& tls, std::uint16_t default_port);

  /// Serves until a signal, or until the last of --max-connections has ended. Prints "listening on ADDRESS:PORT" for
  /// each address. Returns the exit code.
  int run(net::Server::Welcome welcome);

  /// Called before the sessions are closed at the end.
  std::function<void()> on_stop{};
  asio::io_context& io() { return io_; }
  ConnectionLog& log() { return log_; }
  const ServerFiles& files() const { return files_; }
  /// To be called once for each connection that has ended.
  void connection_ended();

 private:
  Outcome<> open(net::Server::Welcome welcome);
  Outcome<std::shared_ptr<const ServerConfig>> make_config() const;
  void await_signal();
  void reload();
  void stop();

  std::string command_;
  const ServerFiles& files_;
  const TlsOptions& tls_;
  std::uint16_t default_port_;
  ServerMemory memory_;
  std::unique_ptr<Tracing> tracing_;
  ConnectionLog log_;
  asio::io_context io_{1};
  asio::signal_set signals_{io_};
  std::unique_ptr<net::Server> server_;
  uint64_t ended_ = 0;
};

}  // namespace handfast::app
