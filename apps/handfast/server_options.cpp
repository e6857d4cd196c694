#include "server_options.hpp"

#include <base/file.hpp>
#include <fmt/format.h>

namespace handfast::app {

namespace {

constexpr auto group = "Who we are, and whom we let in";
constexpr auto early_group = "Protocol";

CLI::Option* add_files(CLI::App& command, std::string name, std::vector<std::string>& files, std::string help) {
  return command.add_option(name, files, help)->type_name("FILE")->allow_extra_args(false)->group(group);
}

Outcome<std::vector<Identity>> read_identities(const ServerFiles& files, bool needs_none) {
  if (!files.keys.empty() && files.keys.size() != files.certificates.size()) {
    return std::unexpected(fmt::format("{} --cert but {} --key: give one --key for each --cert, in the same order, or "
                                       "none where each file holds both",
                                       files.certificates.size(), files.keys.size()));
  }
  std::vector<Identity> identities;
  for (size_t i = 0; i < files.certificates.size(); ++i) {
    const std::string& certificate = files.certificates[i];
    auto identity = Identity::from_files(certificate, files.keys.empty() ? certificate : files.keys[i]);
    if (!identity) return std::unexpected(identity.error().message());
    identities.push_back(*std::move(identity));
  }
  if (!files.raw_public_key.empty()) {
    auto identity = Identity::raw_public_key_from_file(files.raw_public_key);
    if (!identity) return std::unexpected(identity.error().message());
    identities.push_back(*std::move(identity));
  }
  if (identities.empty() && !needs_none) return std::unexpected("--cert is required, or --raw-public-key");
  return identities;
}

Outcome<Buffer> read_whole(const std::string& path) {
  auto content = read_file(path);
  if (!content) return std::unexpected(content.error().message());
  return Buffer(content->view().begin(), content->view().end());
}

/// A staple goes to the certificate that it is about.
Outcome<> add_staples(const ServerFiles& files, std::vector<Identity>& identities) {
  for (const auto& path : files.staples) {
    auto staple = TRY(read_whole(path));
    bool found = false;
    for (auto& identity : identities) {
      auto stapled = identity.with_staple(staple);
      if (!stapled) continue;
      identity = *std::move(stapled);
      found = true;
    }
    if (!found) return std::unexpected(path + " is no OCSP response (DER) about any certificate of --cert");
  }
  return {};
}

Outcome<> add_timestamps(const ServerFiles& files, std::vector<Identity>& identities) {
  if (files.timestamps.size() > files.certificates.size())
    return std::unexpected("more --sct than --cert: the first belongs to the first certificate, and so on");
  for (size_t i = 0; i < files.timestamps.size(); ++i) {
    auto list = TRY(read_whole(files.timestamps[i]));
    auto stamped = identities[i].with_timestamps(std::move(list));
    if (!stamped) return std::unexpected(files.timestamps[i] + ": " + stamped.error().message());
    identities[i] = *std::move(stamped);
  }
  return {};
}

Outcome<> choose_client_auth(const ServerFiles& files, ServerOptions& options) {
  if (files.client_cas.empty() && files.client_raw_keys.empty() && !files.request_client_certificate) {
    if (files.post_handshake_auth) return std::unexpected("--post-handshake-auth is about client certificates: give --client-ca too");
    if (files.crls.empty()) return {};
    return std::unexpected("--crl is about client certificates: give --client-ca too");
  }
  options.post_handshake_auth = files.post_handshake_auth;
  options.client_auth = files.post_handshake_auth          ? ClientAuth::none
                        : files.request_client_certificate ? ClientAuth::request : ClientAuth::require;
  Result<TrustStore> trust = !files.client_cas.empty() ? TrustStore::from_files(files.client_cas, files.crls)
                             : !files.client_raw_keys.empty() ? TrustStore::nobody()
                                                              : TrustStore::insecure_accept_anyone();
  if (trust && !files.client_raw_keys.empty()) trust = trust->with_raw_keys_from_files(files.client_raw_keys);
  if (!trust) return std::unexpected(trust.error().message());
  options.client_trust = *std::move(trust);
  return {};
}

}  // namespace

void add_server_options(CLI::App& command, ServerFiles& files, std::string default_listen) {
  command.add_option("--listen", files.listen, "Where to listen; port 0: any free one. May be given several times")
      ->type_name("ADDR:PORT")->allow_extra_args(false)->default_str(default_listen)->group(group);
  add_files(command, "--cert", files.certificates,
            "Certificate chain (PEM, our own certificate first). Several pairs of --cert and --key: chosen by the name "
            "that the client asks for");
  add_files(command, "--key", files.keys, "Its private key (PEM); left out: it is in the file of --cert");
  add_files(command, "--staple", files.staples,
            "An OCSP response (DER) about the certificate, for clients that ask");
  add_files(command, "--sct", files.timestamps,
            "Signed certificate timestamps (a SignedCertificateTimestampList), for clients that ask");
  command.add_option("--raw-public-key", files.raw_public_key,
                     "A private key (PEM) whose public half is shown to clients that take raw public keys (TLS 1.3)")
      ->type_name("FILE")->group(group);
  command.add_flag("--refuse-unknown-names", files.refuse_unknown_names,
                   "Refuse a client that asks for a name which no certificate has, rather than show it the first one")
      ->group(group);
  add_files(command, "--client-ca", files.client_cas, "Require client certificates of these authorities (PEM)");
  add_files(command, "--trust-raw-key", files.client_raw_keys,
            "Require client certificates, or one of these raw public keys (PEM, TLS 1.3)");
  add_files(command, "--crl", files.crls, "Revocation lists (PEM) for client certificates");
  command.add_flag("--stateless-retry", files.stateless_retry,
                   "Keep nothing of a client's first hello: its second one must bring back our cookie; early data is refused then (TLS 1.3)")
      ->group(group);
  command.add_option("--idle-timeout", files.idle_timeout, "Close a connection that was silent for so long; 0: never")
      ->type_name("SECONDS")->check(between(0.0, 1e6))->group(group);
  command.add_option("--max-connections", files.last_connection, "Accept so many connections, then end when they do; 0: no limit")
      ->type_name("N")->check(whole_number())->group(group);
}

void add_early_data_options(CLI::App& command, ServerFiles& files) {
  auto* early = command.add_flag("--early-data", files.early_data,
                                 "Take early data (0-RTT): echo answers it at once, other modes when the handshake is complete. "
                                 "This process takes each flight once; whoever records it can still send it to a server that "
                                 "does not know of this one (TLS 1.3)");
  early->group(early_group);
  command.add_option("--max-early-data", files.max_early_data, "Bytes of it on one connection")
      ->type_name("BYTES")->check(between(1, UINT32_MAX))->capture_default_str()->needs(early)->group(early_group);
}

Outcome<std::shared_ptr<const ServerConfig>> make_server_config(const ServerFiles& files, const TlsOptions& tls,
                                                                const ServerMemory& memory) {
  ServerOptions options;
  TRY(apply(tls, options));
  auto identities = TRY(read_identities(files, !options.external_psks.empty() || names_anonymous_suite(options)));
  TRY(add_staples(files, identities));
  TRY(add_timestamps(files, identities));
  options.identities = std::move(identities);
  options.refuse_unknown_names = files.refuse_unknown_names;
  TRY(choose_client_auth(files, options));
  options.ticket_keys = memory.ticket_keys;
  options.session_cache = memory.sessions;
  if (files.early_data) options.early_data = EarlyDataPolicy{.limit = files.max_early_data, .strikes = memory.strikes};
  options.stateless_retry = files.stateless_retry;
  options.psk_identity_hint = files.psk_hint;
  auto config = ServerConfig::make(std::move(options));
  if (!config) return std::unexpected(config.error().message());
  return *std::move(config);
}

Outcome<std::vector<net::HostPort>> listen_addresses(const ServerFiles& files, std::uint16_t default_port) {
  std::vector<net::HostPort> addresses;
  for (const std::string& text : files.listen) {
    auto address = net::parse_listen_address(text, default_port);
    if (!address) return std::unexpected("--listen: " + address.error());
    addresses.push_back(*std::move(address));
  }
  if (addresses.empty()) addresses.push_back({"127.0.0.1", default_port});
  return addresses;
}

}  // namespace handfast::app
