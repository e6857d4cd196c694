#include "net/listener.hpp"

#include <chrono>

#include <asio/ip/v6_only.hpp>
#include <fmt/core.h>

#include "net/descriptors.hpp"

namespace handfast::net {

namespace {

using asio::ip::tcp;

constexpr int backlog = 4096;
constexpr int accepts_in_a_row = 64;  // then the connections that exist have their turn
constexpr auto retry_after = std::chrono::milliseconds(100);
constexpr auto note_every = std::chrono::seconds(10);

std::expected<tcp::endpoint, asio::error_code> resolve(asio::io_context& io, const HostPort& address) {
  if (address.host.empty()) return tcp::endpoint(tcp::v6(), address.port);
  asio::error_code failed;
  const asio::ip::address numeric = asio::ip::make_address(address.host, failed);
  if (!failed) return tcp::endpoint(numeric, address.port);
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, failed);
  if (failed) return std::unexpected(failed);
  return found.begin()->endpoint();
}

asio::error_code bind_and_listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool every_address) {
  asio::error_code failed;
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed && every_address) acceptor.set_option(asio::ip::v6_only(false), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(backlog, failed);
  if (!failed) acceptor.non_blocking(true, failed);
  return failed;
}

std::string advice(const asio::error_code& failed) {
  if (failed == asio::error::address_in_use) return "; another program listens there: choose another port, or 0 for any";
  if (failed == asio::error::access_denied) return "; ports below 1024 need root: choose a higher one";
  return "";
}

bool is_shortage(const asio::error_code& code) {
  return code == asio::error::no_descriptors || code == asio::error::no_buffer_space ||
         code == asio::error::no_memory || code == std::errc::too_many_files_open_in_system;
}

}  // namespace

std::expected<std::unique_ptr<Listener>, std::string> Listener::open(asio::io_context& io, const HostPort& address) {
  const auto refuse = [&](const asio::error_code& failed) {
    return std::unexpected(
        fmt::format("cannot listen on {}: {}{}", printable(address), failed.message(), advice(failed)));
  };
  auto endpoint = resolve(io, address);
  if (!endpoint) return refuse(endpoint.error());
  std::unique_ptr<Listener> listener(new Listener(io));
  asio::error_code failed = bind_and_listen(listener->acceptor_, *endpoint, address.host.empty());
  if (failed == asio::error::address_family_not_supported && address.host.empty()) {  // no IPv6 on this machine
    listener->acceptor_.close(failed);
    endpoint = tcp::endpoint(tcp::v4(), address.port);
    failed = bind_and_listen(listener->acceptor_, *endpoint, false);
  }
  if (failed) return refuse(failed);
  listener->address_ = listener->acceptor_.local_endpoint(failed);
  if (failed) return refuse(failed);
  return listener;
}

void Listener::start(Accepted accepted, Note note) {
  accepted_ = std::move(accepted);
  note_ = std::move(note);
  await_connection();
}

void Listener::close() {
  asio::error_code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
}

void Listener::await_connection() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](const asio::error_code& failed) {
    if (!failed) accept_waiting();
  });
}

void Listener::accept_waiting() {
  for (int i = 0; i < accepts_in_a_row && acceptor_.is_open(); ++i) {
    tcp::socket socket(acceptor_.get_executor());
    tcp::endpoint peer;
    asio::error_code failed;
    acceptor_.accept(socket, peer, failed);
    if (failed == asio::error::would_block || failed == asio::error::try_again) break;
    if (is_shortage(failed)) return back_off(failed);
    if (failed) continue;  // this client has gone again
    accepted_(std::move(socket), peer);
  }
  if (acceptor_.is_open()) await_connection();
}

void Listener::back_off(const asio::error_code& why) {
  const auto now = std::chrono::steady_clock::now();
  if (!noted_ || now - *noted_ > note_every) {
    noted_ = now;
    note_(fmt::format("cannot accept more connections now: {} (this process may have {} open files: raise it with "
                      "`ulimit -n`); new clients wait until others leave",
                      why.message(), descriptor_limit()));
  }
  retry_.expires_after(retry_after);
  retry_.async_wait([this](const asio::error_code& cancelled) {
    if (!cancelled) accept_waiting();
  });
}

}  // namespace handfast::net
