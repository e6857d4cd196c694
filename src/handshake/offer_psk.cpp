// offer_psk.cpp: the client shows which keys it could resume with, and what the server makes of it.
#include <algorithm>

#include <base/contains.hpp>
#include <base/printable.hpp>
#include <fmt/format.h>
#include <handshake/binder.hpp>
#include <handshake/client.hpp>
#include <handshake/keys13.hpp>
#include <messages/finished.hpp>
#include <messages/finished13.hpp>

namespace handfast {
namespace {

using namespace extensions;

/// RFC 8446 section 4.2.11.1: hidden from who watches by a number that only both sides know. Milliseconds.
uint32_t obfuscated_age(const OfferedKey& key, std::chrono::system_clock::time_point now) {
  auto kept = key.session();
  if (!kept) return 0;
  auto age = milliseconds_of(now) - std::min(kept->common.made, milliseconds_of(now));
  return static_cast<uint32_t>(age) + kept->common.age_add;
}

/// The hello with its header, up to the binders.
Result<Buffer> truncated_hello(const messages::ClientHello& hello) {
  Buffer bytes;
  TRY(messages::encode_with_header(hello, bytes));
  bytes.resize(bytes.size() - size_of_binders(*hello.extensions.find<OfferedPsks>()));
  return bytes;
}

/// Empty: it may be sent.
std::string_view why_not_early(const ClientOptions& options, const Offer& offer) {
  auto kept = offer.psks.empty() ? nullptr : offer.psks.front().session();
  if (!kept) return "there is no session to resume";
  if (kept->common.max_early_data == 0) return "the server allows none with this session";
  const auto& protocol = kept->common.alpn.text;
  if (!protocol.empty() && !contains(options.alpn, protocol)) return "the session was for another protocol (ALPN)";
  return {};
}

void add_early_data(Link& link, const ClientOptions& options, Offer& offer) {
  auto why_not = why_not_early(options, offer);
  if (why_not.empty()) offer.hello.extensions.add<EarlyData>();
  link.trace.decision([&] {
    if (!why_not.empty()) return DecisionEvent{"early_data", "not offered", std::string(why_not), {}};
    return DecisionEvent{"early_data", "offered",
                         fmt::format("the session allows {} bytes", offer.psks.front().session()->common.max_early_data), {}};
  });
}

}  // namespace

bool may_resume13(const Session& session, const ClientConfig& config, const Target& target) {
  const auto* kept = session13(session);
  if (!kept) return false;
  const auto& common = kept->common;
  const auto& options = config.options();
  auto now = options.environment.wall_clock();
  auto suite = catalog::find(common.suite);
  return options.tickets && contains(options.versions, Version::tls13) && contains(options.suites, common.suite) && suite &&
         common.psk.bytes.size() == crypto::digest_size(keys::hash_of(suite->prf)) &&
         common.server_name.text == target.name && kept->server_name_indication.text == target.server_name &&
         common.configuration.bytes == config.fingerprint() && common.made <= milliseconds_of(now) &&
         seconds_of(now) < common.expires;
}

std::shared_ptr<const Session> take_session(const ClientConfig& config, const Target& target) {
  const auto& sessions = config.options().sessions;
  while (auto session = sessions ? sessions->take(target.session_key) : nullptr)
    if (session->version() < Version::tls13 || may_resume13(*session, config, target)) return session;
  return nullptr;
}

Result<> add_psks(Link& link, const ClientConfig& config, const Target& target, Offer& offer) {
  const auto& options = config.options();
  if (target.session && may_resume13(*target.session, config, target)) offer.psks.push_back({target.session});
  for (const auto& key : options.external_psks) offer.psks.push_back({key});
  if (!options.tickets && offer.psks.empty()) return {};
  auto& modes = offer.hello.extensions.add<PskKeyExchangeModes>().ke_modes.items;
  modes = {PskKeyExchangeMode::psk_dhe_ke};
  if (options.allow_psk_without_dhe) modes.push_back(PskKeyExchangeMode::psk_ke);
  if (target.early_data) add_early_data(link, options, offer);
  return bind_psks(link, offer);
}

Result<> bind_psks(Link& link, Offer& offer) {
  if (offer.psks.empty()) return {};
  auto now = link.options.environment.wall_clock();
  auto& extension = offer.hello.extensions.add<OfferedPsks>();
  for (const auto& key : offer.psks) {
    extension.identities.add({{key.identity()}, obfuscated_age(key, now)});
    extension.binders.add(Buffer(crypto::digest_size(keys::hash_of(key.prf()))));
  }
  auto hello = TRY(truncated_hello(offer.hello));
  extension.binders.wire.clear();
  for (const auto& key : offer.psks) {
    auto hash = truncated_hash(keys::hash_of(key.prf()), link.transcript.messages(), hello);
    auto binder = keys::EarlySecret(key.prf(), key.key()).binder(key.kind(), hash.view());
    extension.binders.add(binder.view());
  }
  if (link.trace)
    link.trace(SecretEvent{"binder_key", "Derive-Secret(Early Secret, \"res binder\" or \"ext binder\"), one for each pre-shared key"});
  return {};
}

Result<> bind_psks_again(Link& link, Offer& offer, catalog::Prf prf) {
  if (offer.hello.extensions.find<EarlyData>()) {
    offer.hello.extensions.remove<EarlyData>();
    refuse_early_data(link, "the server asks for another hello");
    link.unprotect_output();
  }
  std::erase_if(offer.psks, [&](const OfferedKey& key) { return key.prf() != prf; });
  offer.hello.extensions.remove<OfferedPsks>();
  return bind_psks(link, offer);
}

Result<> start_early_data(Link& link, const ClientOptions& options, Offer& offer) {
  if (!offer.hello.extensions.find<EarlyData>()) return {};
  const auto& key = offer.psks.front();
  const auto& session = key.session()->common;
  const auto& suite = *catalog::find(session.suite);
  auto hash = crypto::hash(keys::hash_of(suite.prf), link.transcript.messages());
  auto traffic = early_traffic(link, keys::EarlySecret(suite.prf, key.key()), hash.view());
  link.writer.use_version(Version::tls13);   // only the first hello has an older version on its record (RFC 8446 section 5.1)
  if (options.middlebox_compatibility) {     // RFC 8446 section D.4
    TRY(link.send(messages::ChangeCipherSpec{}));
    offer.sent_change_cipher_spec = true;
  }
  TRY(turn_on_output13(link, suite, traffic));
  link.early_data.room = session.max_early_data;
  link.early_data.is_open = true;
  return {};
}

void refuse_early_data(Link& link, std::string_view because) {
  if (!link.early_data.is_open) return;
  link.early_data = {};
  link.trace.decision([&] { return DecisionEvent{"early_data", "refused", std::string(because), {}}; });
}

Result<std::optional<size_t>> accept_psk(Link& link, const Offer& offer, const catalog::SuiteRow& suite,
                                         const messages::ServerHello& hello) {
  auto selected = hello.extensions.find<SelectedPsk>();
  if (!selected) {
    refuse_early_data(link, "the server does not take our session");
    if (!offer.psks.empty())
      link.trace.decision([] { return DecisionEvent{"psk", "none", "the server takes none of our pre-shared keys", {}}; });
    return std::nullopt;
  }
  const size_t index = selected->selected_identity;
  if (index >= offer.psks.size())
    return fail(Fault::pre_shared_key_not_offered, {fmt::format("it chose number {} of {}", index, offer.psks.size())});
  const auto& key = offer.psks[index];
  if (key.prf() != suite.prf)
    return fail(Fault::pre_shared_key_not_offered, {fmt::format("{} has another hash than the pre-shared key", suite.name)});
  if (index != 0) refuse_early_data(link, "the server does not take the first pre-shared key");
  link.trace.decision([&] {
    return DecisionEvent{"psk", key.external() ? fmt::format("external key \"{}\"", printable_text(key.external()->identity()))
                                               : "our session's", "the server chose it", {}};
  });
  return index;
}

uint64_t recall_peer(Link& link, const OfferedKey& key) {
  auto& summary = link.summary;
  if (key.external()) {
    summary.external_psk = key.external()->identity();
    return 0;
  }
  const auto& kept = *key.session();
  summary.resumed = summary.resumed_by_ticket = true;
  summary.peer = identity_of(kept.common.peer);
  summary.client_certificate_sent = kept.client_certificate_sent == 1;
  return kept.common.expires;
}

Result<> accept_early_data(Link& link, const Offer& offer, const Accepted13& accepted,
                           const messages::EncryptedExtensions& answer) {
  if (!answer.extensions.find<EarlyDataAccepted>()) {
    refuse_early_data(link, "the server does not take it");
    return {};
  }
  if (!link.early_data.is_open) return fail(Fault::early_data_not_offered);
  if (accepted.psk != size_t{0})   // RFC 8446 section 4.2.10
    return fail(Fault::resumed_session_changed, {"early data is accepted, but not with the first pre-shared key"});
  const auto& session = offer.psks.front().session()->common;
  if (accepted.suite->suite != session.suite || link.summary.alpn != session.alpn.text)
    return fail(Fault::resumed_session_changed, {"early data is accepted with another cipher suite or protocol than it was sent under"});
  link.summary.early_data = true;
  link.trace.decision([] { return DecisionEvent{"early_data", "taken", "the server takes it", {}}; });
  return {};
}

Result<> end_early_data(Link& link) {
  link.early_data = {};
  return link.send(messages::EndOfEarlyData{});
}

}  // namespace handfast
