// server.cpp: ClientHello; then the handshake of the version that both sides have.
#include <handshake/server.hpp>

#include <handshake/downgrade.hpp>

namespace handfast {
namespace {

Result<> check_is_first(const Link& link, const messages::ClientHello& hello) {
  if (link.has_ignored_messages() && !hello.extensions.find<extensions::Cookie>())
    return fail(Fault::unexpected_message, {"a ChangeCipherSpec before the first hello"});
  return {};
}

}  // namespace

Handshake server(Link& link, std::shared_ptr<const ServerConfig> config) {
  // RFC 8446 section D.4: it follows a retry that was sent elsewhere.
  link.ignores_change_cipher_spec = config->options().stateless_retry;
  auto hello = co_await expect<messages::ClientHello>();
  co_await check_is_first(link, hello);
  auto version = co_await choose_version(hello, config->options(), link.trace);
  co_await check_fallback(hello, config->options(), version);
  link.use_version(version);
  link.client_random = hello.random;
  if (version == Version::tls13) co_return server13(link, std::move(config), std::move(hello));
  co_return server12(link, std::move(config), std::move(hello));
}

}  // namespace handfast
