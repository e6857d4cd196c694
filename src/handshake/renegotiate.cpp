#include <handshake/renegotiate.hpp>

#include <algorithm>

#include <base/contains.hpp>
#include <base/printable.hpp>
#include <fmt/format.h>

namespace handfast {
namespace {

using messages::ClientHello;
using messages::ServerHello;

template <class... Args>
std::unexpected<Error> changed(fmt::format_string<Args...> form, Args&&... args) {
  return fail(Fault::renegotiation_changed, {fmt::format(form, std::forward<Args>(args)...)});
}

std::string named(std::string_view name) { return name.empty() ? "none" : fmt::format("\"{}\"", printable_text(name)); }

/// From here on a new Summary is filled in.
void begin(Link& link, bool asks_certificate) {
  Summary fresh;
  fresh.version = link.summary.version;
  fresh.server_name = link.summary.server_name;
  const bool has_shown = link.summary.peer != nullptr;
  auto renegotiating = std::make_unique<Renegotiating>();
  renegotiating->before = std::exchange(link.summary, std::move(fresh));
  renegotiating->shown = std::exchange(link.shown, nullptr);
  renegotiating->asks_certificate = asks_certificate || has_shown;
  link.renegotiating = std::move(renegotiating);
  link.last_message = {};
  link.trace.decision([] { return DecisionEvent{"renegotiation", "new handshake", "bound to the one before (RFC 5746)", {}}; });
}

bool has_signal(const ClientHello& hello) {
  return contains(hello.cipher_suites.items, Suite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV);
}

/// RFC 5246 appendix E.1: the version stays. An OpenSSL client still lists TLS 1.3, which is not looked at here.
Result<> check_hello(const Link& link, const ClientHello& hello) {
  const auto version = *link.summary.version;
  auto listed = hello.extensions.find<extensions::SupportedVersions>();
  const bool has_it = listed ? contains(listed->versions.items, version) : hello.client_version >= version;
  if (!has_it) return changed("the connection has {}, which the client does not offer any more", printable(version));
  const auto& before = link.renegotiating->before.server_name;
  if (asked_name(hello) != before) return changed("server name: it was {}, now it is {}", named(before), named(asked_name(hello)));
  return {};
}

Result<> check_version(const Link& link, const ServerHello& hello) {
  if (hello.extensions.find<extensions::SelectedVersion>()) return not_offered(extensions::ExtensionType::supported_versions);
  if (hello.server_version == *link.summary.version) return {};
  return changed("the connection has {}, and the server chose {}", printable(*link.summary.version), printable(hello.server_version));
}

std::unexpected<Error> mismatch(std::string_view fact) { return fail(Fault::secure_renegotiation_mismatch, {std::string(fact)}); }

/// What the peer's renegotiation_info must hold: the client's verify_data, and the server's behind it in a ServerHello.
Buffer expected_binding(const Link& link, Side sender) {
  if (!link.renegotiating) return {};
  const auto& bound = link.secure_renegotiation;
  Buffer binding(bound.client_verify_data.begin(), bound.client_verify_data.end());
  if (sender == Side::server) binding.insert(binding.end(), bound.server_verify_data.begin(), bound.server_verify_data.end());
  return binding;
}

// A certificate is the same when its bytes are; what stands behind it in the chain may differ.
bool is_same(const PeerIdentity& a, const PeerIdentity& b) { return a.chain.front() == b.chain.front(); }

std::string who_is(const Summary& summary) {
  if (!summary.external_psk.empty()) return "who has the pre-shared key " + named(summary.external_psk);
  return summary.peer ? printable_text(summary.peer->subject) : "nobody";
}

template <class Extension>
Result<> check_info(const Link& link, Side sender, const Extension& info) {
  if (equal_secrets(info.renegotiated_connection.bytes, expected_binding(link, sender))) return {};
  return mismatch(link.renegotiating ? "it is not bound to the handshake before it" : "it says that it is not the first handshake");
}

/// The first handshake tells whether the peer has RFC 5746; a new one is there only because it has.
Result<> check_missing(Link& link, bool peer_has_it) {
  if (!link.renegotiating) link.secure_renegotiation.peer_has_it = peer_has_it;
  if (peer_has_it || (!link.renegotiating && link.options.legacy.accept_peer_without_secure_renegotiation)) return {};
  return fail(Fault::secure_renegotiation_missing);
}

}  // namespace

Handshake renegotiate(Link& link, std::shared_ptr<const ClientConfig> config, Target target) {
  link.transcript = {};
  begin(link, false);
  auto offer = co_await make_offer(link, *config, target);
  co_await link.send(offer.hello);
  auto hello = co_await expect<ServerHello>();
  link.renegotiating->is_answered = true;
  co_await check_version(link, hello);
  co_return client12(link, std::move(config), std::move(target), std::move(offer), std::move(hello));
}

Handshake renegotiate(Link& link, std::shared_ptr<const ServerConfig> config, bool asks_certificate) {
  link.transcript = {};
  auto hello = co_await expect<ClientHello>();
  begin(link, asks_certificate);
  co_await check_hello(link, hello);
  link.client_random = hello.random;
  co_return server12(link, std::move(config), std::move(hello));
}

Handshake ask_for_renegotiation(Link& link, std::shared_ptr<const ServerConfig> config, bool asks_certificate) {
  co_await link.send(messages::HelloRequest{});
  co_return renegotiate(link, std::move(config), asks_certificate);
}

bool awaits_client_hello(const Link& link) {
  return link.side == Side::server && !link.is_tls13() && !link.done && !link.renegotiating;
}

void drop_renegotiation(Link& link) {
  if (link.renegotiating) {
    link.summary = std::move(link.renegotiating->before);
    link.shown = link.renegotiating->shown;
    link.renegotiating.reset();
  }
  link.abandon();
  link.done = true;
}

void establish_renegotiation(Link& link) {
  const auto& before = link.renegotiating->before;
  link.summary.application_data_received = before.application_data_received;
  link.summary.renegotiations = before.renegotiations + 1;
  link.renegotiating.reset();
}

void keep_verify_data(Link& link, Side sender, const keys::VerifyData& verify_data) {
  auto& bound = link.secure_renegotiation;
  (sender == Side::client ? bound.client_verify_data : bound.server_verify_data) = verify_data;
}

Buffer our_binding(const Link& link) { return expected_binding(link, link.side); }

Result<> check_binding(Link& link, const ClientHello& hello) {
  auto info = hello.extensions.find<extensions::RenegotiationInfo>();
  if (link.renegotiating && has_signal(hello)) return mismatch("TLS_EMPTY_RENEGOTIATION_INFO_SCSV in a new handshake");
  TRY(check_missing(link, info || has_signal(hello)));
  return info ? check_info(link, Side::client, *info) : Result<>{};
}

Result<> check_binding(Link& link, const ServerHello& hello) {
  auto info = hello.extensions.find<extensions::ServerRenegotiationInfo>();
  TRY(check_missing(link, info != nullptr));
  return info ? check_info(link, Side::server, *info) : Result<>{};
}

Result<> check_identity_kept(const Link& link) {
  if (!link.renegotiating || link.options.renegotiation.allow_identity_change) return {};
  const auto &before = link.renegotiating->before, &now = link.summary;
  const bool has_key = before.external_psk.empty() || before.external_psk == now.external_psk;
  if (has_key && (!before.peer || (now.peer && is_same(*now.peer, *before.peer)))) return {};
  return fail(Fault::identity_changed, {"it was " + who_is(before), "now it is " + who_is(now)});
}

Result<> check_not_weaker(const Link& link, const Agreed12& agreed) {
  if (!link.renegotiating) return {};
  const auto& before = link.renegotiating->before;
  if (before.extended_master_secret && !agreed.extended_master_secret) return changed("without extended master secret");
  if (before.encrypt_then_mac && !agreed.encrypt_then_mac && is_block_cipher(agreed.suite->cipher))
    return changed("from encrypt-then-MAC to MAC-then-encrypt");
  return {};
}

Result<std::string> keep_protocol(const Link& link, std::string chosen) {
  if (!link.renegotiating) return chosen;
  const auto& before = link.renegotiating->before.alpn;
  if (!chosen.empty() && chosen != before) return changed("protocol (ALPN): it was {}, now it is {}", named(before), named(chosen));
  return before;
}

bool asks_for_certificate(const Link& link, const ServerOptions& options) {
  return options.client_auth != ClientAuth::none || (link.renegotiating && link.renegotiating->asks_certificate);
}

}  // namespace handfast
