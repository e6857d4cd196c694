#include "net/connector.hpp"

#include <memory>
#include <utility>

#include <asio/connect.hpp>
#include <asio/steady_timer.hpp>
#include <fmt/format.h>

namespace handfast::net {

namespace {

using asio::ip::tcp;

// One attempt; kept alive by its handlers.
class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(asio::io_context& io, HostPort address, Connected done)
      : address_(std::move(address)), done_(std::move(done)), resolver_(io), socket_(io), timer_(io) {}

  void start(std::chrono::milliseconds limit) {
    timer_.expires_after(limit);
    timer_.async_wait([self = shared_from_this(), limit](const asio::error_code& cancelled) {
      if (!cancelled) self->give_up(limit);
    });
    resolver_.async_resolve(
        address_.host, std::to_string(address_.port),
        [self = shared_from_this()](const asio::error_code& failed, const tcp::resolver::results_type& found) {
          self->resolved(failed, found);
        });
  }

 private:
  void resolved(const asio::error_code& failed, const tcp::resolver::results_type& found) {
    if (failed) return finish(fmt::format("cannot find the host '{}': {}", address_.host, failed.message()));
    if (is_done()) return;
    asio::async_connect(socket_, found,
                        [self = shared_from_this()](const asio::error_code& refused, const tcp::endpoint& endpoint) {
                          self->connected(refused, endpoint);
                        });
  }

  void connected(const asio::error_code& failed, const tcp::endpoint&) {
    if (failed) return finish(fmt::format("cannot connect to {}: {}{}", printable(address_), failed.message(),
                                          failed == asio::error::connection_refused ? " (nobody listens there)" : ""));
    if (is_done()) return;
    timer_.cancel();
    std::exchange(done_, nullptr)(std::move(socket_));
  }

  void give_up(std::chrono::milliseconds limit) {
    finish(fmt::format("cannot connect to {}: no answer within {} s", printable(address_),
                       std::chrono::duration<double>(limit).count()));
    resolver_.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
  }

  void finish(std::string reason) {
    if (is_done()) return;
    timer_.cancel();
    std::exchange(done_, nullptr)(std::unexpected(std::move(reason)));
  }

  bool is_done() const { return !done_; }

  HostPort address_;
  Connected done_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  asio::steady_timer timer_;
};

}  // namespace

void connect(asio::io_context& io, const HostPort& address, std::chrono::milliseconds limit, Connected done) {
  std::make_shared<Attempt>(io, address, std::move(done))->start(limit);
}

}  // namespace handfast::net
