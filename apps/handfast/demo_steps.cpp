#include "demo_steps.hpp"

#include <algorithm>
#include <cstdio>

#include <catalog/suites.hpp>
#include <fmt/format.h>
#include <handfast/handfast.hpp>
#include <trace/ladder.hpp>

#include "demo_certificates.hpp"
#include "exit_codes.hpp"
#include "tracing.hpp"

namespace handfast::app {

namespace {

constexpr std::string_view message = "It is me: you have seen my certificate.";

/// The name of its certificate's kind, as `handfast cert --key` takes it, and what makes one.
struct KeyKind {
  crypto::NewKey kind;
  std::string_view option;
};

/// The kind that the first suite asks of a server; those of TLS 1.3 take any.
KeyKind key_kind(const CommonOptions& options) {
  const auto* row = options.suites.empty() ? nullptr : catalog::find(options.suites.front());
  if (row && row->authentication == catalog::Authentication::rsa) return {crypto::NewKey::rsa_2048, " --key rsa2048"};
  return {crypto::NewKey::p256, ""};
}

std::string joined(const std::string& option, const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? " " + option + ' ' : ",") + value;
  return text;
}

/// Carries all that one end wants to send to the other; whether it was anything.
bool carry(Connection& from, Connection& to) {
  const Buffer bytes(from.output().begin(), from.output().end());
  from.sent(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    const auto room = to.input();
    const auto n = std::min(room.size(), bytes.size() - at);
    if (n == 0) break;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), n, room.begin());
    at += n;
    if (!to.received(n)) break;
  }
  return !bytes.empty();
}

void carry_all(Connection& client, Connection& server) {
  for (bool moved = true; moved;) {
    moved = carry(client, server);
    moved |= carry(server, client);
  }
}

/// Client and server in one process, without a socket: whoever has bytes gives them to the other.
class StepsDemo {
 public:
  explicit StepsDemo(DemoFlow flow) : flow_(std::move(flow)), ladder_(trace::to_stream(stdout), ladder_options()) {}

  int run() {
    if (flow_.is_classic && flow_.tls.suites.empty()) flow_.tls.suites = {"TLS_RSA_WITH_AES_128_CBC_SHA"};
    if (flow_.is_classic && flow_.tls.versions.empty()) flow_.tls.versions = {"1.2"};
    auto configured = configure();
    if (!configured) return complain(configured.error());
    auto client = Connection::client(client_, "localhost", {.sink = &ladder_, .id = 1});
    auto server = Connection::server(server_, {.sink = &ladder_, .id = 1});
    if (!client) return complain(client.error().message());
    if (!server) return complain(server.error().message());
    return talk(*client, *server);
  }

 private:
  trace::LadderOptions ladder_options() const {
    trace::LadderOptions options;
    options.colour = wants_colour(stdout);
    options.steps = true;
    options.verbosity = flow_.tls.verbosity;
    options.width = terminal_width(stdout);
    options.client = "alice";
    options.server = "localhost";
    return options;
  }

  Outcome<> configure() {
    ClientOptions client;
    ServerOptions server;
    TRY(apply(flow_.tls, client));
    TRY(apply(flow_.tls, server));
    key_ = key_kind(client);
    client.tickets = server.tickets = false;
    server.client_auth = ClientAuth::require;
    if (auto made = configure(std::move(client), std::move(server)); !made) return std::unexpected(made.error().message());
    return {};
  }

  Result<> configure(ClientOptions client, ServerOptions server) {
    auto authority = TRY(DemoAuthority::make(key_.kind));
    auto trust = TRY(authority.trust());
    auto alice = TRY(authority.member("alice"));
    auto localhost = TRY(authority.server());
    client.identities = {std::move(alice)};
    server.identities = {std::move(localhost)};
    client.trust = trust;
    server.client_trust = std::move(trust);
    auto client_config = TRY(ClientConfig::make(std::move(client)));
    auto server_config = TRY(ServerConfig::make(std::move(server)));
    client_ = std::move(client_config);
    server_ = std::move(server_config);
    return {};
  }

  int talk(Connection& client, Connection& server) {
    carry_all(client, server);
    if (!client.connected() || !server.connected()) return complain_of(client.connected() ? server : client);
    if (auto said = client.write(as_bytes(message)); !said) return complain_of(client);
    carry_all(client, server);
    const auto heard = server.read();
    if (!heard || as_text(*heard) != message) return complain_of(server);
    client.close();
    server.close();
    carry_all(client, server);
    fmt::print("\nWhat the server has read: {}\nThe same by hand:\n\n{}", message, by_hand());
    return exit_done;
  }

  std::string by_hand() const {
    const auto protocol = joined("--tls", flow_.tls.versions) + joined("--suite", flow_.tls.suites) +
                          joined("--group", flow_.tls.groups);
    return fmt::format("  handfast cert ca --name 'My CA'{0} --out ca\n"
                       "  handfast cert server --ca ca --dns localhost{0} --out server\n"
                       "  handfast cert client --ca ca --name alice{0} --out alice\n"
                       "  handfast serve --cert server.pem --key server.key --client-ca ca.pem{1}\n"
                       "  handfast connect localhost:8443 --ca ca.pem --cert alice.pem --key alice.key{1} --trace ladder\n",
                       key_.option, protocol);
  }

  int complain(std::string_view sentence) const { return refuse_usage("demo", sentence); }

  /// The ladder has told what it was.
  int complain_of(const Connection& connection) const {
    const auto* error = connection.error();
    fmt::print(stderr, "handfast demo: {}\n", error ? error->message() : "the handshake did not end");
    return error ? exit_code_of(*error, false) : exit_broken_later;
  }

  DemoFlow flow_;
  KeyKind key_{};
  trace::Ladder ladder_;
  std::shared_ptr<const ClientConfig> client_;
  std::shared_ptr<const ServerConfig> server_;
};

}  // namespace

int run_demo_steps(DemoFlow flow) { return StepsDemo(std::move(flow)).run(); }

}  // namespace handfast::app
