// connector.hpp: finds a host and connects to it.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <string>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "net/endpoint.hpp"

namespace handfast::net {

/// The socket, or a sentence that says what was not reached and why.
using Connected = std::function<void(std::expected<asio::ip::tcp::socket, std::string>)>;

/// Resolves the host and tries its addresses one after the other; gives up after `limit`. Calls back once, from run().
void connect(asio::io_context& io, const HostPort& address, std::chrono::milliseconds limit, Connected done);

}  // namespace handfast::net
