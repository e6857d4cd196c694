#include "configuration.hpp"

#include <algorithm>

#include <base/contains.hpp>
#include <base/file.hpp>
#include <catalog/groups.hpp>
#include <catalog/schemes.hpp>
#include <catalog/suites.hpp>
#include <crypto/identity.hpp>
#include <crypto/issue.hpp>

namespace handfast::bogo {
namespace {

// What the runner takes for granted where a flag does not say otherwise.

constexpr Suite usual_suites[] = {
    Suite::TLS_AES_128_GCM_SHA256,
    Suite::TLS_AES_256_GCM_SHA384,
    Suite::TLS_CHACHA20_POLY1305_SHA256,
    Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    Suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    Suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    Suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    Suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    Suite::TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
    Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    Suite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
    Suite::TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA,
    Suite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    Suite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
    Suite::TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA,
    Suite::TLS_RSA_WITH_AES_128_GCM_SHA256,
    Suite::TLS_RSA_WITH_AES_256_GCM_SHA384,
    Suite::TLS_RSA_WITH_AES_128_CBC_SHA,
    Suite::TLS_PSK_WITH_AES_128_CBC_SHA,
    Suite::TLS_RSA_WITH_AES_256_CBC_SHA,
    Suite::TLS_PSK_WITH_AES_256_CBC_SHA,
};

const std::vector usual_groups{Group::x25519, Group::secp256r1, Group::secp384r1};

/// Those that a peer may sign with.
const std::vector usual_schemes{Scheme::ecdsa_secp256r1_sha256, Scheme::rsa_pss_rsae_sha256,    Scheme::rsa_pkcs1_sha256,
                                Scheme::ecdsa_secp384r1_sha384, Scheme::rsa_pss_rsae_sha384,    Scheme::rsa_pkcs1_sha384,
                                Scheme::rsa_pss_rsae_sha512,    Scheme::rsa_pkcs1_sha512};
/// Those that whoever has a key may sign with besides.
constexpr Scheme more_of_signers[] = {Scheme::ed25519, Scheme::ecdsa_secp521r1_sha512};

std::vector<Version> versions_of(const Flags& flags) {
  std::vector<Version> versions;
  const auto add = [&](Version version, bool is_off) {
    const auto number = static_cast<int>(version);
    if (is_off || number < flags.min_version || (flags.max_version != 0 && number > flags.max_version)) return;
    versions.push_back(version);
  };
  add(Version::tls13, flags.no_tls13 || flags.fallback_scsv);   // above it there is none that was tried before
  add(Version::tls12, flags.no_tls12);
  add(Version::tls11, flags.no_tls11);
  add(Version::tls10, flags.no_tls1);
  return versions;
}

bool has_aes(Suite suite) { return name(suite).find("_AES_") != std::string_view::npos; }
bool has_aes128(Suite suite) { return name(suite).find("_AES_128_") != std::string_view::npos; }

/// Suites of TLS 1.3 are not the affair of -cipher.
bool is_chosen(Suite suite, const std::string& cipher) {
  if (catalog::find(suite)->first == Version::tls13 || cipher.empty() || cipher == "DEFAULT:NULL-SHA") return true;
  if (cipher == "AES128") return has_aes128(suite);
  if (cipher == "DEFAULT:!AES") return !has_aes(suite);
  throw NotImplemented{"-cipher " + cipher};
}

std::vector<Suite> suites_of(const Flags& flags, const std::vector<Version>& versions) {
  std::vector<Suite> suites(std::begin(usual_suites), std::end(usual_suites));
  if (flags.cipher == "DEFAULT:NULL-SHA") suites.push_back(Suite::TLS_RSA_WITH_NULL_SHA);
  std::erase_if(suites, [&](Suite suite) {
    const auto& row = *catalog::find(suite);
    if (flags.psk.empty() && row.authentication == catalog::Authentication::psk) return true;
    if (!is_chosen(suite, flags.cipher)) return true;
    return std::ranges::none_of(versions, [&](Version version) { return catalog::is_for(row, version); });
  });
  return suites;
}

std::vector<Group> groups_of(const Flags& flags) {
  std::vector<Group> groups;
  for (const int number : flags.curves) {
    const auto group = static_cast<Group>(number);
    if (!catalog::find(group)) throw NotImplemented{"-curves " + printable(group)};
    groups.push_back(group);
  }
  return groups.empty() ? usual_groups : groups;
}

/// Those with SHA-1 are implied before TLS 1.2 and do not exist from there on (RFC 9155): they cannot be named.
std::vector<Scheme> implemented(const std::vector<int>& numbers) {
  std::vector<Scheme> schemes;
  for (const int number : numbers) {
    const auto scheme = static_cast<Scheme>(number);
    if (catalog::find(scheme) && !contains(schemes, scheme)) schemes.push_back(scheme);
  }
  return schemes;
}

/// Handfast has one list for what is signed and what is verified, where the runner has one for each: what the flag does not speak of
/// stays as usual, as far as it can be told apart by the key.
std::vector<Scheme> schemes_of(const Flags& flags, const std::vector<Identity>& identities) {
  const auto is_ours = [&](Scheme scheme) {
    return !identities.empty() && identities.front().state().public_key.fits(scheme, Version::tls12);
  };
  auto schemes = implemented(flags.verify_prefs.empty() ? flags.signing_prefs : flags.verify_prefs);
  const auto add = [&](Scheme scheme, bool wanted) {
    if (wanted && !contains(schemes, scheme)) schemes.push_back(scheme);
  };
  for (const auto scheme : usual_schemes)
    add(scheme, is_ours(scheme) ? flags.signing_prefs.empty() : flags.verify_prefs.empty());
  for (const auto scheme : more_of_signers) add(scheme, is_ours(scheme) && flags.signing_prefs.empty());
  return schemes;
}

class Secrets : public KeyLog {
 public:
  explicit Secrets(World& world) : world_(world) {}
  void secret(std::string_view label, Bytes, Bytes secret) override {
    world_.secrets[std::string(label)] = Buffer(secret.begin(), secret.end());
  }

