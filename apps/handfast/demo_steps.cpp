#include "demo_steps.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include <catalog/suites.hpp>
#include <fmt/format.h>
#include <handfast/handfast.hpp>
#include <trace/ladder.hpp>

#include "demo_certificates.hpp"
#include "exit_codes.hpp"
#include "legacy_options.hpp"
#include "tracing.hpp"

namespace handfast::app {

namespace {

constexpr std::string_view message = "Hello. This is what it was all for.";
constexpr std::string_view psk_identity = "alice";
constexpr std::string_view psk_hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

using catalog::Authentication;

/// How the server is authenticated: as the first suite says; in TLS 1.3 by a certificate of any kind.
Authentication authentication_of(const CommonOptions& options) {
  const auto* row = options.suites.empty() ? nullptr : catalog::find(options.suites.front());
  return row ? row->authentication : Authentication::any;
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

/// All that has arrived; TLS 1.0 splits what is written.
std::string read_all(Connection& connection) {
  std::string text;
  for (auto piece = connection.read(); piece && !piece->empty(); piece = connection.read()) text += as_text(*piece);
  return text;
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
    flow_.tls.switches = {.anonymous = true, .no_encryption = true};   // nothing leaves the process
    if (names_psk_suite()) flow_.tls.psks.keys = {fmt::format("{}:{}", psk_identity, psk_hex)};
    TRY(apply(flow_.tls, client));
    TRY(apply(flow_.tls, server));
    authentication_ = authentication_of(client);
    client.tickets = server.tickets = false;
    if (auto made = configure(std::move(client), std::move(server)); !made) return std::unexpected(made.error().message());
    return {};
  }

  Result<> configure(ClientOptions client, ServerOptions server) {
    if (has_certificates()) {
      TRY(give_certificates(client, server));
    } else {
      client.trust = TrustStore::nobody();
    }
    auto client_config = TRY(ClientConfig::make(std::move(client)));
    auto server_config = TRY(ServerConfig::make(std::move(server)));
    client_ = std::move(client_config);
    server_ = std::move(server_config);
    return {};
  }

  bool has_certificates() const {
    return authentication_ != Authentication::anonymous && authentication_ != Authentication::psk;
  }

  Result<> give_certificates(ClientOptions& client, ServerOptions& server) const {
    const bool is_rsa = authentication_ == Authentication::rsa;
    auto authority = TRY(DemoAuthority::make(is_rsa ? crypto::NewKey::rsa_2048 : crypto::NewKey::p256));
    auto trust = TRY(authority.trust());
    auto alice = TRY(authority.member("alice"));
    auto localhost = TRY(authority.server());
    client.identities = {std::move(alice)};
    server.identities = {std::move(localhost)};
    client.trust = trust;
    server.client_trust = std::move(trust);
    server.client_auth = ClientAuth::require;
    return {};
  }

  int talk(Connection& client, Connection& server) {
    carry_all(client, server);
    if (!client.connected() || !server.connected()) return complain_of(client.connected() ? server : client);
    if (auto said = client.write(as_bytes(message)); !said) return complain_of(client);
    carry_all(client, server);
    if (read_all(server) != message) return complain_of(server);
    client.close();
    server.close();
    carry_all(client, server);
    fmt::print("\nWhat the server has read: {}\n\nThe same by hand:\n\n{}", message, by_hand());
    return exit_done;
  }

  bool names_psk_suite() const {
    return std::ranges::any_of(flow_.tls.suites, [](const std::string& text) {
      const auto suite = suite_from(text);
      return suite && catalog::find(*suite)->authentication == Authentication::psk;
    });
  }

  /// Options that the suites need, beside their names.
  std::string needed_options() const {
    std::set<std::string> options;
    for (const auto& name : flow_.tls.suites)
      if (const auto suite = suite_from(name))
        for (auto& option : unsafe_options_of(*suite)) options.insert(std::move(option));
    std::string text;
    for (const auto& option : options) text += " " + option;
    if (names_psk_suite()) text += fmt::format(" --psk {}:{}", psk_identity, psk_hex);
    return text;
  }

  std::string by_hand() const {
    const auto protocol = joined("--tls", flow_.tls.versions) + joined("--suite", flow_.tls.suites) +
                          joined("--group", flow_.tls.groups) + needed_options();
    if (!has_certificates())
      return fmt::format("  handfast serve{0}\n  handfast connect localhost:8443{0} --trace ladder\n", protocol);
    return fmt::format("  handfast cert ca --name 'My CA'{0} --out ca\n"
                       "  handfast cert server --ca ca --dns localhost{0} --out server\n"
                       "  handfast cert client --ca ca --name alice{0} --out alice\n"
                       "  handfast serve --cert server.pem --key server.key --client-ca ca.pem{1}\n"
                       "  handfast connect localhost:8443 --ca ca.pem --cert alice.pem --key alice.key{1} --trace ladder\n",
                       authentication_ == Authentication::rsa ? " --key rsa2048" : "", protocol);
  }

  int complain(std::string_view sentence) const { return refuse_usage("demo", sentence); }

  /// The ladder has told what it was.
  int complain_of(const Connection& connection) const {
    const auto* error = connection.error();
    fmt::print(stderr, "handfast demo: {}\n", error ? error->message() : "the handshake did not end");
    return error ? exit_code_of(*error, false) : exit_broken_later;
  }

  DemoFlow flow_;
  Authentication authentication_ = Authentication::any;
  trace::Ladder ladder_;
  std::shared_ptr<const ClientConfig> client_;
  std::shared_ptr<const ServerConfig> server_;
};

}  // namespace

int run_demo_steps(DemoFlow flow) { return StepsDemo(std::move(flow)).run(); }

}  // namespace handfast::app
