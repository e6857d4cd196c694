// serve.cpp: `handfast serve`: a TLS server to try clients on.
#include "serve_modes.hpp"

#include "commands.hpp"

namespace handfast::app {

namespace {

struct ServeOptions {
  ServerFiles files{};
  TlsOptions tls{};
  std::string mode = "echo";
};

constexpr auto examples = R"(
One line for each connection: what was agreed and who the client is, or why it failed. SIGHUP reads certificates, keys,
authorities and revocation lists again; SIGINT and SIGTERM end it.

Examples:
  handfast serve --cert server.pem --key server.key
  handfast serve --listen 0.0.0.0:8443 --listen [::1]:8443 --cert server.pem --mode http
  handfast serve --cert server.pem --client-ca ca.pem --crl ca.crl --trace ladder
  handfast serve --cert a.pem --key a.key --cert b.pem --key b.key    (chosen by the name asked for)
  handfast serve --psk-file keys.psk --tls 1.3                        (keys that both sides have; no certificate)
  handfast serve --psk-file keys.psk --suite PSK-AES128-GCM-SHA256    (the same in TLS 1.2)
Who has a key of --psk-file needs no client certificate, --post-handshake-auth aside, and takes us for its server by any
name. Do not give one program the same key as client and as server: it can be made to talk to itself (RFC 9257 section 4.1).
Try it: curl --cacert ca.pem https://localhost:8443/)";

std::unique_ptr<net::Protocol> make_client(const std::string& mode, Serving& serving, const net::Newcomer& client) {
  if (mode == "http") return std::make_unique<HttpClient>(serving, client);
  if (mode == "discard") return std::make_unique<DiscardClient>(serving, client);
  return std::make_unique<EchoClient>(serving, client);
}

int run_serve(const ServeOptions& options) {
  Serving serving("serve", options.files, options.tls, 8443);
  return serving.run(
      [&](const net::Newcomer& client) { return make_client(options.mode, serving, client); });
}

}  // namespace

void add_serve_command(CLI::App& tool, Run& run) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App& command = *tool.add_subcommand("serve", "A TLS server: echo, discard, or a page about the connection");
  command.footer(examples);
  command.add_option("--mode", options->mode, "What is spoken inside: echo, http (a page about the connection), discard")
      ->type_name("MODE")->check(CLI::IsMember({"echo", "http", "discard"}).description(""))->capture_default_str();
  add_server_options(command, options->files, "127.0.0.1:8443");
  command.add_flag("--request-client-cert", options->files.request_client_certificate,
                   "Ask for a client certificate without requiring one, also with --post-handshake-auth: who has none is served all "
                   "the same; it is verified with --client-ca, else only shown")
      ->group("Who we are, and whom we let in");
  command.add_flag("--post-handshake-auth", options->files.post_handshake_auth,
                   "Ask for the certificate when a client has said something, not in the handshake; in a new handshake with TLS "
                   "1.2. Until it has come nothing is answered, and a client that cannot be asked or shows none is dropped, unless "
                   "--request-client-cert is given")
      ->group("Who we are, and whom we let in");
  add_protocol_options(command, options->tls);
  add_psk_options(command, options->tls.psks);
  command.add_option("--psk-hint", options->files.psk_hint,
                     "Tell clients of TLS 1.2 and before which of their keys is meant (RFC 4279); everybody on the way reads it")
      ->type_name("TEXT")->group("Protocol");
  add_early_data_options(command, options->files);
  add_unsafe_options(command, options->tls.switches);
  command.add_flag("--allow-legacy-client", options->tls.allow_legacy_peer,
                   "Serve clients without secure renegotiation (RFC 5746)")->group("Protocol");
  command.add_flag("--allow-renegotiation", options->tls.allow_renegotiation,
                   "Let clients start new handshakes on the connection, up to 4 times (TLS 1.2 and before)")->group("Protocol");
  command.add_flag("--renegotiate", options->files.renegotiate,
                   "Start a new handshake on the connection when a client has said something (TLS 1.2 and before)")->group("Protocol");
  add_trace_options(command, options->tls);
  command.callback([&run, options] { run = [options] { return run_serve(*options); }; });
}

}  // namespace handfast::app
