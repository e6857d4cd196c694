// handfast_pair.hpp: a client and a server of Handfast, joined by memory.
#pragma once

#include <handfast/handfast.hpp>

#include <optional>

#include <scenario.hpp>
#include <timing.hpp>

namespace bench {

class HandfastConfig {
 public:
  HandfastConfig(const Scenario& scenario, const Credentials& credentials);
  const std::shared_ptr<const handfast::ClientConfig>& client() const { return client_; }
  const std::shared_ptr<const handfast::ServerConfig>& server() const { return server_; }
  /// Certificates that were seen before are new again.
  void forget_peers() const;
  /// Chains that were verified before are verified again; their certificates stay known.
  void forget_verdicts() const;

 private:
  std::shared_ptr<const handfast::ClientConfig> client_;
  std::shared_ptr<const handfast::ServerConfig> server_;
};

/// One connection with both ends.
class HandfastPair {
 public:
  explicit HandfastPair(const HandfastConfig& config, std::shared_ptr<const handfast::Session> resume = nullptr)
      : config_(config), resume_(std::move(resume)) {}

  /// The whole handshake; each side's CPU time, creation included, goes to its watch. Throws when it fails.
  void handshake(Stopwatch& client, Stopwatch& server);
  void destroy_client() { client_.reset(); }
  void destroy_server() { server_.reset(); }
  handfast::Connection& client() { return *client_; }
  handfast::Connection& server() { return *server_; }
  handfast::Connection take_server() { return *std::exchange(server_, std::nullopt); }
  size_t client_bytes() const { return client_bytes_; }   ///< sent in the handshake
  size_t server_bytes() const { return server_bytes_; }

 private:
  const HandfastConfig& config_;
  std::shared_ptr<const handfast::Session> resume_;
  std::optional<handfast::Connection> client_, server_;
  size_t client_bytes_ = 0, server_bytes_ = 0;
};

/// Takes a connection's output as a transport would, behind what the wire holds.
void send(handfast::Connection& from, handfast::Buffer& wire);
/// Gives all that the wire holds to a connection.
void receive(handfast::Connection& to, handfast::Buffer& wire);
/// The value, or an exception with the error's words.
void require(const handfast::Result<>& result);

}  // namespace bench
