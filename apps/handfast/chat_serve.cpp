// chat_serve.cpp: `handfast chat serve`: an IRC server over mutual TLS.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <handfast/version.hpp>

#include "chat_service.hpp"
#include "commands.hpp"
#include "serving.hpp"

namespace handfast::app {

namespace {

struct ChatServeOptions {
  ServerFiles files{};
  TlsOptions tls{};
  std::string name = "chat.localhost";
  std::string network = "Handfast";
  std::string motd_file{};
  uint64_t connections_per_account = chat::ServerConfig().connections_per_account;
};

constexpr auto examples = R"(
Who connects must show a certificate of --client-ca; its common name is the account. Any IRC client will do that can
show one. SIGHUP reads certificates, keys, authorities and revocation lists again; SIGINT and SIGTERM end it.

Examples:
  handfast chat serve --cert server.pem --key server.key --client-ca ca.pem
  handfast chat serve --listen 0.0.0.0:6697 --cert server.pem --client-ca ca.pem --crl ca.crl --motd motd.txt
Join it:
  handfast chat join localhost lounge --ca ca.pem --cert alice.pem --key alice.key
  irssi: /connect -tls -tls_verify -tls_cafile ca.pem -tls_cert alice-and-key.pem localhost 6697)";

Outcome<std::vector<std::string>> read_lines(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) return std::unexpected(fmt::format("cannot read '{}': {}", file, std::strerror(errno)));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool is_server_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, is_allowed);
}

Outcome<ChatService::Options> make_options(const ChatServeOptions& options) {
  if (options.files.client_cas.empty()) {
    return std::unexpected(
        "--client-ca is missing: members are known by their certificates, so name the authority that issues them");
  }
  ChatService::Options service;
  for (const std::string& name : {options.name, options.network}) {
    if (!is_server_name(name)) return std::unexpected(fmt::format("'{}' is no server or network name", name));
  }
  service.chat.name = options.name;
  service.chat.network = options.network;
  service.chat.connections_per_account = options.connections_per_account;
  service.chat.version = fmt::format("handfast-{}", version());
  if (!options.motd_file.empty()) {
    auto motd = TRY(read_lines(options.motd_file));
    service.chat.motd = std::move(motd);
  }
  return service;
}

int run_chat_serve(const ChatServeOptions& options) {
  auto service_options = make_options(options);
  if (!service_options) return refuse_usage("chat serve", service_options.error());
  Serving serving("chat serve", options.files, options.tls, 6697);
  ChatService service(serving.io(), *std::move(service_options), serving.log(), [&] { serving.connection_ended(); });
  serving.on_stop = [&] { service.close_all("The server is shutting down"); };
  return serving.run([&](const net::Newcomer& client) { return service.welcome(client); });
}

}  // namespace

void add_chat_serve_command(CLI::App& chat, Run& run) {
  auto options = std::make_shared<ChatServeOptions>();
  CLI::App& command = *chat.add_subcommand("serve", "An IRC server over mutual TLS");
  command.footer(examples);
  add_server_options(command, options->files, "127.0.0.1:6697");
  constexpr auto group = "The chat";
  command.add_option("--name", options->name, "The server's name")->type_name("NAME")->capture_default_str()->group(group);
  command.add_option("--network", options->network, "The network's name")->type_name("NAME")->capture_default_str()->group(group);
  command.add_option("--motd", options->motd_file, "Message of the day")->type_name("FILE")->group(group);
  command.add_option("--connections-per-account", options->connections_per_account, "Of one account at a time")
      ->type_name("COUNT")->check(CLI::PositiveNumber)->capture_default_str()->group(group);
  add_protocol_options(command, options->tls);
  add_trace_options(command, options->tls);
  command.callback([&run, options] { run = [options] { return run_chat_serve(*options); }; });
}

}  // namespace handfast::app
