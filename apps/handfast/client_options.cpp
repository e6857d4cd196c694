#include "client_options.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "file_sessions.hpp"

namespace handfast::app {

namespace {

constexpr auto group = "Whom to trust, and who we are";

Outcome<TrustStore> read_trust(const ClientFiles& files) {
  if (files.insecure) {
    if (files.cas.empty() && files.crls.empty() && files.raw_keys.empty()) return TrustStore::insecure_accept_anyone();
    return std::unexpected("--insecure verifies nothing: leave it out, or --ca, --crl and --trust-raw-key");
  }
  if (files.cas.empty() && !files.crls.empty()) return std::unexpected("--crl needs --ca");
  Result<TrustStore> trust = !files.cas.empty()        ? TrustStore::from_files(files.cas, files.crls)
                             : !files.raw_keys.empty() ? TrustStore::nobody()
                                                       : TrustStore::system();
  if (trust && !files.raw_keys.empty()) trust = trust->with_raw_keys_from_files(files.raw_keys);
  if (!trust) return std::unexpected(trust.error().message());
  return *std::move(trust);
}

}  // namespace

void add_client_options(CLI::App& command, ClientFiles& files) {
  command.add_option("--ca", files.cas, "Trust these authorities (PEM), not the system's")
      ->type_name("FILE")->allow_extra_args(false)->group(group);
  command.add_option("--crl", files.crls, "Revocation lists (PEM); then every certificate needs a current one")
      ->type_name("FILE")->allow_extra_args(false)->group(group);
  command.add_option("--cert", files.certificate, "Our certificate chain (PEM), shown when the server asks")
      ->type_name("FILE")->group(group);
  command.add_option("--key", files.key, "Its private key (PEM); left out: it is in the file of --cert")
      ->type_name("FILE")->group(group);
  command.add_option("--trust-raw-key", files.raw_keys,
                     "Trust a server with one of these raw public keys (PEM), and no authority but those of --ca (TLS 1.3)")
      ->type_name("FILE")->allow_extra_args(false)->group(group);
  command.add_option("--raw-public-key", files.raw_public_key,
                     "A private key (PEM) whose public half is shown when the server takes raw public keys (TLS 1.3)")
      ->type_name("FILE")->group(group);
  command.add_option("--staple", files.staple,
                     "Ask for a stapled OCSP response, which must be good if it comes; or require one")
      ->type_name("request|require")->check(CLI::IsMember({"request", "require"}).description(""))->group(group);
  command.add_flag("--sct", files.timestamps, "Ask for signed certificate timestamps; they are not checked")
      ->group(group);
  command.add_option("--key-share", files.key_shares,
                     "Groups of which the first hello has a share; each is one of those offered, see --group (TLS 1.3)")
      ->delimiter(',')->allow_extra_args(false)->type_name("GROUP")->group("Protocol");
  command.add_flag("--post-handshake-auth", files.post_handshake_auth,
                   "Show our certificate also to a server that asks for it after the handshake (TLS 1.3)")->group(group);
  command.add_flag("--insecure", files.insecure, "Verify NOTHING: anybody may be in the middle. To look at broken servers")
      ->group(group);
}

Outcome<std::shared_ptr<const ClientConfig>> make_client_config(const ClientFiles& files, const TlsOptions& tls) {
  ClientOptions options;
  TRY(apply(tls, options));
  for (const std::string& name : files.key_shares) {
    const auto shared = group_from(name);
    if (!shared) return std::unexpected("--key-share: there is no group '" + name + "' here");
    options.key_shares.push_back(*shared);
  }
  auto trust = TRY(read_trust(files));
  options.trust = std::move(trust);
  if (files.certificate.empty() && !files.key.empty()) return std::unexpected("--key needs --cert");
  if (!files.certificate.empty()) {
    auto identity = Identity::from_files(files.certificate, files.key.empty() ? files.certificate : files.key);
    if (!identity) return std::unexpected(identity.error().message());
    options.identities.push_back(*std::move(identity));
  }
  if (!files.raw_public_key.empty()) {
    auto identity = Identity::raw_public_key_from_file(files.raw_public_key);
    if (!identity) return std::unexpected(identity.error().message());
    options.identities.push_back(*std::move(identity));
  }
  options.request_staple = !files.staple.empty();
  options.require_staple = files.staple == "require";
  options.request_sct = files.timestamps;
  options.post_handshake_auth = files.post_handshake_auth;
  options.max_fragment_length = files.max_fragment_length;
  if (!files.sessions.empty()) {
    auto store = TRY(FileSessions::open({.path = files.sessions, .report = [](const std::string& sentence) {
                                           fmt::print(stderr, "handfast: {}\n", sentence);
                                         }}));
    options.sessions = std::move(store);
  }
  auto config = ClientConfig::make(std::move(options));
  if (!config) return std::unexpected(config.error().message());
  return *std::move(config);
}

}  // namespace handfast::app
