#include "net/server.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace handfast::net {

using asio::ip::tcp;

Server::Server(asio::io_context& io, std::shared_ptr<const ServerConfig> config, Options options)
    : io_(io), config_(std::move(config)), options_(std::move(options)) {
  if (!options_.note) options_.note = [](std::string_view) {};
}

std::expected<tcp::endpoint, std::string> Server::listen(const HostPort& address) {
  auto listener = Listener::open(io_, address);
  if (!listener) return std::unexpected(listener.error());
  const tcp::endpoint bound = (*listener)->address();
  (*listener)->start([this](tcp::socket socket, const tcp::endpoint& peer) { accept(std::move(socket), peer); },
                     options_.note);
  listeners_.push_back(*std::move(listener));
  return bound;
}

void Server::accept(tcp::socket socket, const tcp::endpoint& peer) {
  const Newcomer newcomer{++last_id_, peer};
  if (newcomer.id == options_.last_connection) stop_listening();
  auto options = options_.trace ? options_.trace(newcomer) : AcceptOptions{nullptr, newcomer.id};
  if (config_->options().stateless_retry) options.client_address = peer.address().to_string();
  auto connection = Connection::server(config_, std::move(options));
  if (!connection) {
    options_.note(fmt::format("cannot serve {}: {}", printable(peer), connection.error().message()));
    return;
  }
  auto session = Session::make(std::move(socket), *std::move(connection), options_.welcome(newcomer), options_.limits);
  sweep();
  sessions_.emplace(newcomer.id, session);
  session->start();
}

void Server::sweep() {
  if (sessions_.size() < sweep_at_) return;
  std::erase_if(sessions_, [](const auto& entry) { return entry.second.expired(); });
  sweep_at_ = std::max<size_t>(256, 2 * sessions_.size());
}

void Server::stop_listening() {
  for (const auto& listener : listeners_) listener->close();
}

void Server::close_all() {
  stop_listening();
  for (const auto& [id, entry] : sessions_) {
    if (const auto session = entry.lock()) session->close();
  }
}

std::shared_ptr<Session> Server::session(uint64_t id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.lock();
}

}  // namespace handfast::net
