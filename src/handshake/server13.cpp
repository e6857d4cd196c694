// server13.cpp: the server's TLS 1.3 handshake (RFC 8446 section 2).
#include <algorithm>

#include <crypto/key_exchange.hpp>
#include <fmt/format.h>
#include <handshake/authenticate.hpp>
#include <handshake/candidates.hpp>
#include <handshake/finish13.hpp>
#include <handshake/record_limits.hpp>
#include <handshake/retry13.hpp>
#include <handshake/server.hpp>
#include <handshake/server_psk.hpp>
#include <handshake/tickets13.hpp>
#include <messages/encrypted_extensions.hpp>

namespace handfast {
namespace {

using namespace messages;
using namespace extensions;
using ConfigPtr = std::shared_ptr<const ServerConfig>;

Result<> check_hello13(const ClientHello& hello) {
  const auto& compression = hello.compression_methods.items;   // RFC 8446 section 4.1.2
  if (compression.size() != 1 || compression.front() != CompressionMethod::null) return fail(Fault::compression_not_null);
  return {};
}

/// Our public value and the secret, from the client's share.
Result<crypto::KeyExchangeResponse> answer_share(const ClientHello& hello, Group group) {
  Result<crypto::KeyExchangeResponse> response = fail(Fault::key_share_missing);
  hello.extensions.find<KeyShares>()->client_shares.each([&](const KeyShareEntry& entry, size_t) {
    if (entry.group != group) return true;
    response = crypto::KeyShare::respond(group, entry.key_exchange.bytes);
    return false;
  });
  return response;
}

Result<ServerHello> make_hello13(Link& link, const ClientHello& hello, const Choice13& choice, const std::optional<ProvedPsk>& psk,
                                Buffer public_value) {
  ServerHello answer;
  TRY(link.random(answer.random));
  answer.session_id = hello.session_id;
  answer.cipher_suite = choice.suite->suite;
  answer.extensions.add<SelectedVersion>().selected_version = Version::tls13;
  if (psk) answer.extensions.add<SelectedPsk>().selected_identity = psk->index();
  if (choice.exchanges_keys) {
    auto& share = answer.extensions.add<ServerKeyShare>();
    share.group = choice.group;
    share.key_exchange.bytes = std::move(public_value);
  }
  return answer;
}

EncryptedExtensions make_encrypted_extensions(const ClientHello& hello, const ServerOptions& options, const Choice13& choice,
                                              const std::string& protocol, bool early) {
  EncryptedExtensions answer;
  if (choice.identity) add_certificate_types(hello, options, choice.types, answer);
  if (hello.extensions.find<ServerName>()) answer.extensions.add<EncryptedServerName>();   // RFC 6066 section 3
  if (!protocol.empty()) answer.extensions.add<EncryptedProtocol>().protocol_name_list.add(as_bytes(protocol));
  if (early) answer.extensions.add<EarlyDataAccepted>();
  return answer;
}

/// A pre-shared key has its suite and needs no certificate; a HelloRetryRequest has promised a suite.
Settled13 settled_by(const std::optional<ProvedPsk>& psk, const catalog::SuiteRow* promised) {
  if (!psk) return {.suite = promised};
  return {.suite = &psk->suite(), .by_psk = true, .exchanges_keys = psk->exchanges_keys()};
}

const catalog::SuiteRow* suite_of(const std::optional<Retry>& retry) { return retry ? retry->suite : nullptr; }

/// None after an external key, which they would outlive; one after a resumption.
bool gives_tickets13(const ServerOptions& options, const ClientHello& hello, const std::optional<ProvedPsk>& psk) {
  auto modes = hello.extensions.find<PskKeyExchangeModes>();
  return options.tickets && options.ticket_count > 0 && modes && (!psk || psk->session()) &&
         (options.allow_psk_without_dhe || contains(modes->ke_modes.items, PskKeyExchangeMode::psk_dhe_ke));
}

void note_choice(Link& link, const ClientHello& hello, const Choice13& choice, const std::string& protocol) {
  auto& summary = link.summary;
  summary.server_name = asked_name(hello);
  summary.suite = choice.suite->suite;
  if (choice.exchanges_keys) summary.group = choice.group;
  if (choice.identity) summary.server_scheme = choice.scheme;
  summary.alpn = protocol;
}

}  // namespace

CertificateRequest13 make_request13(const ServerOptions& options) {
  CertificateRequest13 request;
  request.extensions.add<RequestedSignatureAlgorithms>().supported_signature_algorithms.items = options.schemes;
  add_wishes(options, request);
  auto authorities = named_authorities(options);
  if (!authorities.wire.empty()) request.extensions.add<RequestedAuthorities>().authorities.wire = std::move(authorities.wire);
  return request;
}

Result<std::optional<AcceptedPeer>> accept_client13(Link& link, const ServerOptions& options, CertificateType type,
                                                    AnyCertificate&& shown, Bytes context) {
  auto certificate = TRY(decompress(link, std::move(shown)));
  if (!std::ranges::equal(certificate.certificate_request_context.bytes, context)) return fail(Fault::certificate_context_wrong);
  if (certificate.certificate_list.empty()) {
    if (options.client_auth == ClientAuth::require)
      return std::unexpected(Error{Fault::client_certificate_missing, Who::local, Alert::certificate_required});
    link.trace.decision([] { return DecisionEvent{"client_certificate", "none", "the client sent none, and none is required", {}}; });
    return std::nullopt;
  }
  link.summary.client_certificate_sent = true;
  PeerCheck check{.trust = *options.client_trust, .type = type};
  auto client = TRY(check.check(link, certificate));
  return client;
}

namespace {

Handshake answer13(Link& link, ConfigPtr config, Received<ClientHello> hello, std::optional<Retry> retry);

/// Asks for a second hello. None where nothing is kept of the first.
Result<std::optional<Retry>> ask_again(Link& link, const ServerOptions& options, const ClientHello& hello, const Choice13& choice) {
  if (!options.stateless_retry) return send_retry(link, hello, choice);
  TRY(send_stateless_retry(link, options, hello, choice));
  return std::nullopt;
}

/// Waits for it; the first is forgotten.
Handshake hear_again(Link& link, ConfigPtr config, std::optional<Retry> retry) {
  auto second = co_await expect<ClientHello>();
  if (!retry) co_await check_has_cookie(second);
  co_return answer13(link, std::move(config), std::move(second), std::move(retry));
}

/// Our hello, and the secret that both sides have from here on. A function of its own: what it needs for it is large, and would stay in
/// the frame of the handshake.
Result<keys::HandshakeSecret> exchange_keys(Link& link, const ClientHello& hello, const Choice13& choice, const std::optional<ProvedPsk>& psk,
                                            keys::EarlySecret early_secret, bool is_compatible) {
  crypto::KeyExchangeResponse exchange;
  if (choice.exchanges_keys) {
    auto answered = TRY(answer_share(hello, choice.group));
    exchange = std::move(answered);
  }
  auto answer = TRY(make_hello13(link, hello, choice, psk, std::move(exchange.public_value)));
  TRY(link.send(answer));
  if (is_compatible) TRY(link.send(ChangeCipherSpec{}));
  return std::move(early_secret).mix(exchange.secret.view());
}

Handshake answer13(Link& link, ConfigPtr config, Received<ClientHello> hello, std::optional<Retry> retry) {
  const auto& options = config->options();
  co_await check_hello13(hello);
  if (!retry) {
    auto recalled = co_await recall_retry(link, options, hello);
    retry = std::move(recalled);
  }
  if (retry) co_await check_second_hello(link, *retry, hello);
  auto psk = co_await find_psk(link, *config, hello, suite_of(retry));
  auto choice = co_await choose13(hello, options, link.trace, settled_by(psk, suite_of(retry)));
  const bool retries = !retry && (options.stateless_retry || !choice.has_share);
  auto protocol = co_await choose_protocol(hello, options, link.trace);
  const bool early = takes_early_data(link, *config, hello, psk, choice, protocol, retries);
  if (!early) skip_early_data(link, *config, hello, psk);
  if (retries) {
    auto asked = co_await ask_again(link, options, hello, choice);
    co_return hear_again(link, std::move(config), std::move(asked));
  }
  if (!retry) link.transcript.use(keys::hash_of(choice.suite->prf));
  link.transcript.drop_messages();
  const auto& suite = *choice.suite;
  note_choice(link, hello, choice, protocol);
  uint64_t valid_until = psk ? recall_peer(link, *psk) : UINT64_MAX;
  bool is_compatible = !retry && !hello.session_id.bytes.empty();   // RFC 8446 section D.4

  auto early_secret = psk ? keys::EarlySecret(suite.prf, psk->key()) : keys::EarlySecret(suite.prf);
  keys::TrafficSecret early_key;
  if (early) early_key = early_traffic(link, early_secret, link.transcript.digest().view());
  auto handshake_secret = co_await exchange_keys(link, hello, choice, psk, std::move(early_secret), is_compatible);
  auto handshake_keys = handshake_traffic(link, handshake_secret);
  co_await turn_on_input13(link, suite, early ? early_key : handshake_keys.client);
  co_await turn_on_output13(link, suite, handshake_keys.server);

  auto encrypted = make_encrypted_extensions(hello, options, choice, protocol, early);
  auto is_limited = co_await answer_limit<EncryptedRecordSizeLimit, EncryptedMaxFragmentLength>(link, hello, encrypted);
  if (is_limited && !early) enforce_our_limit(link);
  co_await link.send(encrypted);
  const bool asks = !psk && options.client_auth != ClientAuth::none;   // RFC 8446 section 4.3.2
  link.summary.client_certificate_requested = asks;
  if (asks) {
    auto request = make_request13(options);
    co_await link.send(request);
  }
  if (!psk) {
    link.shown = choice.identity;
    co_await send_certificate13(link, choice.identity, wishes_of(hello), {});
    auto signature = co_await sign13(link, *choice.identity, choice.scheme);
    CertificateVerify13 our_proof;
    our_proof.algorithm = choice.scheme;
    our_proof.signature.bytes = std::move(signature);
    co_await link.send(our_proof);
  }
  co_await send_finished13(link, handshake_keys.server);

  auto master_secret = std::move(handshake_secret).finish();
  auto application_keys = application_traffic(link, master_secret);
  co_await turn_on_output13(link, suite, application_keys.server);

  if (early) {
    open_early_data(link, *psk);
    co_await expect<EndOfEarlyData>();
    link.early_data.is_open = false;
    co_await turn_on_input13(link, suite, handshake_keys.client);
    if (is_limited) enforce_our_limit(link);
  }
  if (asks) {
    auto certificate = co_await either<Certificate13, CompressedCertificate>();
    auto client = co_await accept_client13(link, options, choice.types.client, std::move(certificate), {});
    if (client) {
      auto proof = co_await expect<CertificateVerify13>();
      co_await authenticate_peer(link, *client, proof);
      valid_until = client->valid_until();
    }
  }
  auto finished = co_await expect<Finished13>();
  auto verified = co_await check_finished13(handshake_keys.client, finished);
  co_await turn_on_input13(link, suite, application_keys.client);

  link.connected13 = Connected13{&suite, std::move(application_keys.client), std::move(application_keys.server)};
  link.connected13->client_certificate_type = choice.types.client;
  if (options.post_handshake_auth && hello.extensions.find<PostHandshakeAuth>())
    link.connected13->transcript = link.transcript.copy_hash();
  if (gives_tickets13(options, hello, psk)) {
    auto count = psk ? size_t{1} : options.ticket_count;
    co_await send_tickets(link, *config, suite, master_secret, count, valid_until);
  }
  co_return Complete(verified);
}

}  // namespace

Handshake server13(Link& link, ConfigPtr config, Received<ClientHello> hello) {
  return answer13(link, std::move(config), std::move(hello), std::nullopt);
}

}  // namespace handfast
