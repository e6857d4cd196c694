#include <handshake/server_psk.hpp>

#include <algorithm>

#include <base/printable.hpp>
#include <fmt/format.h>
#include <handshake/binder.hpp>
#include <handshake/candidates.hpp>
#include <handshake/external_psk.hpp>
#include <keys/prf12.hpp>

namespace handfast {

using namespace extensions;

/// Looks through the identities of one hello.
class PskSearch {
 public:
  PskSearch(Link& link, const ServerConfig& config, const messages::ClientHello& hello, const catalog::SuiteRow* required)
      : link_(link), config_(config), hello_(hello), required_(required), now_(config.options().environment.wall_clock()) {}

  Result<std::optional<ProvedPsk>> run(const OfferedPsks& offered) {
    auto mode = TRY(choose_mode());
    if (offered.identities.size() != offered.binders.size())
      return fail(Fault::pre_shared_key_malformed,
                  {fmt::format("{} identities, {} binders", offered.identities.size(), offered.binders.size())});
    if (!mode) {
      rejected_.push_back("the client wants to use them in no way that we allow");
      return none();
    }
    std::optional<ProvedPsk> found;
    offered.identities.each([&](const PskIdentity& identity, size_t index) {
      if (index >= options().limits.pre_shared_keys) return false;
      found = look_up(identity.identity.bytes, index);
      return !found;
    });
    if (!found) return none();
    found->exchanges_keys_ = *mode == PskKeyExchangeMode::psk_dhe_ke;
    TRY(check_binder(offered, *found));
    report(*found);
    return found;
  }

 private:
  /// RFC 8446 section 4.2.9; psk_ke only where we allow it, and the client has nothing better.
  Result<std::optional<PskKeyExchangeMode>> choose_mode() const {
    auto modes = hello_.extensions.find<PskKeyExchangeModes>();
    if (!modes) return fail(Fault::missing_extension, {"psk_key_exchange_modes"});
    auto has = [&](PskKeyExchangeMode mode) { return contains(modes->ke_modes.items, mode); };
    if (has(PskKeyExchangeMode::psk_dhe_ke)) return PskKeyExchangeMode::psk_dhe_ke;
    if (has(PskKeyExchangeMode::psk_ke) && options().allow_psk_without_dhe) return PskKeyExchangeMode::psk_ke;
    return std::nullopt;
  }

  std::optional<ProvedPsk> look_up(Bytes identity, size_t index) {
    ProvedPsk psk;
    psk.index_ = static_cast<uint16_t>(index);
    psk.external_ = known_psk(options(), as_text(identity));
    if (psk.external_) {
      psk.suite_ = common_suite(prf_of(*psk.external_));
      if (psk.suite_) return psk;
      rejected_.push_back(fmt::format("external key \"{}\": no common suite has its hash", printable_text(as_text(identity))));
      return std::nullopt;
    }
    auto why_not = open_ticket(identity, psk);
    if (why_not.empty()) return psk;
    rejected_.push_back(fmt::format("ticket {}: {}", index, why_not));
    return std::nullopt;
  }

  /// RFC 8446 section 4.6.1. A ticket is for one name and one configuration, with all that it demands of clients.
  std::string_view open_ticket(Bytes ticket, ProvedPsk& psk) const {
    if (!options().tickets) return "we take none";
    if (ticket.size() > longest_given_ticket(options().limits)) return "it is longer than any of ours";
    auto opened = options().ticket_keys->open(ticket, now_);
    if (!opened) return "it is not ours, was altered, or is under a key that is gone";
    SecretBuffer bytes(std::move(*opened));
    auto session = wire::decode<Session13>(bytes.view());
    if (!session || session->version != Version::tls13) return "its session has another version";
    auto why_not = obstacle(*session);
    if (!why_not.empty()) return why_not;
    psk.suite_ = suite_for(*session);
    if (!psk.suite_) return "no common suite has its hash";
    psk.session_ = std::move(*session);
    return {};
  }

  std::string_view obstacle(const Session13& session) const {
    if (!std::ranges::equal(session.configuration.bytes, config_.fingerprint()))
      return "its session was made under another configuration";
    if (session.server_name.text != asked_name(hello_)) return "its session was made under another server name";
    if (options().client_auth == ClientAuth::require && session.peer.chain.empty()) return "its session has no client identity";
    if (seconds_of(now_) < session.made / 1000 || seconds_of(now_) >= session.expires) return "its session has expired";
    return {};
  }

  const catalog::SuiteRow* suite_for(const Session13& session) const {
    auto row = catalog::find(session.suite);
    if (!row || session.psk.bytes.size() != crypto::digest_size(keys::hash_of(row->prf))) return nullptr;
    return may_use(*row) ? row : common_suite(row->prf);
  }
  const catalog::SuiteRow* common_suite(catalog::Prf prf) const {
    for (auto suite : options().suites) {
      auto row = catalog::find(suite);
      if (row->prf == prf && may_use(*row)) return row;
    }
    return nullptr;
  }
  bool may_use(const catalog::SuiteRow& row) const {
    return is_for(row, Version::tls13) && (!required_ || required_ == &row) &&
           contains(options().suites, row.suite) && contains(hello_.cipher_suites.items, row.suite);
  }

  /// RFC 8446 section 4.2.11.2.
  Result<> check_binder(const OfferedPsks& offered, const ProvedPsk& psk) const {
    auto prf = psk.suite().prf;
    auto messages = link_.transcript.messages();
    auto hash = truncated_hash(keys::hash_of(prf), {}, messages.first(messages.size() - size_of_binders(offered)));
    auto kind = psk.external() ? keys::PskKind::external : keys::PskKind::resumption;
    auto expected = keys::EarlySecret(prf, psk.key()).binder(kind, hash.view());
    if (link_.trace)
      link_.trace(SecretEvent{"binder_key", psk.external() ? "Derive-Secret(Early Secret, \"ext binder\", \"\")"
                                                           : "Derive-Secret(Early Secret, \"res binder\", \"\")"});
    auto binder = offered.binders.begin();
    std::advance(binder, psk.index());
    if (!equal_secrets(*binder, expected.view())) return fail(Fault::binder_invalid);
    return {};
  }

