// config.cpp: configurations, checked once.
#include <handfast/config.hpp>

#include <algorithm>

#include <base/contains.hpp>
#include <catalog/groups.hpp>
#include <catalog/schemes.hpp>
#include <catalog/suites.hpp>
#include <crypto/certificate_compression.hpp>
#include <crypto/hash.hpp>
#include <crypto/identity.hpp>
#include <fmt/format.h>
#include <handshake/client.hpp>
#include <handshake/external_psk.hpp>
#include <handshake/record_limits.hpp>
#include <record/pool.hpp>

namespace handfast {
namespace {

template <class T>
Result<> check_list(std::string_view what, std::vector<T>& items, std::vector<T> defaults, auto is_implemented) {
  if (items.empty()) items = std::move(defaults);
  for (size_t i = 0; i < items.size(); ++i) {
    if (!is_implemented(items[i]))
      return fail(Fault::config_unknown_name, {fmt::format("{}: {} is not implemented", what, printable(items[i]))});
    if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
        items.begin() + static_cast<std::ptrdiff_t>(i))
      return fail(Fault::config_conflict, {fmt::format("{}: {} stands there twice", what, printable(items[i]))});
  }
  return {};
}

bool any_for(Version version, const std::vector<Suite>& suites) {
  return std::ranges::any_of(suites, [&](Suite suite) { return is_for(*catalog::find(suite), version); });
}

std::vector<Version> default_versions(const Legacy& legacy) {
  std::vector versions{Version::tls13, Version::tls12};
  if (legacy.tls11) versions.push_back(Version::tls11);
  if (legacy.tls10) versions.push_back(Version::tls10);
  return versions;
}

/// TLS 1.0 and 1.1 have none of the default suites: where they are on, so is the best that they have.
std::vector<Suite> default_suites_for(const std::vector<Version>& versions) {
  auto suites = default_suites();
  if (std::ranges::min(versions) >= Version::tls12) return suites;
  for (const auto& row : catalog::suites())
    if (row.first < Version::tls12 && row.key_exchange == catalog::KeyExchange::ecdhe && has_certificate(row) && row.cipher != catalog::Cipher::null)
      suites.push_back(row.suite);
  return suites;
}

bool is_implemented(Version version) { return version >= Version::tls10 && version <= Version::tls13; }

auto find_suite(const CommonOptions& options, catalog::Authentication authentication) {
  const auto has_it = [=](Suite suite) { return catalog::find(suite)->authentication == authentication; };
  return std::ranges::find_if(options.suites, has_it);
}

/// What costs security is said by its name.
Result<> check_switches(const CommonOptions& options) {
  if (contains(options.versions, Version::tls10) && !options.legacy.tls10)
    return fail(Fault::config_conflict, {"versions: TLS 1.0 needs legacy.tls10: its CBC records and SHA-1 signatures are broken (RFC 8996)"});
  if (contains(options.versions, Version::tls11) && !options.legacy.tls11)
    return fail(Fault::config_conflict, {"versions: TLS 1.1 needs legacy.tls11: its signatures are made with SHA-1 (RFC 8996)"});
  auto anonymous = find_suite(options, catalog::Authentication::anonymous);
  if (anonymous != options.suites.end() && !options.unsafe.anonymous)
    return fail(Fault::config_conflict, {fmt::format("suites: {} needs unsafe.anonymous: nobody proves who they are", printable(*anonymous))});
  auto plain = std::ranges::find_if(options.suites, [](Suite suite) { return catalog::find(suite)->cipher == catalog::Cipher::null; });
  if (plain != options.suites.end() && !options.unsafe.no_encryption)
    return fail(Fault::config_conflict, {fmt::format("suites: {} needs unsafe.no_encryption: everybody on the way reads along", printable(*plain))});
  return {};
}

/// Versions follow from suites that were named, and suites from versions: what one side cannot use is left out, unless
/// both were named and do not fit.
Result<> match_versions(CommonOptions& options) {
  bool named_versions = !options.versions.empty(), named_suites = !options.suites.empty();
  TRY(check_list("versions", options.versions, default_versions(options.legacy), is_implemented));
  TRY(check_list("suites", options.suites, default_suites_for(options.versions), [](Suite s) { return catalog::find(s) != nullptr; }));
  if (named_suites && !named_versions)
    std::erase_if(options.versions, [&](Version version) { return !any_for(version, options.suites); });
  for (auto version : options.versions)
    if (!any_for(version, options.suites))
      return fail(Fault::config_conflict,
                  {fmt::format("suites: none is for {}, which versions has", printable(version))});
  auto is_for_other = [&](Suite suite) {
    return std::ranges::none_of(options.versions, [&](Version version) { return is_for(*catalog::find(suite), version); });
  };
  auto other = std::ranges::find_if(options.suites, is_for_other);
  if (named_suites && other != options.suites.end())
    return fail(Fault::config_conflict, {fmt::format("suites: {} is not for any of the versions", printable(*other))});
  std::erase_if(options.suites, is_for_other);
  return {};
}

bool any_with(catalog::KeyExchange exchange, const std::vector<Suite>& suites) {
  return std::ranges::any_of(suites, [&](Suite suite) { return catalog::find(suite)->key_exchange == exchange; });
}

std::vector<Group> default_groups_for(const std::vector<Suite>& suites) {
  auto groups = default_groups();
  if (any_with(catalog::KeyExchange::dhe, suites)) groups.insert(groups.end(), {Group::ffdhe2048, Group::ffdhe3072});
  return groups;
}

/// Groups that no version and no suite of the configuration can use are left out, unless they were named.
Result<> match_groups(CommonOptions& options) {
  bool named = !options.groups.empty();
  TRY(check_list("groups", options.groups, default_groups_for(options.suites), [](Group g) { return catalog::find(g) != nullptr; }));
  if (contains(options.versions, Version::tls13)) return {};
  const bool has_dhe = any_with(catalog::KeyExchange::dhe, options.suites);
  auto is_other = [&](Group group) {
    auto exchange = catalog::find(group)->exchange;
    return exchange == catalog::Exchange::hybrid || (exchange == catalog::Exchange::ffdhe && !has_dhe);
  };
  auto other = std::ranges::find_if(options.groups, is_other);
  if (named && other != options.groups.end())
    return fail(Fault::config_conflict,
                {fmt::format("groups: {} needs TLS 1.3 among the versions{}", printable(*other),
                             catalog::find(*other)->exchange == catalog::Exchange::ffdhe ? ", or a DHE suite" : "")});
  std::erase_if(options.groups, is_other);
  return {};
}

/// `has_others`: keys come from elsewhere too.
Result<> check_external_psks(const CommonOptions& options, bool has_others) {
  const auto& keys = options.external_psks;
  const auto psk_suite = find_suite(options, catalog::Authentication::psk);
  if (!keys.empty() && !contains(options.versions, Version::tls13) && psk_suite == options.suites.end())
    return fail(Fault::config_conflict, {"external_psks: keys that both sides have need TLS 1.3 among the versions, or a PSK suite"});
  if (keys.empty() && !has_others && psk_suite != options.suites.end())
    return fail(Fault::config_conflict, {fmt::format("suites: {} needs keys that both sides have (external_psks)", printable(*psk_suite))});
  for (auto key = keys.begin(); key != keys.end(); ++key)
    if (std::ranges::find(keys.begin(), key, key->identity(), &ExternalPsk::identity) != key)
      return fail(Fault::config_conflict, {fmt::format("external_psks: \"{}\" stands there twice", key->identity())});
  return {};
}

Result<> check_common(CommonOptions& options) {
  TRY(match_versions(options));
  TRY(check_switches(options));
  TRY(match_groups(options));
  TRY(check_list("schemes", options.schemes, default_schemes(), [](Scheme s) { return catalog::find(s) != nullptr; }));
  if (contains(options.certificate_schemes, Scheme::rsa_pkcs1_md5_sha1))
    return fail(Fault::config_conflict, {"certificate_schemes: rsa_pkcs1_md5_sha1 signs handshakes of TLS 1.0 and 1.1 and nothing else"});
  const auto compressions = crypto::implemented_compressions();
  TRY(check_list("certificate_compressions", options.certificate_compressions, {},
                 [&](CertificateCompression c) { return contains(compressions, c); }));
  size_t size = 0;
  for (const auto& protocol : options.alpn) {
    if (protocol.empty() || protocol.size() > 255)
      return fail(Fault::config_conflict, {fmt::format("alpn: \"{}\" is not 1 to 255 bytes long", protocol)});
    size += 1 + protocol.size();
  }
  if (size > 16384) return fail(Fault::config_conflict, {"alpn: the protocol names are longer than 16384 bytes together"});
  if (options.verified_chain_lifetime < std::chrono::seconds::zero())
    return fail(Fault::config_conflict, {"verified_chain_lifetime is negative"});
  if (options.record_size_limit != 0 && (options.record_size_limit < 64 || options.record_size_limit > 16385))
    return fail(Fault::config_conflict, {fmt::format("record_size_limit: {} is not 64 to 16385", options.record_size_limit)});
  if (!options.environment.wall_clock || !options.environment.steady_clock)
    return fail(Fault::config_conflict, {"environment: a clock is missing"});
  return {};
}

/// What only the PSK suites use would be set in vain.
Result<> check_needs_psk_suite(const CommonOptions& options, bool is_set, std::string_view what) {
  if (!is_set || find_suite(options, catalog::Authentication::psk) != options.suites.end()) return {};
  return fail(Fault::config_conflict, {fmt::format("{} needs a PSK suite among the suites", what)});
}

bool has_lookup(const ServerOptions& options) { return options.find_external_psk || options.find_psk_later; }

Result<> check_identities(const ServerOptions& options) {
  const bool has_psks = !options.external_psks.empty() || has_lookup(options);
  const auto anonymous = find_suite(options, catalog::Authentication::anonymous);
  if (anonymous != options.suites.end() && options.client_auth != ClientAuth::none)
    return fail(Fault::config_conflict, {fmt::format("suites: with {} no client can be asked for its certificate (RFC 5246 section 7.4.4)",
                                                     printable(*anonymous))});
  if (options.identities.empty() && !has_psks && anonymous == options.suites.end())
    return fail(Fault::config_identity_missing, {"identities: a server needs at least one, or external keys"});
  if (options.client_auth != ClientAuth::none && !options.client_trust)
    return fail(Fault::config_trust_missing, {"client_trust: asking for client certificates needs the authorities that may issue them"});
  if (options.post_handshake_auth && !options.client_trust)
    return fail(Fault::config_trust_missing, {"client_trust: asking for client certificates later needs the authorities too"});
  if (options.client_auth == ClientAuth::none && !options.post_handshake_auth && options.client_trust)
    return fail(Fault::config_conflict, {"client_trust is set, but client_auth does not ask for certificates"});
  return {};
}

/// RFC 7250 is for TLS 1.3 alone here.
template <class Options>
Result<> check_raw_keys(const Options& options) {
  const auto is_raw = [](const Identity& identity) { return identity.is_raw_public_key(); };
  if (contains(options.versions, Version::tls13) || std::ranges::none_of(options.identities, is_raw)) return {};
  return fail(Fault::config_conflict, {"identities: a raw public key needs TLS 1.3 among the versions"});
}

Result<> check_fragments(const ClientOptions& options) {
  if (options.max_fragment_length == 0 || fragment_length_of(options.max_fragment_length)) return {};
  return fail(Fault::config_conflict,
              {fmt::format("max_fragment_length: {} is not 512, 1024, 2048 or 4096", options.max_fragment_length)});
}

/// What TLS 1.2 and before have not would be set in vain.
Result<> check_needs_tls13(const ServerOptions& options, bool is_set, std::string_view what) {
  if (!is_set || contains(options.versions, Version::tls13)) return {};
  return fail(Fault::config_conflict, {fmt::format("{} needs TLS 1.3 among the versions", what)});
}

/// RFC 8446 section 4.2.8.
Result<> check_key_shares(const ClientOptions& options) {
  const auto& shares = options.key_shares;
  for (auto share = shares.begin(); share != shares.end(); ++share) {
    if (!contains(options.groups, *share))
      return fail(Fault::config_conflict, {fmt::format("key_shares: {} is not among the groups", printable(*share))});
    if (std::find(shares.begin(), share, *share) != share)
      return fail(Fault::config_conflict, {fmt::format("key_shares: {} stands there twice", printable(*share))});
  }
  return {};
}

Result<> check_early_data(const ServerOptions& options) {
  const auto& policy = options.early_data;
  if (policy && !policy->strikes)
    return fail(Fault::config_conflict, {"early_data: without a register (strikes) it could be replayed"});
  if (policy && (policy->limit == 0 || policy->freshness.count() <= 0))
    return fail(Fault::config_conflict, {"early_data: limit and freshness are positive"});
  if (policy && !options.tickets) return fail(Fault::config_conflict, {"early_data needs tickets"});
  return {};
}

Buffer fingerprint_of(const ServerOptions& options) {
  crypto::Hash hash(crypto::HashAlgorithm::sha256);
  const uint8_t auth[] = {static_cast<uint8_t>(options.client_auth),
                          options.client_trust && options.client_trust->accepts_anyone() ? uint8_t{1} : uint8_t{0}};
  hash.update(auth);
  if (options.client_trust) hash.update(options.client_trust->fingerprint());
  for (const auto& identity : options.identities) {
    auto leaf = crypto::hash(crypto::HashAlgorithm::sha256, identity.chain().front());
    hash.update(leaf.view());
  }
  add_to(hash, options.external_psks);
  auto digest = hash.peek();
  return {digest.view().begin(), digest.view().end()};
}

}  // namespace

