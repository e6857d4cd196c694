#include <handshake/post_handshake.hpp>

#include <handshake/authenticate.hpp>
#include <handshake/choose.hpp>
#include <handshake/finish13.hpp>
#include <handshake/server.hpp>

namespace handfast {
namespace {

using namespace messages;

/// Its context tells this request from every other one, and nobody can have answered it before (RFC 8446 section 4.3.2).
Result<CertificateRequest13> make_late_request(const Link& link, const ServerOptions& options) {
  auto request = make_request13(options);
  auto& context = request.certificate_request_context.bytes;
  context.resize(32);
  TRY(link.random(context));
  return request;
}

/// Who the connection's client is as long as the new one has proved nothing.
struct KnownClient {
  std::shared_ptr<const PeerIdentity> peer;
  bool has_sent;
};

}  // namespace

Handshake ask_for_certificate(Link& link, std::shared_ptr<const ServerConfig> config) {
  const auto& options = config->options();
  auto& connected = *link.connected13;
  auto& summary = link.summary;
  link.transcript.resume(connected.transcript->copy());
  auto request = co_await make_late_request(link, options);
  co_await link.send(request);
  summary.client_certificate_requested = true;

  auto certificate = co_await either<Certificate13, CompressedCertificate>();
  connected.is_answering = true;
  KnownClient known{summary.peer, summary.client_certificate_sent};
  auto accepted = accept_client13(link, options, connected.client_certificate_type, std::move(certificate),
                                  request.certificate_request_context.bytes);
  summary.peer = known.peer;
  summary.client_certificate_sent = known.has_sent;
  auto client = co_await std::move(accepted);
  if (client) {
    auto proof = co_await expect<CertificateVerify13>();
    co_await authenticate_peer(link, *client, proof);
  }
  auto finished = co_await expect<Finished13>();
  auto verified = co_await check_finished13(connected.input, finished);
  if (client) {
    summary.peer = client->identity();
    summary.client_certificate_sent = true;
  }
  connected.is_answering = false;
  co_return Complete(verified);
}

Handshake answer_certificate_request(Link& link, Buffer message, CertificateRequest13 request) {
  const auto& options = static_cast<const ClientOptions&>(link.options);   // a server is never asked
  auto& connected = *link.connected13;
  link.transcript.resume(connected.transcript->copy());
  link.transcript.add(message);
  auto credential = co_await choose_credential(request, connected.client_certificate_type, options, link.trace);
  link.summary.client_certificate_requested = true;
  link.summary.client_certificate_sent |= credential.identity != nullptr;

  link.hold();
  co_await send_certificate13(link, credential.identity, wishes_of(request), request.certificate_request_context.bytes);
  if (credential.identity) {
    link.summary.client_scheme = credential.scheme;
    auto signature = co_await sign13(link, *credential.identity, credential.scheme);
    CertificateVerify13 proof;
    proof.algorithm = credential.scheme;
    proof.signature.bytes = std::move(signature);
    co_await link.send(proof);
  }
  co_await send_finished13(link, connected.output);
  co_await link.release();
  co_return Answered{};
}

}  // namespace handfast