  void report(const ProvedPsk& psk) {
    link_.trace.decision([&] {
      return DecisionEvent{"psk", psk.external() ? fmt::format("external key \"{}\"", printable_text(psk.external()->identity()))
                                                 : fmt::format("ticket {}", psk.index()),
                           "the first that we know, and its binder is right", std::move(rejected_)};
    });
  }
  Result<std::optional<ProvedPsk>> none() {
    link_.trace.decision([&] {
      return DecisionEvent{"psk", "none", "no pre-shared key of the client's can be used", std::move(rejected_)};
    });
    return std::nullopt;
  }

  const ServerOptions& options() const { return config_.options(); }

  Link& link_;
  const ServerConfig& config_;
  const messages::ClientHello& hello_;
  const catalog::SuiteRow* required_;
  std::chrono::system_clock::time_point now_;
  std::vector<std::string> rejected_;
};

namespace {

using Clock = std::chrono::system_clock;

/// When this flight was sent, by the server's clock (RFC 8446 section 8.3). Milliseconds since 1970.
uint64_t sent_at(const Session13& session, uint32_t obfuscated_age) { return session.made + (obfuscated_age - session.age_add); }

Clock::time_point at(uint64_t milliseconds) {
  return Clock::time_point(std::chrono::duration_cast<Clock::duration>(std::chrono::milliseconds(milliseconds)));
}

/// RFC 8446 sections 8.1 and 8.3; empty: it is fresh, and was not taken before.
std::string_view why_maybe_replayed(const EarlyDataPolicy& policy, const Session13& session, const PskIdentity& identity,
                                    Clock::time_point now) {
  const auto sent = at(sent_at(session, identity.obfuscated_ticket_age));
  if (now - sent > policy.freshness || sent - now > policy.freshness) return "the age of the ticket says that it is not fresh";
  auto hash = crypto::hash(crypto::HashAlgorithm::sha256, identity.identity.bytes);
  const EarlyDataUse use{hash.view(), std::max(at(session.made), sent - policy.freshness),
                         sent + policy.freshness + std::chrono::milliseconds(1)};
  if (!policy.strikes->first_use(use, now)) return "this ticket's early data was taken before, or may have been";
  return {};
}

std::string_view why_not_early(const ServerOptions& options, const messages::ClientHello& hello,
                               const std::optional<ProvedPsk>& psk, const Choice13& choice, std::string_view protocol, bool retries) {
  if (!options.early_data) return "we take none";
  if (!psk || !psk->session()) return "no ticket of ours came with it";
  const auto& session = *psk->session();
  if (psk->index() != 0) return "it is not with the first pre-shared key";
  if (retries) return "another hello is needed";
  if (session.max_early_data == 0) return "the ticket does not allow it";
  if (session.max_early_data > options.early_data->limit) return "the ticket allows more than we take now";
  if (session.suite != choice.suite->suite) return "the session had another cipher suite";
  if (session.alpn.text != protocol) return "the session was for another protocol (ALPN)";
  std::string_view why_not;
  hello.extensions.find<OfferedPsks>()->identities.each([&](const PskIdentity& identity, size_t) {
    why_not = why_maybe_replayed(*options.early_data, session, identity, options.environment.wall_clock());
    return false;
  });
  return why_not;
}

}  // namespace

Result<std::optional<ProvedPsk>> find_psk(Link& link, const ServerConfig& config, const messages::ClientHello& hello,
                                          const catalog::SuiteRow* required) {
  auto offered = hello.extensions.find<OfferedPsks>();
  if (!offered) return std::nullopt;
  return PskSearch(link, config, hello, required).run(*offered);
}

uint64_t recall_peer(Link& link, const ProvedPsk& psk) {
  auto& summary = link.summary;
  if (psk.external()) {
    summary.external_psk = psk.external()->identity();
    return 0;
  }
  summary.resumed = summary.resumed_by_ticket = true;
  summary.peer = identity_of(psk.session()->peer);
  summary.client_certificate_sent = summary.peer != nullptr;
  return psk.session()->expires;
}

bool takes_early_data(Link& link, const ServerConfig& config, const messages::ClientHello& hello, const std::optional<ProvedPsk>& psk,
                      const Choice13& choice, std::string_view protocol, bool retries) {
  if (!hello.extensions.find<EarlyData>()) return false;
  auto why_not = why_not_early(config.options(), hello, psk, choice, protocol, retries);
  link.trace.decision([&] {
    return why_not.empty() ? DecisionEvent{"early_data", "taken", "the ticket allows it, it is fresh, and it comes for the first time", {}}
                           : DecisionEvent{"early_data", "refused", std::string(why_not), {}};
  });
  return why_not.empty();
}

void open_early_data(Link& link, const ProvedPsk& psk) {
  link.summary.early_data = true;
  link.early_data.room = psk.session()->max_early_data;
  link.early_data.is_open = true;
}

void skip_early_data(Link& link, const ServerConfig& config, const messages::ClientHello& hello, const std::optional<ProvedPsk>& psk) {
  if (!hello.extensions.find<EarlyData>()) return;
  auto limit = config.options().early_data ? config.options().early_data->limit : 0;
  auto allowed = psk && psk->session() ? psk->session()->max_early_data : 0;
  link.reader.skip_early_data(std::max({most_skipped_early_data, limit, allowed}));
}

}  // namespace handfast
