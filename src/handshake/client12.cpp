// client12.cpp: the client's TLS 1.2 handshakes (RFC 5246 section 7.3): the full one, and the one that resumes.
#include <algorithm>

#include <catalog/groups.hpp>
#include <crypto/key_exchange.hpp>
#include <fmt/format.h>
#include <handshake/authenticate.hpp>
#include <handshake/choose.hpp>
#include <handshake/client.hpp>
#include <handshake/finish12.hpp>

namespace handfast {
namespace {

using namespace messages;
using ConfigPtr = std::shared_ptr<const ClientConfig>;

bool is_ephemeral(const Agreed12& agreed) { return agreed.suite->key_exchange == catalog::KeyExchange::ecdhe; }

Result<AcceptedPeer> accept_server(Link& link, const ClientConfig& config, const Target& target, const Agreed12& agreed,
                                   const Certificate& certificate) {
  if (certificate.certificate_list.empty()) return fail(Fault::server_certificate_missing);
  PeerCheck check{.trust = *config.options().trust, .name = target.name, .needs_key_encipherment = !is_ephemeral(agreed)};
  auto server = TRY(check.check(link, certificate));
  TRY(check_key_fits(server, *agreed.suite));
  return server;
}

Result<crypto::SharedSecret> agree_ecdhe(Link& link, const ServerEcdhParams& params, Buffer& our_public) {
  const auto& groups = link.options.groups;
  if (params.curve_type != CurveType::named_curve || std::ranges::find(groups, params.named_curve) == groups.end() ||
      catalog::find(params.named_curve)->exchange != catalog::Exchange::curve)
    return fail(Fault::group_not_offered, {fmt::format("it uses {}", printable(params.named_curve))});
  auto share = TRY(crypto::KeyShare::generate(params.named_curve));
  our_public.assign(share.public_value().begin(), share.public_value().end());
  auto secret = TRY(std::move(share).derive(params.public_value.bytes));
  link.summary.group = params.named_curve;
  if (link.trace) {
    link.trace(DecisionEvent{"group", printable(params.named_curve), "the server chose it", {}});
    link.trace(SecretEvent{"premaster_secret", "ECDHE: our private key and the server's public value"});
  }
  return secret;
}

/// RFC 5246 section 7.4.7.1: the version that was offered, and 46 random bytes.
Result<crypto::SharedSecret> make_rsa_premaster(Link& link, Version offered) {
  crypto::SharedSecret premaster(48);
  TRY(link.random(premaster.writable()));
  premaster.writable()[0] = static_cast<uint8_t>(static_cast<uint16_t>(offered) >> 8);
  premaster.writable()[1] = static_cast<uint8_t>(offered);
  if (link.trace) link.trace(SecretEvent{"premaster_secret", "random, sent under the server's RSA key"});
  return premaster;
}

void note_credential(Link& link, const Credential& credential) {
  link.summary.client_certificate_requested = true;
  link.summary.client_certificate_sent = credential.identity != nullptr;
  if (credential.identity) link.summary.client_scheme = credential.scheme;
}

Handshake full(Link& link, ConfigPtr config, Target target, Buffer session_id, Accepted12 accepted) {
  const auto& agreed = accepted.agreed;
  auto certificate = co_await expect<Certificate>();
  auto server = co_await accept_server(link, *config, target, agreed, certificate);

  crypto::SharedSecret premaster;
  ClientKeyExchangeEcdhe our_ecdhe;
  if (is_ephemeral(agreed)) {
    auto exchange = co_await expect<ServerKeyExchangeEcdhe>();
    co_await authenticate_server(link, agreed, server, exchange);
    auto secret = co_await agree_ecdhe(link, exchange.params, our_ecdhe.ecdh_yc.bytes);
    premaster = std::move(secret);
  }
  auto request = co_await maybe<CertificateRequest>();
  co_await expect<ServerHelloDone>();

  Credential credential;
  if (request) {
    credential = choose_credential(*request, config->options(), link.trace);
    note_credential(link, credential);
    auto ours = certificate_message(credential.identity);
    co_await link.send(ours);
  }
  if (is_ephemeral(agreed)) {
    co_await link.send(our_ecdhe);
  } else {
    auto secret = co_await make_rsa_premaster(link, Version::tls12);
    premaster = std::move(secret);
    auto encrypted = co_await server.key().encrypt_pkcs1(premaster.view());
    ClientKeyExchangeRsa exchange;
    exchange.encrypted_pre_master_secret.bytes = std::move(encrypted);
    co_await link.send(exchange);
  }
  auto master = derive_master(link, agreed, premaster.view());
  premaster = {};
  if (credential.identity) {
    auto messages = link.transcript.messages();
    auto signature = co_await sign(*credential.identity, credential.scheme, Version::tls12,
                                   Buffer(messages.begin(), messages.end()));
    CertificateVerify proof;
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

  Resumable by{std::move(session_id), std::move(ticket.ticket.bytes), ticket.ticket_lifetime_hint, server.valid_until()};
  link.session = make_session(link, *config, target, agreed, master, std::move(by));
  keep_exporter(link, agreed, master);
  co_return Complete(verified);
}

Handshake resumed(Link& link, ConfigPtr config, Target target, std::shared_ptr<const Session> session, Accepted12 accepted) {
  const auto& agreed = accepted.agreed;
  const auto& kept = *session12(*session);
  auto master = kept.common.master();
  link.summary.peer = identity_of(kept.common.peer);
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
  link.transcript.use(keys::hash_of(accepted.agreed.suite->prf));
  if (accepted.resumed)
    co_return resumed(link, std::move(config), std::move(target), std::move(offer.session), std::move(accepted));
  co_return full(link, std::move(config), std::move(target), std::move(hello.session_id.bytes), std::move(accepted));
}

}  // namespace handfast
