// listener.hpp: accepts TCP connections on one address.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "net/endpoint.hpp"

namespace handfast::net {

/// Accepts connections until it is closed or destroyed. When the process has no descriptor left for another one, it
/// says so (every ten seconds at most) and tries again a little later; those that wait stay in the kernel's queue (4,096 at most).
class Listener {
 public:
  using Accepted = std::function<void(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer)>;
  using Note = std::function<void(std::string_view line)>;

  /// Binds and listens; nothing is accepted before start(). The error names the address and what to do.
  static std::expected<std::unique_ptr<Listener>, std::string> open(asio::io_context& io, const HostPort& address);

  /// From now on `accepted` is called for every connection, `note` with what the log should say. Once.
  void start(Accepted accepted, Note note);
  void close();
  /// With the real port, where port 0 was asked for.
  asio::ip::tcp::endpoint address() const { return address_; }

 private:
  explicit Listener(asio::io_context& io) : acceptor_(io), retry_(io) {}
  void await_connection();
  void accept_waiting();
  void back_off(const asio::error_code& why);

  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  asio::ip::tcp::endpoint address_;
  Accepted accepted_;
  Note note_;
  std::optional<std::chrono::steady_clock::time_point> noted_;  ///< when the shortage was last reported
};

}  // namespace handfast::net
