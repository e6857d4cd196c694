// choose13.cpp: suite, group, certificate and signature scheme of a TLS 1.3 handshake, each by itself.
#include <algorithm>

#include <crypto/identity.hpp>
#include <handshake/candidates.hpp>
#include <handshake/choose.hpp>

namespace handfast {
namespace {

using namespace extensions;

/// RFC 8446 section 9.2.
Result<> check_required(const messages::ClientHello& hello, const Settled13& settled) {
  if (!settled.exchanges_keys) return {};
  if (!settled.by_psk && !hello.extensions.find<SignatureAlgorithms>()) return fail(Fault::missing_extension, {"signature_algorithms"});
  if (!hello.extensions.find<SupportedGroups>()) return fail(Fault::missing_extension, {"supported_groups"});
  if (!hello.extensions.find<KeyShares>()) return fail(Fault::missing_extension, {"key_share"});
  return {};
}

Result<const catalog::SuiteRow*> choose_suite13(const messages::ClientHello& hello, const ServerOptions& options,
                                                const Settled13& settled) {
  if (settled.suite) return settled.suite;
  for (auto suite : options.suites) {
    auto row = catalog::find(suite);
    if (is_for(*row, Version::tls13) && contains(hello.cipher_suites.items, suite)) return row;
  }
  return fail(Fault::no_common_suite, {fmt::format("the client offers {}", printable_list(hello.cipher_suites.items)),
                                       fmt::format("we have {}", printable_list(options.suites))});
}

struct GroupChoice {
  Group group;
  bool has_share;
};

/// A share that is there saves a round trip. RFC 8446 section 4.2.8: shares are of groups that the client supports, each once;
/// those of groups that we do not have are not looked at, of which a hello has room for thousands.
Result<GroupChoice> choose_group(const messages::ClientHello& hello, const ServerOptions& options) {
  const auto& theirs = hello.extensions.find<SupportedGroups>()->named_group_list.items;
  std::vector<Group> shared;
  bool well_formed = true;
  hello.extensions.find<KeyShares>()->client_shares.each([&](const KeyShareEntry& entry, size_t) {
    if (!contains(options.groups, entry.group)) return true;
    well_formed = well_formed && contains(theirs, entry.group) && !contains(shared, entry.group);
    if (well_formed) shared.push_back(entry.group);
    return well_formed;
  });
  if (!well_formed) return fail(Fault::key_share_malformed, {fmt::format("shares: {}", printable_list(shared))});
  for (auto group : options.groups)
    if (contains(shared, group)) return GroupChoice{group, true};
  for (auto group : options.groups)
    if (contains(theirs, group)) return GroupChoice{group, false};
  return fail(Fault::no_common_group, {fmt::format("the client offers {}", printable_list(theirs)),
                                       fmt::format("we have {}", printable_list(options.groups))});
}

std::optional<Scheme> scheme_for(const Identity& identity, const std::vector<Scheme>& schemes) {
  const auto& key = identity.state().public_key;
  for (auto scheme : schemes)
    if (key.fits(scheme, Version::tls13)) return scheme;
  return {};
}

std::unexpected<Error> no_scheme(const Candidates& candidates, const messages::ClientHello& hello, const ServerOptions& options) {
  return fail(Fault::no_common_signature_scheme,
              {fmt::format("the client accepts {}", printable_list(schemes_of(hello))),
               fmt::format("we allow {}", printable_list(options.schemes)),
               fmt::format("our certificates have keys of {}", keys_of(candidates))});
}

void report(const Choice13& choice, const Settled13& settled, const Tracer& trace) {
  if (!trace) return;
  trace(DecisionEvent{"cipher_suite", std::string(choice.suite->name),
                      settled.by_psk ? "the pre-shared key is for its hash" : "our first that the client has", {}});
  if (!choice.exchanges_keys) return;
  trace(DecisionEvent{"group", printable(choice.group),
                      choice.has_share ? "our first of which the client sent a share"
                                       : "our first that the client has; it sent no share of ours", {}});
}

void report_identity(const Choice13& choice, const Candidates& candidates, const Tracer& trace) {
  if (!trace) return;
  const auto& ours = choice.identity->state();
  trace(DecisionEvent{"identity", ours.description(), candidates.because, {}});
  trace(DecisionEvent{"signature_scheme", printable(choice.scheme),
                      fmt::format("our first that the client accepts and {} can make", ours.public_key.description()), {}});
}

}  // namespace

Result<Choice13> choose13(const messages::ClientHello& hello, const ServerOptions& options, const Tracer& trace,
                          const Settled13& settled) {
  TRY(check_required(hello, settled));
  Choice13 choice;
  auto suite = TRY(choose_suite13(hello, options, settled));
  choice.suite = suite;
  choice.exchanges_keys = settled.exchanges_keys;
  choice.has_share = true;
  if (settled.exchanges_keys) {
    auto group = TRY(choose_group(hello, options));
    choice.group = group.group;
    choice.has_share = group.has_share;
  }
  report(choice, settled, trace);
  if (settled.by_psk) return choice;
  if (options.identities.empty()) return fail(Fault::pre_shared_key_required);
  auto types = TRY(choose_certificate_types(hello, options, trace));
  choice.types = types;
  auto candidates = TRY(candidates_for(asked_name(hello), types.server, options));
  const auto schemes = common_schemes(hello, options);   // once: the client's list may be long
  for (const auto* identity : candidates.identities) {
    auto scheme = scheme_for(*identity, schemes);
    if (!scheme) continue;
    choice.identity = identity;
    choice.scheme = *scheme;
    report_identity(choice, candidates, trace);
    return choice;
  }
  return no_scheme(candidates, hello, options);
}

}  // namespace handfast
