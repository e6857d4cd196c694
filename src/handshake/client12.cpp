// client12.cpp: the client's handshakes of TLS 1.2 and before (RFC 5246 section 7.3): the full one, and the one that resumes.
#include <handshake/authenticate.hpp>
#include <handshake/choose.hpp>
#include <handshake/client.hpp>
#include <handshake/finish12.hpp>
#include <handshake/premaster12.hpp>
#include <messages/certificate_status.hpp>

namespace handfast {
namespace {

using namespace messages;
using ConfigPtr = std::shared_ptr<const ClientConfig>;

Result<AcceptedPeer> accept_server(Link& link, const ClientConfig& config, const Target& target, const Agreed12& agreed,
                                   const Certificate& certificate, CertificateExtras extras) {
  if (certificate.certificate_list.empty()) return fail(Fault::server_certificate_missing);
  PeerCheck check{.trust = *config.options().trust, .name = target.name, .needs_key_encipherment = !is_ephemeral(*agreed.suite),
                  .staple_rule = staple_rule(config.options())};
  auto server = TRY(check.check(link, certificate, std::move(extras)));
  TRY(check_key_fits(server, agreed));
  return server;
}

void note_credential(Link& link, const Credential& credential) {
  link.summary.client_certificate_requested = true;
  link.summary.client_certificate_sent = credential.identity != nullptr;
  if (credential.identity) link.summary.client_scheme = credential.scheme;
}

Handshake full(Link& link, ConfigPtr config, Target target, Version offered, Buffer session_id, Accepted12 accepted) {
  const auto& agreed = accepted.agreed;
  const auto& options = config->options();
  const bool shows_certificate = has_certificate(*agreed.suite);
  std::optional<AcceptedPeer> server;
  if (shows_certificate) {
    auto certificate = co_await expect<Certificate>();
    CertificateExtras extras{{}, std::move(accepted.timestamps)};
    if (accepted.staple_follows) {
      auto status = co_await maybe<messages::CertificateStatus>();
      if (status) extras.staple = std::move(status->response.bytes);
    }
    auto peer = co_await accept_server(link, *config, target, agreed, certificate, std::move(extras));
    server = std::move(peer);
  }
  crypto::KeyExchangeResponse ours;
  std::string hint;
  if (is_ephemeral(*agreed.suite)) {
    auto exchange = co_await expect<ServerKeyExchange>(server_key_exchange_shape(agreed));
    if (server) co_await authenticate_server(link, agreed, *server, exchange);
    auto response = co_await answer_params(link, options, exchange.params);
    ours = std::move(response);
    hint = std::move(exchange.psk_identity_hint.text);
  } else if (!shows_certificate) {
    auto exchange = co_await maybe<ServerKeyExchange>(server_key_exchange_shape(agreed));   // RFC 4279 section 2: only for a hint
    if (exchange) hint = std::move(exchange->psk_identity_hint.text);
  }
  std::optional<CertificateRequest> request;
  if (shows_certificate) {   // RFC 5246 section 7.4.4
    auto asked = co_await maybe<CertificateRequest>(certificate_request_shape(agreed));
    request = std::move(asked);
  }
  co_await expect<ServerHelloDone>();

  Credential credential;
  if (request) {
    credential = choose_credential(*request, agreed.version, options, link.trace);
    note_credential(link, credential);
    auto shown = certificate_message(credential.identity);
    co_await link.send(shown);
  }
  auto exchange = co_await make_client_exchange(link, options, agreed, hint, std::move(ours), server ? &server->key() : nullptr, offered);
  co_await link.send(exchange.message);
  auto master = derive_master(link, agreed, exchange.premaster.view());
  exchange.premaster = {};
  if (credential.identity) {
    auto messages = link.transcript.messages();
    auto signature = co_await sign(*credential.identity, credential.scheme, agreed.version,
                                   Buffer(messages.begin(), messages.end()));
    auto proof = shaped<CertificateVerify>(certificate_verify_shape(agreed));
    proof.algorithm = credential.scheme;
    proof.signature.bytes = std::move(signature);
    co_await link.send(proof);
  }
  link.transcript.drop_messages();

  auto protections = co_await derive_protections(link, agreed, master);
  co_await send_finished(link, agreed, master, std::move(protections.output));

  NewSessionTicket ticket;
  if (accepted.ticket_follows) {
    auto sent = co_await expect<NewSessionTicket>();
    ticket = std::move(sent);
  }
  co_await expect<ChangeCipherSpec>();
  co_await turn_on_input(link, agreed, std::move(protections.input));
  auto finished = co_await expect<Finished>();
  auto verified = co_await check_finished(link, agreed, master, finished);

  const auto valid_until = server ? server->valid_until() : UINT64_MAX;
  Resumable by{std::move(session_id), std::move(ticket.ticket.bytes), ticket.ticket_lifetime_hint, valid_until};
  link.session = make_session(link, *config, target, agreed, master, std::move(by));
  keep_exporter(link, agreed, master);
  co_return Complete(verified);
}

Handshake resumed(Link& link, ConfigPtr config, Target target, std::shared_ptr<const Session> session, Accepted12 accepted) {
  const auto& agreed = accepted.agreed;
  const auto& kept = *session12(*session);
  auto master = kept.common.master();
  link.summary.peer = identity_of(kept.common.peer);
  link.summary.external_psk = kept.common.external_psk.text;
  link.summary.resumed_by_ticket = session->has_ticket();
  link.summary.client_certificate_sent = kept.client_certificate_sent == 1;
  link.transcript.drop_messages();
  link.log_secret("CLIENT_RANDOM", master.view());
  auto protections = co_await derive_protections(link, agreed, master);

  NewSessionTicket renewed;
  if (accepted.ticket_follows) {
    auto sent = co_await expect<NewSessionTicket>();
    renewed = std::move(sent);
  }
  co_await expect<ChangeCipherSpec>();
  co_await turn_on_input(link, agreed, std::move(protections.input));
  auto finished = co_await expect<Finished>();
  auto verified = co_await check_finished(link, agreed, master, finished);

  co_await send_finished(link, agreed, master, std::move(protections.output));

  link.session = session;
  Resumable by{{}, std::move(renewed.ticket.bytes), renewed.ticket_lifetime_hint, kept.common.expires};
  if (auto newer = make_session(link, *config, target, agreed, master, std::move(by))) link.session = std::move(newer);
  keep_exporter(link, agreed, master);
  co_return Complete(verified);
}

}  // namespace

Handshake client12(Link& link, ConfigPtr config, Target target, Offer offer, Received<ServerHello> hello) {
  auto accepted = co_await accept_hello12(link, *config, offer, hello);
  link.transcript.use(keys::hash_of(accepted.agreed.prf()));
  if (accepted.resumed)
    co_return resumed(link, std::move(config), std::move(target), std::move(offer.session), std::move(accepted));
  co_return full(link, std::move(config), std::move(target), offer.hello.client_version, std::move(hello.session_id.bytes),
                 std::move(accepted));
}

}  // namespace handfast
