#include <handshake/choose.hpp>

#include <algorithm>

#include <base/printable.hpp>
#include <catalog/groups.hpp>
#include <crypto/identity.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <handshake/candidates.hpp>

namespace handfast {
namespace {

/// RFC 8422 section 4 and RFC 7919 section 4: a client that names none of a kind leaves the choice to the server.
std::optional<Group> first_common_group(const messages::ClientHello& hello, const CommonOptions& options, catalog::Exchange exchange) {
  auto extension = hello.extensions.find<extensions::SupportedGroups>();
  const auto is_finite_field = [](Group group) { return static_cast<uint16_t>(group) >> 8 == 1; };
  const bool is_free = !extension || (exchange == catalog::Exchange::ffdhe &&
                                      std::ranges::none_of(extension->named_group_list.items, is_finite_field));
  for (auto group : options.groups) {
    if (catalog::find(group)->exchange != exchange) continue;
    if (is_free || contains(extension->named_group_list.items, group)) return group;
  }
  return {};
}

bool has_external_keys(const ServerOptions& options) {
  return !options.external_psks.empty() || options.find_external_psk || options.find_psk_later;
}

/// Why a suite cannot be used, the one that came furthest last.
enum class Obstacle : uint8_t { not_offered, no_psk, no_certificate, no_group, no_scheme, none };

struct Attempt {
  SuiteChoice choice;
  Obstacle obstacle = Obstacle::none;
};

/// What a choice is made from. The client's lists may be long: each is gone through once, not for each identity and suite.
struct Given {
  const messages::ClientHello& hello;
  Version version;
  const ServerOptions& options;
  std::vector<Scheme> schemes;                ///< of ours, those that the client accepts
  std::optional<Group> curve, finite_field;   ///< our first that the client has
  Given(const messages::ClientHello& h, Version v, const ServerOptions& o)
      : hello(h), version(v), options(o), schemes(common_schemes(h, o)),
        curve(first_common_group(h, o, catalog::Exchange::curve)), finite_field(first_common_group(h, o, catalog::Exchange::ffdhe)) {}
};

std::optional<Scheme> scheme_for(const crypto::PublicKey& key, const Given& given) {
  if (given.version < Version::tls12) return scheme_before12(key);
  const auto found = std::ranges::find_if(given.schemes, [&](Scheme scheme) { return key.fits(scheme, given.version); });
  if (found == given.schemes.end()) return {};
  return *found;
}

Obstacle fit_group(SuiteChoice& choice, const Given& given) {
  choice.group = choice.suite->key_exchange == catalog::KeyExchange::ecdhe ? given.curve : given.finite_field;
  return choice.group ? Obstacle::none : Obstacle::no_group;
}

Obstacle fit_identity(SuiteChoice& choice, const Identity& identity, const Given& given) {
  const auto& state = identity.state();
  const auto& leaf = state.certificates.front();
  const auto& key = leaf.key();
  if (!fits_suite(key, *choice.suite, given.version)) return Obstacle::no_certificate;
  if (choice.suite->key_exchange == catalog::KeyExchange::rsa) {
    if (!state.key || !leaf.allows_key_encipherment()) return Obstacle::no_certificate;
    choice.identity = &identity;
    return Obstacle::none;
  }
  if (fit_group(choice, given) != Obstacle::none) return Obstacle::no_group;
  choice.scheme = scheme_for(key, given);
  if (!choice.scheme) return Obstacle::no_scheme;
  choice.identity = &identity;
  return Obstacle::none;
}

Obstacle fit_without_certificate(SuiteChoice& choice, const Given& given) {
  if (choice.suite->authentication == catalog::Authentication::psk && !has_external_keys(given.options)) return Obstacle::no_psk;
  return catalog::is_ephemeral(*choice.suite) ? fit_group(choice, given) : Obstacle::none;
}

Attempt attempt(Suite suite, const Candidates& candidates, const Given& given) {
  Attempt best{{catalog::find(suite), {}, nullptr, {}}, Obstacle::not_offered};
  if (!is_for(*best.choice.suite, given.version) || !contains(given.hello.cipher_suites.items, suite))
    return best;
  if (!has_certificate(*best.choice.suite)) {
    best.obstacle = fit_without_certificate(best.choice, given);
    return best;
  }
  best.obstacle = Obstacle::no_certificate;
  for (const auto* identity : candidates.identities) {
    SuiteChoice choice{catalog::find(suite), {}, nullptr, {}};
    auto obstacle = fit_identity(choice, *identity, given);
    if (obstacle == Obstacle::none) return {choice, obstacle};
    best.obstacle = std::max(best.obstacle, obstacle);
  }
  return best;
}

std::string_view words(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::not_offered: return "the client does not have it";
    case Obstacle::no_psk: return "we have no pre-shared keys";
    case Obstacle::no_certificate: return "no certificate of ours fits it";
    case Obstacle::no_group: return "no common group";
    case Obstacle::no_scheme: return "no signature scheme that our certificate's key can make and the client accepts";
    case Obstacle::none: break;
  }
  return "";
}

std::unexpected<Error> no_suite(Obstacle furthest, const Candidates& candidates, const messages::ClientHello& hello,
                                const ServerOptions& options) {
  auto offered = fmt::format("the client offers {}", printable_list(hello.cipher_suites.items));
  auto ours = fmt::format("we have {}", printable_list(options.suites));
  auto groups = hello.extensions.find<extensions::SupportedGroups>();
  switch (furthest) {
    case Obstacle::no_certificate:
      return fail(Fault::no_suite_for_certificate,
                  {offered, ours, fmt::format("our certificates have keys of {}", keys_of(candidates))});
    case Obstacle::no_group:
      return fail(Fault::no_common_group,
                  {fmt::format("the client offers {}", groups ? printable_list(groups->named_group_list.items) : "none"),
                   fmt::format("we have {}", printable_list(options.groups))});
    case Obstacle::no_scheme:
      return fail(Fault::no_common_signature_scheme,
                  {fmt::format("the client accepts {}", printable_list(schemes_of(hello))),
                   fmt::format("we allow {}", printable_list(options.schemes)),
                   fmt::format("our certificates have keys of {}", keys_of(candidates))});
    default: return fail(Fault::no_common_suite, {offered, ours});
  }
}

void report_suite(const SuiteChoice& choice, Version version, std::vector<std::string> rejected, const Candidates& candidates,
                  const Tracer& trace) {
  const auto* leaf = choice.identity ? &choice.identity->state().certificates.front() : nullptr;
  if (leaf) trace(DecisionEvent{"identity", leaf->subject(), candidates.because, {}});
  trace(DecisionEvent{"cipher_suite", std::string(choice.suite->name),
                      leaf ? "our first that the client has and our certificate fits" : "our first that the client has and can be used",
                      std::move(rejected)});
  if (choice.group)
    trace(DecisionEvent{"group", printable(*choice.group), "our first that the client has", {}});
  if (choice.scheme)
    trace(DecisionEvent{"signature_scheme", printable(*choice.scheme),
                        version < Version::tls12 ? "what its key signs with before TLS 1.2" : fmt::format("our first that the client accepts and {} can make", leaf->key().description()), {}});
}

}  // namespace