 private:
  World& world_;
};

/// Protocol names as on the wire.
std::vector<std::string> protocols(std::string_view wire) {
  std::vector<std::string> names;
  while (!wire.empty()) {
    const size_t size = static_cast<uint8_t>(wire[0]);
    names.emplace_back(wire.substr(1, size));
    wire.remove_prefix(std::min(wire.size(), 1 + size));
  }
  return names;
}

Result<> set_common(CommonOptions& options, const Flags& flags, const std::vector<Identity>& identities, World& world) {
  options.legacy.tls10 = options.legacy.tls11 = true;
  options.unsafe.no_encryption = !flags.cipher.empty();
  options.versions = versions_of(flags);
  if (options.versions.empty()) return fail(Fault::config_empty_list, {"versions"});
  options.suites = suites_of(flags, options.versions);
  std::erase_if(options.versions, [&](Version version) {
    return std::ranges::none_of(options.suites, [&](Suite suite) { return catalog::is_for(*catalog::find(suite), version); });
  });
  options.groups = groups_of(flags);
  options.schemes = schemes_of(flags, identities);
  options.renegotiation.allow_peer = flags.renegotiate_freely || flags.renegotiate_once || flags.renegotiate_explicit;
  options.legacy.accept_peer_without_secure_renegotiation = true;
  options.limits.chain_length = 100;
  options.limits.renegotiations = flags.renegotiate_once ? 1 : 1000;
  if (flags.max_cert_list > 0) options.limits.handshake_message = static_cast<size_t>(flags.max_cert_list);
  options.environment.wall_clock = [&world] { return world.now; };
  options.key_log = std::make_shared<Secrets>(world);
  return {};
}

/// An authority that has issued nothing: whoever is verified against it is refused.
Result<TrustStore> trust_in_a_stranger() {
  auto key = TRY(crypto::make_key(crypto::NewKey::p256));
  const auto now = std::chrono::system_clock::now();
  const crypto::CertificateSpec spec{.common_name = "A stranger", .purpose = crypto::Purpose::authority,
                                     .valid = {now - std::chrono::hours(1), now + std::chrono::hours(1)}};
  const auto certificate = TRY(crypto::issue_certificate(spec, key, nullptr));
  return TrustStore::from_pem(crypto::certificate_to_pem(certificate));
}

/// Whom the runner's certificates are judged by. They are of all kinds and dates, so that nothing but -verify-fail refuses them.
Result<TrustStore> trust_of(const Flags& flags) {
  if (flags.verify_fail && (flags.verify_peer || flags.require_any_client_certificate)) return trust_in_a_stranger();
  return TrustStore::insecure_accept_anyone();
}

Result<Identity> identity_of(const Flags& flags, World& world) {
  if (!flags.async) return Identity::from_files(flags.cert_file, flags.key_file);
  const auto chain = TRY(read_file(flags.cert_file));
  return Identity::with_callback(as_text(chain.view()), [&world](SigningRequest request) { world.to_sign.push_back(std::move(request)); });
}

Result<std::vector<Identity>> identities_of(const Flags& flags, World& world) {
  if (flags.cert_file.empty()) return std::vector<Identity>();
  auto identity = TRY(identity_of(flags, world));
  if (!flags.signed_cert_timestamps.empty()) {
    const auto bytes = as_bytes(flags.signed_cert_timestamps);
    auto with_timestamps = TRY(identity.with_timestamps(Buffer(bytes.begin(), bytes.end())));
    identity = std::move(with_timestamps);
  }
  return std::vector{identity};
}

/// None where the flags name none.
Result<std::vector<ExternalPsk>> psks_of(const Flags& flags) {
  if (flags.psk.empty()) return std::vector<ExternalPsk>();
  auto key = TRY(ExternalPsk::make(flags.psk_identity, as_bytes(flags.psk)));
  return std::vector{std::move(key)};
}

}  // namespace

Result<std::shared_ptr<const ClientConfig>> client_config(const Flags& flags, World& world) {
  ClientOptions options;
  auto identities = TRY(identities_of(flags, world));
  TRY(set_common(options, flags, identities, world));
  options.identities = std::move(identities);
  auto trust = TRY(trust_of(flags));
  options.trust = std::move(trust);
  options.alpn = protocols(flags.advertise_alpn);
  options.tickets = !flags.no_ticket;
  options.grease = flags.enable_grease;
  options.request_sct = flags.enable_signed_cert_timestamps;
  options.request_staple = flags.enable_ocsp_stapling;
  auto psks = TRY(psks_of(flags));
  options.external_psks = std::move(psks);
  return ClientConfig::make(std::move(options));
}

Result<std::shared_ptr<const ServerConfig>> server_config(const Flags& flags, World& world) {
  ServerOptions options;
  auto identities = TRY(identities_of(flags, world));
  TRY(set_common(options, flags, identities, world));
  options.identities = std::move(identities);
  if (flags.require_any_client_certificate) options.client_auth = ClientAuth::require;
  else if (flags.verify_peer) options.client_auth = ClientAuth::request;
  if (options.client_auth != ClientAuth::none) {
    auto trust = TRY(trust_of(flags));
    options.client_trust = std::move(trust);
  }
  if (!flags.select_alpn.empty()) options.alpn = {flags.select_alpn};
  if (flags.reject_alpn) options.alpn = {"a name that no client has"};
  options.tickets = !flags.no_ticket;
  options.ticket_keys = world.ticket_keys;
  options.session_cache = world.session_cache;
  if (flags.enable_early_data && contains(options.versions, Version::tls13)) options.early_data = EarlyDataPolicy{.limit = 14336, .strikes = world.strikes, .freshness = std::chrono::seconds(60)};
  auto psks = TRY(psks_of(flags));
  if (!psks.empty())
    options.find_external_psk = [psk = psks.front()](std::string_view identity) {
      return identity == psk.identity() ? std::optional(psk) : std::nullopt;
    };
  options.psk_identity_hint = flags.psk_identity;
  return ServerConfig::make(std::move(options));
}

Result<Buffer> sign(const Flags& flags, const SigningRequest& request, Version version) {
  auto identity = TRY(Identity::from_files(flags.cert_file, flags.key_file));
  return identity.state().key.sign(request.scheme, version, request.input);
}

}  // namespace handfast::bogo
