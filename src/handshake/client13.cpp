// client13.cpp: the client's TLS 1.3 handshake after the hellos (RFC 8446 section 2).
#include <fmt/format.h>
#include <handshake/authenticate.hpp>
#include <handshake/choose.hpp>
#include <handshake/client.hpp>
#include <handshake/finish13.hpp>
#include <handshake/tickets13.hpp>
#include <messages/finished.hpp>

namespace handfast {
namespace {

using namespace messages;
using ConfigPtr = std::shared_ptr<const ClientConfig>;

Result<AcceptedPeer> accept_server(Link& link, const ClientConfig& config, const Target& target, const Offer& offer,
                                   CertificateType type, AnyCertificate&& shown) {
  auto certificate = TRY(decompress(link, std::move(shown)));
  if (!certificate.certificate_request_context.bytes.empty()) return fail(Fault::certificate_context_wrong);
  if (certificate.certificate_list.empty()) return fail(Fault::server_certificate_missing);
  PeerCheck check{.trust = *config.options().trust,
                  .name = target.name,
                  .type = type,
                  .staple_rule = staple_rule(config.options()),
                  .asked = wishes_of(offer.hello)};
  return check.check(link, certificate);
}

Result<Credential> answer_request(Link& link, const ClientOptions& options, CertificateType type,
                                  const CertificateRequest13& request) {
  if (!request.certificate_request_context.bytes.empty()) return fail(Fault::certificate_context_wrong);
  auto credential = TRY(choose_credential(request, type, options, link.trace));
  link.summary.client_certificate_requested = true;
  link.summary.client_certificate_sent = credential.identity != nullptr;
  if (credential.identity) link.summary.client_scheme = credential.scheme;
  return credential;
}

keys::EarlySecret early_secret(const catalog::SuiteRow& suite, const OfferedKey* psk) {
  return psk ? keys::EarlySecret(suite.prf, psk->key()) : keys::EarlySecret(suite.prf);
}

/// From here on all that we say is protected, alerts too (RFC 8446 section 2). Section D.4: something comes before it.
Result<> start_flight(Link& link, const ClientOptions& options, Offer& offer, const catalog::SuiteRow& suite,
                      const keys::TrafficSecret& secret) {
  if (options.middlebox_compatibility && !std::exchange(offer.sent_change_cipher_spec, true)) TRY(link.send(ChangeCipherSpec{}));
  return turn_on_output13(link, suite, secret);
}

}  // namespace

Handshake client13(Link& link, ConfigPtr config, Target target, Offer offer, Received<ServerHello> hello) {
  const auto& options = config->options();
  auto accepted = co_await accept_hello13(link, options, offer, hello);
  const auto& suite = *accepted.suite;
  if (!offer.retry_suite) link.transcript.use(keys::hash_of(suite.prf));
  link.transcript.drop_messages();

  const auto* psk = accepted.psk ? &offer.psks[*accepted.psk] : nullptr;
  auto handshake_secret = early_secret(suite, psk).mix(accepted.shared_secret.view());
  accepted.shared_secret = {};
  auto handshake_keys = handshake_traffic(link, handshake_secret);
  co_await turn_on_input13(link, suite, handshake_keys.server);
  const bool writes_early = link.early_data.is_open;
  if (!writes_early) co_await start_flight(link, options, offer, suite, handshake_keys.client);

  auto extensions = co_await expect<EncryptedExtensions>();
  co_await accept_encrypted_extensions(link, options, offer, extensions);
  auto types = co_await accept_certificate_types(offer.hello, extensions, link.trace);
  co_await accept_early_data(link, offer, accepted, extensions);
  if (writes_early && !link.summary.early_data) co_await start_flight(link, options, offer, suite, handshake_keys.client);

  std::optional<CertificateRequest13> request;
  uint64_t valid_until = 0;
  if (psk) {
    valid_until = recall_peer(link, *psk);
  } else {
    auto asked = co_await maybe<CertificateRequest13>();
    request = std::move(asked);
    auto certificate = co_await either<Certificate13, CompressedCertificate>();
    auto server = co_await accept_server(link, *config, target, offer, types.server, std::move(certificate));
    auto proof = co_await expect<CertificateVerify13>();
    co_await authenticate_peer(link, server, proof);
    valid_until = server.valid_until();
  }
  auto finished = co_await expect<Finished13>();
  auto verified = co_await check_finished13(handshake_keys.server, finished);

  auto master_secret = std::move(handshake_secret).finish();
  auto application_keys = application_traffic(link, master_secret);
  co_await turn_on_input13(link, suite, application_keys.server);

  if (link.summary.early_data) {
    co_await end_early_data(link);
    co_await start_flight(link, options, offer, suite, handshake_keys.client);
  }
  if (request) {
    auto credential = co_await answer_request(link, options, types.client, *request);
    co_await send_certificate13(link, credential.identity, wishes_of(*request), request->certificate_request_context.bytes);
    if (credential.identity) {
      auto signature = co_await sign13(link, *credential.identity, credential.scheme);
      CertificateVerify13 ours_verify;
      ours_verify.algorithm = credential.scheme;
      ours_verify.signature.bytes = std::move(signature);
      co_await link.send(ours_verify);
    }
  }
  co_await send_finished13(link, handshake_keys.client);
  co_await turn_on_output13(link, suite, application_keys.client);

  link.connected13 = Connected13{&suite, std::move(application_keys.server), std::move(application_keys.client)};
  link.connected13->client_certificate_type = types.client;
  if (options.post_handshake_auth) link.connected13->transcript = link.transcript.copy_hash();
  if (request) link.connected13->contexts.emplace_back();
  if (valid_until > 0) expect_tickets(link, *config, target, master_secret, valid_until);
  co_return Complete(verified);
}

}  // namespace handfast