ClientConfig::ClientConfig(ClientOptions options, std::unique_ptr<BufferPool> pool, Buffer fingerprint)
    : options_(std::move(options)), pool_(std::move(pool)), fingerprint_(std::move(fingerprint)) {}
ClientConfig::~ClientConfig() = default;

Result<std::shared_ptr<const ClientConfig>> ClientConfig::make(ClientOptions options) try {
  TRY(check_common(options));
  TRY(check_external_psks(options, static_cast<bool>(options.choose_psk)));
  TRY(check_needs_psk_suite(options, static_cast<bool>(options.choose_psk), "choose_psk"));
  TRY(check_raw_keys(options));
  TRY(check_fragments(options));
  TRY(check_key_shares(options));
  if (!options.trust) {
    auto system = TRY(TrustStore::system());
    options.trust = std::move(system);
  }
  auto fingerprint = handfast::fingerprint_of(options);
  return std::shared_ptr<const ClientConfig>(
      new ClientConfig(std::move(options), std::make_unique<BufferPool>(), std::move(fingerprint)));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

ServerConfig::ServerConfig(ServerOptions options, std::unique_ptr<BufferPool> pool, Buffer fingerprint)
    : options_(std::move(options)), pool_(std::move(pool)), fingerprint_(std::move(fingerprint)) {}
ServerConfig::~ServerConfig() = default;

Result<std::shared_ptr<const ServerConfig>> ServerConfig::make(ServerOptions options) try {
  TRY(check_common(options));
  TRY(check_external_psks(options, has_lookup(options)));
  TRY(check_needs_psk_suite(options, static_cast<bool>(options.find_psk_later), "find_psk_later"));
  TRY(check_needs_psk_suite(options, !options.psk_identity_hint.empty(), "psk_identity_hint"));
  if (options.psk_identity_hint.size() > 65535)
    return fail(Fault::config_conflict, {"psk_identity_hint has more than 65535 bytes"});
  TRY(check_identities(options));
  TRY(check_raw_keys(options));
  TRY(check_needs_tls13(options, options.stateless_retry, "stateless_retry"));
  TRY(check_needs_tls13(options, options.early_data.has_value(), "early_data"));
  TRY(check_early_data(options));
  if (!options.ticket_keys) options.ticket_keys = std::make_shared<TicketKeys>();
  if (!options.session_cache) options.session_cache = std::make_shared<SessionCache>();
  auto fingerprint = fingerprint_of(options);
  return std::shared_ptr<const ServerConfig>(
      new ServerConfig(std::move(options), std::make_unique<BufferPool>(), std::move(fingerprint)));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

}  // namespace handfast
