#include <handshake/choose.hpp>

#include <algorithm>

#include <base/printable.hpp>
#include <catalog/groups.hpp>
#include <crypto/identity.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace handfast {
namespace {

template <class T>
bool contains(const std::vector<T>& items, T item) {
  return std::ranges::find(items, item) != items.end();
}

template <class T>
std::string printable_list(const std::vector<T>& items) {
  if (items.empty()) return "none";
  constexpr size_t most = 40;
  std::string text;
  for (size_t i = 0; i < items.size() && i < most; ++i) text += (i ? ", " : "") + printable(items[i]);
  return items.size() > most ? fmt::format("{}, and {} more", text, items.size() - most) : text;
}

bool fits_suite(crypto::KeyType type, const catalog::SuiteRow& suite) {
  using enum crypto::KeyType;
  if (suite.authentication == catalog::Authentication::ecdsa) return type == ecdsa || type == ed25519 || type == ed448;
  return type == rsa || (type == rsa_pss && suite.key_exchange == catalog::KeyExchange::ecdhe);
}

const std::vector<Scheme>& schemes_of(const messages::ClientHello& hello) {
  static const std::vector<Scheme> none;   // SHA-1 (RFC 5246 section 7.4.1.4.1), which is not made here
  auto extension = hello.extensions.find<extensions::SignatureAlgorithms>();
  return extension ? extension->supported_signature_algorithms.items : none;
}

std::optional<Group> first_common_group(const messages::ClientHello& hello, const CommonOptions& options) {
  auto extension = hello.extensions.find<extensions::SupportedGroups>();
  for (auto group : options.groups) {
    if (catalog::find(group)->exchange != catalog::Exchange::curve) continue;
    // RFC 8422 section 4: without the extension the server is free to choose.
    if (!extension || contains(extension->named_group_list.items, group)) return group;
  }
  return {};
}

/// Why a suite cannot be used, the one that came furthest last.
enum class Obstacle : uint8_t { not_offered, no_certificate, no_group, no_scheme, none };

struct Candidates {
  std::vector<const Identity*> identities;   ///< in order of preference
  std::string because;
};

/// Those that have the asked-for name before the others.
Result<Candidates> candidates_for(std::string_view name, const ServerOptions& options) {
  Candidates found;
  if (!name.empty() && (options.identities.size() > 1 || options.refuse_unknown_names)) {
    for (const auto& identity : options.identities)
      if (identity.state().certificates.front().names_host(name)) found.identities.push_back(&identity);
    if (!found.identities.empty()) {
      found.because = "it has the name that the client asked for";
      return found;
    }
    if (options.refuse_unknown_names)
      return fail(Fault::server_name_unknown, {fmt::format("the client asked for \"{}\"", printable_text(name))});
  }
  for (const auto& identity : options.identities) found.identities.push_back(&identity);
  found.because = options.identities.size() == 1 ? "it is the only one"
                  : name.empty()                 ? "the client asked for no name"
                                                 : "none has the name that the client asked for";
  return found;
}

struct Attempt {
  SuiteChoice choice;
  Obstacle obstacle = Obstacle::none;
};

Obstacle fit_identity(SuiteChoice& choice, const Identity& identity, const messages::ClientHello& hello,
                      const ServerOptions& options) {
  const auto& state = identity.state();
  const auto& leaf = state.certificates.front();
  const auto& key = leaf.key();
  if (!fits_suite(key.type(), *choice.suite)) return Obstacle::no_certificate;
  if (choice.suite->key_exchange == catalog::KeyExchange::rsa) {
    if (!state.key || !leaf.allows_key_encipherment()) return Obstacle::no_certificate;
    choice.identity = &identity;
    return Obstacle::none;
  }
  choice.group = first_common_group(hello, options);
  if (!choice.group) return Obstacle::no_group;
  for (auto scheme : options.schemes) {
    if (!contains(schemes_of(hello), scheme) || !key.fits(scheme, Version::tls12)) continue;
    choice.identity = &identity;
    choice.scheme = scheme;
    return Obstacle::none;
  }
  return Obstacle::no_scheme;
}

Attempt attempt(Suite suite, const Candidates& candidates, const messages::ClientHello& hello,
                const ServerOptions& options) {
  Attempt best{{catalog::find(suite), {}, nullptr, {}}, Obstacle::not_offered};
  if (catalog::version_of(*best.choice.suite) != Version::tls12 || !contains(hello.cipher_suites.items, suite))
    return best;
  best.obstacle = Obstacle::no_certificate;
  for (const auto* identity : candidates.identities) {
    SuiteChoice choice{catalog::find(suite), {}, nullptr, {}};
    auto obstacle = fit_identity(choice, *identity, hello, options);
    if (obstacle == Obstacle::none) return {choice, obstacle};
    best.obstacle = std::max(best.obstacle, obstacle);
  }
  return best;
}

std::string_view words(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::not_offered: return "the client does not have it";
    case Obstacle::no_certificate: return "no certificate of ours fits it";
    case Obstacle::no_group: return "no common group";
    case Obstacle::no_scheme: return "no signature scheme that our certificate's key can make and the client accepts";
    case Obstacle::none: break;
  }
  return "";
}

