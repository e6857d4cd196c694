// client_resume.cpp: when a client may resume, and what it keeps to do so.
#include <algorithm>

#include <base/contains.hpp>
#include <crypto/hash.hpp>
#include <crypto/identity.hpp>
#include <handshake/client.hpp>
#include <handshake/external_psk.hpp>

namespace handfast {

Buffer fingerprint_of(const ClientOptions& options) {
  crypto::Hash hash(crypto::HashAlgorithm::sha256);
  hash.update(options.trust->fingerprint());
  const uint8_t allowed[] = {options.trust->accepts_anyone() ? uint8_t{1} : uint8_t{0},
                             options.legacy.small_finite_fields ? uint8_t{1} : uint8_t{0}};
  hash.update(allowed);
  for (const auto& identity : options.identities) {
    auto leaf = crypto::hash(crypto::HashAlgorithm::sha256, identity.chain().front());
    hash.update(leaf.view());
  }
  add_to(hash, options.external_psks);
  // RFC 6066 section 4: a max_fragment_length is for all connections of a session. A staple that is required must have come.
  const uint8_t more[] = {static_cast<uint8_t>(options.max_fragment_length >> 8), options.require_staple ? uint8_t{1} : uint8_t{0}};
  if (more[0] || more[1]) hash.update(more);
  auto digest = hash.peek();
  return {digest.view().begin(), digest.view().end()};
}

bool may_resume(const Session& session, const ClientConfig& config, const Target& target) {
  const auto* state = session12(session);
  if (!state) return false;
  const auto& kept = state->common;
  const auto& options = config.options();
  auto now = seconds_of(options.environment.wall_clock());
  return kept.server_name.text == target.name &&
         state->server_name_indication.text == target.server_name &&
         kept.configuration.bytes == config.fingerprint() &&
         now >= kept.made && now < kept.expires && contains(options.versions, kept.version) &&
         std::ranges::find(options.suites, kept.suite) != options.suites.end() &&
         (session.has_ticket() ? options.tickets : !state->session_id.bytes.empty());
}

std::shared_ptr<const Session> make_session(Link& link, const ClientConfig& config, const Target& target,
                                            const Agreed12& agreed, const keys::MasterSecret& master, Resumable by) {
  if (by.ticket.size() > longest_ticket) by.ticket.clear();
  if (!agreed.extended_master_secret || (by.session_id.empty() && by.ticket.empty())) return nullptr;
  // A key that choose_psk gave is in no fingerprint: nobody could say later whether it still holds.
  const auto& psk = link.summary.external_psk;
  if (!psk.empty() && std::ranges::find(config.options().external_psks, psk, &ExternalPsk::identity) == config.options().external_psks.end())
    return nullptr;
  constexpr uint64_t day = 24 * 60 * 60;   // RFC 5246 appendix F.1.4
  auto state = std::make_shared<Session::State>();
  auto& kept = std::get<ClientSession12>(state->of);
  auto& common = kept.common;
  common.version = agreed.version;
  common.suite = agreed.suite->suite;
  std::ranges::copy(master.view(), common.master_secret.begin());
  common.configuration.bytes = config.fingerprint();
  common.server_name.text = target.name;
  common.made = seconds_of(config.options().environment.wall_clock());
  common.expires = common.made + (by.lifetime_hint == 0 ? day : std::min<uint64_t>(by.lifetime_hint, day));
  common.expires = std::min(common.expires, by.valid_until);
  common.peer = record_of(link.summary.peer.get());
  common.external_psk.text = psk;
  kept.session_id.bytes = std::move(by.session_id);
  kept.ticket.bytes = std::move(by.ticket);
  kept.server_name_indication.text = target.server_name;
  kept.client_certificate_sent = link.summary.client_certificate_sent ? 1 : 0;
  return std::make_shared<const Session>(std::move(state));
}

}  // namespace handfast