Result<Version> choose_version(const messages::ClientHello& hello, const CommonOptions& options, const Tracer& trace) {
  auto listed = hello.extensions.find<extensions::SupportedVersions>();
  std::optional<Version> best;
  for (auto version : options.versions) {
    // RFC 8446 section 4.2.1: without the list it is TLS 1.2 at most.
    bool client_has = listed ? contains(listed->versions.items, version)
                             : version <= Version::tls12 && hello.client_version >= version;
    if (client_has && (!best || version > *best)) best = version;
  }
  auto offered = [&] {
    return listed ? fmt::format("the client offers {}", printable_list(listed->versions.items))
                  : fmt::format("the client offers {} at most", printable(hello.client_version));
  };
  if (!best)
    return fail(Fault::version_not_supported, {offered(), fmt::format("we have {}", printable_list(options.versions))});
  trace.decision([&] { return DecisionEvent{"version", printable(*best), "highest that both sides have; " + offered(), {}}; });
  return *best;
}

std::string_view asked_name(const messages::ClientHello& hello) {
  auto extension = hello.extensions.find<extensions::ServerName>();
  return extension ? std::string_view(extension->server_name_list.entry.host_name.text) : std::string_view{};
}

Result<SuiteChoice> choose_suite(const messages::ClientHello& hello, Version version, const ServerOptions& options,
                                 const Tracer& trace) {
  auto candidates = TRY(candidates_for(asked_name(hello), CertificateType::x509, options));
  const Given given(hello, version, options);
  auto furthest = Obstacle::not_offered;
  std::vector<std::string> rejected;
  for (auto suite : options.suites) {
    auto tried = attempt(suite, candidates, given);
    if (tried.obstacle == Obstacle::none) {
      if (trace) report_suite(tried.choice, version, std::move(rejected), candidates, trace);
      return tried.choice;
    }
    furthest = std::max(furthest, tried.obstacle);
    if (trace) rejected.push_back(fmt::format("{}: {}", printable(suite), words(tried.obstacle)));
  }
  return no_suite(furthest, candidates, hello, options);
}

Result<std::string> choose_protocol(const messages::ClientHello& hello, const CommonOptions& options, const Tracer& trace) {
  auto offered = hello.extensions.find<extensions::ApplicationProtocols>();
  if (!offered || options.alpn.empty()) return std::string();
  for (const auto& protocol : options.alpn) {
    for (auto name : offered->protocol_name_list) {
      if (as_text(name) != protocol) continue;
      trace.decision([&] { return DecisionEvent{"alpn", protocol, "our first that the client offers", {}}; });
      return protocol;
    }
  }
  std::vector<std::string> names;
  for (auto name : offered->protocol_name_list)
    if (names.size() < 20) names.push_back(printable_text(as_text(name)));
  return fail(Fault::no_common_protocol, {fmt::format("the client offers {}", fmt::join(names, ", ")),
                                          fmt::format("we have {}", fmt::join(options.alpn, ", "))});
}

}  // namespace handfast
