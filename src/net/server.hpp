// server.hpp: accepts TLS connections and keeps account of them.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <asio/io_context.hpp>
#include <handfast/connection.hpp>

#include "net/endpoint.hpp"
#include "net/listener.hpp"
#include "net/session.hpp"

namespace handfast::net {

/// A new client, before its first byte.
struct Newcomer {
  uint64_t id = 0;  ///< never used again by this server
  asio::ip::tcp::endpoint peer;
};

/// Accepts connections on any number of addresses, each with the configuration of the moment, and owns the sessions. One
/// failing session never disturbs another. One thread; must outlive the io_context's run().
class Server {
 public:
  /// Makes what is spoken with a new client.
  using Welcome = std::function<std::unique_ptr<Protocol>(const Newcomer&)>;
  /// Which sink hears about a new client's connection, and under which number.
  using Trace = std::function<AcceptOptions(const Newcomer&)>;

  struct Options {
    SessionLimits limits{};
    Welcome welcome{};
    Trace trace{};                   ///< unset: nobody
    Listener::Note note{};           ///< lines for the log
    uint64_t last_connection = 0;    ///< stop listening after so many; 0: never
  };

  Server(asio::io_context& io, std::shared_ptr<const ServerConfig> config, Options options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts to accept; returns the address with its real port. The error is a sentence.
  std::expected<asio::ip::tcp::endpoint, std::string> listen(const HostPort& address);
  /// For the clients that come from now on.
  void use(std::shared_ptr<const ServerConfig> config) { config_ = std::move(config); }
  const std::shared_ptr<const ServerConfig>& config() const { return config_; }

  /// Accepts nothing more; the sessions that exist go on.
  void stop_listening();
  /// Accepts nothing more and closes every session with close_notify.
  void close_all();

  /// Null when it is gone.
  std::shared_ptr<Session> session(uint64_t id) const;

 private:
  void accept(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer);
  void sweep();

  asio::io_context& io_;
  std::shared_ptr<const ServerConfig> config_;
  Options options_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_map<uint64_t, std::weak_ptr<Session>> sessions_;
  uint64_t last_id_ = 0;
  size_t sweep_at_ = 256;   ///< when so many are listed, those that have gone are taken off
};

}  // namespace handfast::net
