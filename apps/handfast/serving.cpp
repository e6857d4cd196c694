#include "serving.hpp"

#include <csignal>

#include <fmt/format.h>
#include <net/descriptors.hpp>

#include "exit_codes.hpp"

namespace handfast::app {

Serving::Serving(std::string command, const ServerFiles& files, const TlsOptions& tls, std::uint16_t default_port)
    : command_(std::move(command)), files_(files), tls_(tls), default_port_(default_port) {}

int Serving::run(net::Server::Welcome welcome) {
  std::signal(SIGPIPE, SIG_IGN);
  net::raise_descriptor_limit();
  if (const auto opened = open(std::move(welcome)); !opened) return refuse_usage(command_, opened.error());
  await_signal();
  io_.run();
  return exit_done;
}

Outcome<> Serving::open(net::Server::Welcome welcome) {
  auto addresses = TRY(listen_addresses(files_, default_port_));
  auto config = TRY(make_config());
  auto tracing = TRY(Tracing::open(tls_));
  tracing_ = std::move(tracing);
  net::Server::Options options;
  if (files_.idle_timeout > 0) options.limits.idle = to_milliseconds(files_.idle_timeout);
  options.welcome = std::move(welcome);
  options.trace = [this](const net::Newcomer& client) { return AcceptOptions{tracing_->sink(), client.id}; };
  options.note = [this](std::string_view line) { log_.note(line); };
  options.last_connection = files_.last_connection;
  server_ = std::make_unique<net::Server>(io_, std::move(config), std::move(options));
  for (const net::HostPort& address : addresses) {
    const auto bound = TRY(server_->listen(address));
    trace::to_stream(stdout)(fmt::format("listening on {}\n", net::printable(bound)));
  }
  return {};
}

Outcome<std::shared_ptr<const ServerConfig>> Serving::make_config() const {
  return make_server_config(files_, tls_, memory_);
}

void Serving::await_signal() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) signals_.add(signal);
  signals_.async_wait([this](const asio::error_code& cancelled, int signal) {
    if (cancelled) return;
    if (signal != SIGHUP) return stop();
    reload();
    await_signal();
  });
}

void Serving::reload() {
  auto config = make_config();
  if (!config) return log_.note(fmt::format("not reloaded, the old files stay in force: {}", config.error()));
  server_->use(*std::move(config));
  log_.note("reloaded: certificates, keys, authorities and revocation lists, for the connections from now on");
}

// A second signal ends the process at once: the handlers are gone.
void Serving::stop() {
  signals_.cancel();
  signals_.clear();
  if (on_stop) on_stop();
  server_->close_all();
}

void Serving::connection_ended() {
  if (++ended_ == files_.last_connection) stop();
}

}  // namespace handfast::app