std::string keys_of(const Candidates& candidates) {
  std::string text;
  for (const auto* identity : candidates.identities)
    text += (text.empty() ? "" : ", ") + identity->state().certificates.front().key().description();
  return text;
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

void report_suite(const SuiteChoice& choice, std::vector<std::string> rejected, const Candidates& candidates,
                  const Tracer& trace) {
  const auto& leaf = choice.identity->state().certificates.front();
  trace(DecisionEvent{"identity", leaf.subject(), candidates.because, {}});
  trace(DecisionEvent{"cipher_suite", std::string(choice.suite->name),
                      "our first that the client has and our certificate fits", std::move(rejected)});
  if (choice.group)
    trace(DecisionEvent{"group", printable(*choice.group), "our first that the client has", {}});
  if (choice.scheme)
    trace(DecisionEvent{"signature_scheme", printable(*choice.scheme),
                        fmt::format("our first that the client accepts and {} can make", leaf.key().description()), {}});
}

bool issued_by_one_of(const Identity& identity, const messages::CertificateRequest& request) {
  if (request.certificate_authorities.empty()) return true;
  for (const auto& certificate : identity.state().certificates) {
    auto issuer = certificate.issuer_der();
    for (auto name : request.certificate_authorities)
      if (std::ranges::equal(name, issuer)) return true;
  }
  return false;
}

std::optional<Scheme> scheme_for(const crypto::PublicKey& key, const messages::CertificateRequest& request,
                                 const CommonOptions& options) {
  auto type = key.type() == crypto::KeyType::rsa || key.type() == crypto::KeyType::rsa_pss
                  ? messages::ClientCertificateType::rsa_sign
                  : messages::ClientCertificateType::ecdsa_sign;
  if (!contains(request.certificate_types.items, type)) return {};
  for (auto scheme : options.schemes)
    if (contains(request.supported_signature_algorithms.items, scheme) && key.fits(scheme, Version::tls12)) return scheme;
  return {};
}

}  // namespace

Result<Version> choose_version(const messages::ClientHello& hello, const CommonOptions& options, const Tracer& trace) {
  auto listed = hello.extensions.find<extensions::SupportedVersions>();
  std::optional<Version> best;
  for (auto version : options.versions) {
    bool client_has = listed ? contains(listed->versions.items, version) : hello.client_version >= version;
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

Result<SuiteChoice> choose_suite(const messages::ClientHello& hello, const ServerOptions& options, const Tracer& trace) {
  auto candidates = TRY(candidates_for(asked_name(hello), options));
  auto furthest = Obstacle::not_offered;
  std::vector<std::string> rejected;
  for (auto suite : options.suites) {
    auto tried = attempt(suite, candidates, hello, options);
    if (tried.obstacle == Obstacle::none) {
      if (trace) report_suite(tried.choice, std::move(rejected), candidates, trace);
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

Credential choose_credential(const messages::CertificateRequest& request, const ClientOptions& options,
                             const Tracer& trace) {
  Credential fallback;
  std::vector<std::string> rejected;
  for (const auto& identity : options.identities) {
    const auto& leaf = identity.state().certificates.front();
    auto scheme = scheme_for(leaf.key(), request, options);
    if (!scheme) {
      if (trace)
        rejected.push_back(fmt::format("{}: the server accepts no signature that its key ({}) can make", leaf.subject(),
                                       leaf.key().description()));
      continue;
    }
    if (issued_by_one_of(identity, request)) {
      trace.decision([&] {
        return DecisionEvent{"client_certificate", leaf.subject(),
                             request.certificate_authorities.empty() ? "the server names no authorities"
                                                                     : "the server names its issuer",
                             rejected};
      });
      return {&identity, *scheme};
    }
    if (!fallback.identity) fallback = {&identity, *scheme};
    if (trace) rejected.push_back(fmt::format("{}: the server does not name its issuer", leaf.subject()));
  }
  trace.decision([&] {
    return fallback.identity
               ? DecisionEvent{"client_certificate", fallback.identity->state().certificates.front().subject(),
                               "the server does not name its issuer; it is sent all the same, so that the server can say why not",
                               rejected}
               : DecisionEvent{"client_certificate", "none",
                               options.identities.empty() ? "none is configured" : "none fits the request", rejected};
  });
  return fallback;
}

}  // namespace handfast
