// server.cpp: ClientHello; then the handshake of the version that both sides have.
#include <handshake/server.hpp>

namespace handfast {

Handshake server(Link& link, std::shared_ptr<const ServerConfig> config) {
  auto hello = co_await expect<messages::ClientHello>();
  auto version = co_await choose_version(hello, config->options(), link.trace);
  link.use_version(version);
  link.client_random = hello.random;
  if (version == Version::tls13) co_return server13(link, std::move(config), std::move(hello));
  co_return server12(link, std::move(config), std::move(hello));
}

}  // namespace handfast
