// server12.cpp: the server's handshakes of TLS 1.2 and before (RFC 5246 section 7.3): the full one, and the one that resumes.
#include <algorithm>

#include <crypto/key_exchange.hpp>
#include <fmt/format.h>
#include <handshake/authenticate.hpp>
#include <handshake/candidates.hpp>
#include <handshake/downgrade.hpp>
#include <handshake/finish12.hpp>
#include <handshake/premaster12.hpp>
#include <handshake/record_limits.hpp>
#include <handshake/renegotiate.hpp>
#include <handshake/server.hpp>
#include <handshake/staple12.hpp>

namespace handfast {
namespace {

using namespace messages;
using namespace extensions;
using ConfigPtr = std::shared_ptr<const ServerConfig>;

/// What the full handshake still needs of the ClientHello.
struct HelloFacts {
  bool wants_ticket = false;
  bool has_points = false;
  bool acknowledges_name = false;
  Version offered = Version::tls12;
};

Result<ServerHello> make_hello(Link& link, const HelloFacts& facts, const Agreed12& agreed, const std::string& protocol) {
  ServerHello hello;
  hello.server_version = agreed.version;
  TRY(link.random(hello.random));
  mark_downgrade(hello.random, link.options, *link.summary.version);
  hello.cipher_suite = agreed.suite->suite;
  auto& block = hello.extensions;
  if (facts.acknowledges_name) block.add<ServerNameAcknowledged>();
  if (agreed.extended_master_secret) block.add<ServerExtendedMasterSecret>();
  if (link.secure_renegotiation.peer_has_it)
    block.add<ServerRenegotiationInfo>().renegotiated_connection.bytes = our_binding(link);
  if (facts.has_points && agreed.suite->key_exchange == catalog::KeyExchange::ecdhe)
    block.add<ServerEcPointFormats>().ec_point_format_list.items = {EcPointFormat::uncompressed};
  if (!protocol.empty()) block.add<ChosenProtocol>().protocol_name_list.add(as_bytes(protocol));
  if (agreed.encrypt_then_mac) block.add<ServerEncryptThenMac>();
  return hello;
}

CertificateRequest make_request(const ServerOptions& options, const Agreed12& agreed) {
  auto request = shaped<CertificateRequest>(certificate_request_shape(agreed));
  request.certificate_types.items = {ClientCertificateType::ecdsa_sign, ClientCertificateType::rsa_sign};
  request.supported_signature_algorithms.items = options.schemes;
  request.certificate_authorities = named_authorities(options);
  return request;
}

/// The client's certificate, or none where that is allowed.
Result<std::optional<AcceptedPeer>> accept_client(Link& link, const ServerOptions& options, const Certificate& certificate) {
  if (certificate.certificate_list.empty()) {
    if (options.client_auth == ClientAuth::require) return fail(Fault::client_certificate_missing);
    link.trace.decision([] { return DecisionEvent{"client_certificate", "none", "the client sent none, and none is required", {}}; });
    return std::nullopt;
  }
  link.summary.client_certificate_sent = true;
  PeerCheck check{.trust = *options.client_trust};
  auto client = TRY(check.check(link, certificate));
  return client;
}

/// What the client has shown is known to be a pre-shared key's identity and nothing more before its Finished.
Result<SecretBuffer> checked_key(Buffer key, const std::string& identity) {
  SecretBuffer secret(std::move(key));
  if (secret.view().size() >= 16 && secret.view().size() <= 255) return secret;
  return fail(Fault::psk_identity_unknown, {fmt::format("the key for {} does not have 16 to 255 bytes", quoted(identity))});
}

Handshake full(Link& link, ConfigPtr config, HelloFacts facts, Agreed12 agreed, SuiteChoice choice, ServerHello hello) {
  const auto& options = config->options();
  const bool shows_certificate = has_certificate(*agreed.suite);
  if (facts.wants_ticket) hello.extensions.add<ServerSessionTicket>();
  bool caches = !facts.wants_ticket && agreed.extended_master_secret && options.session_cache->limit() > 0;
  if (caches) {
    hello.session_id.bytes.resize(32);
    co_await link.random(hello.session_id.bytes);
  }
  co_await link.send(hello);
  if (shows_certificate) {
    link.shown = choice.identity;
    auto ours = certificate_message(choice.identity);
    co_await link.send(ours);
    co_await send_staple(link, choice.identity, hello);
  }
  std::optional<crypto::KeyShare> share;
  const auto& hint = options.psk_identity_hint;
  auto shape = server_key_exchange_shape(agreed);
  if (shape.values != Values::none || (shape.has_hint && !hint.empty())) {
    auto exchange = shaped<ServerKeyExchange>(shape);
    exchange.psk_identity_hint.text = hint;
    if (shape.values != Values::none) {
      auto generated = co_await crypto::KeyShare::generate(*choice.group);
      auto params = co_await params_of(generated);
      exchange.params = std::move(params);
      share.emplace(std::move(generated));
    }
    if (shape.is_signed) {
      exchange.algorithm = *choice.scheme;
      auto input = co_await signed_params(agreed, exchange.params);
      auto signature = co_await sign(*choice.identity, *choice.scheme, agreed.version, std::move(input));
      exchange.signature.bytes = std::move(signature);
    }
    co_await link.send(exchange);
  }
  bool asks = asks_for_certificate(link, options) && shows_certificate;   // RFC 5246 section 7.4.4
  link.summary.client_certificate_requested = asks;
  if (asks) {
    auto request = make_request(options, agreed);
    co_await link.send(request);
  }
  co_await link.send(ServerHelloDone{});

  std::optional<AcceptedPeer> client;
  if (asks) {
    auto certificate = co_await expect<Certificate>();
    auto accepted = co_await accept_client(link, options, certificate);
    client = std::move(accepted);
  }
  if (!client) link.transcript.drop_messages();

  auto exchange = co_await expect<ClientKeyExchange>(client_key_exchange_shape(agreed));
  SecretBuffer premaster;
  if (exchange.shape.is_encrypted) {
    auto secret = co_await decrypt_premaster(link, *choice.identity, facts.offered, exchange);
    premaster = std::move(secret);
  } else if (share) {
    auto secret = co_await agree(link, std::move(*share), exchange);
    premaster = SecretBuffer(secret.view());
  }
  if (exchange.shape.has_identity) {
    auto found = co_await find_psk12(options, exchange.psk_identity.text);
    auto key = co_await checked_key(std::move(found), exchange.psk_identity.text);
    premaster = premaster_with_psk(link, premaster.view(), key.view());
    link.summary.external_psk = exchange.psk_identity.text;
  }
  auto master = derive_master(link, agreed, premaster.view());
  premaster = {};
  if (client) {
    auto proof = co_await expect<CertificateVerify>(certificate_verify_shape(agreed));
    co_await authenticate_client(link, *client, proof);
    link.transcript.drop_messages();
  }
  auto protections = co_await derive_protections(link, agreed, master);

  co_await expect<ChangeCipherSpec>();
  co_await turn_on_input(link, agreed, std::move(protections.input));
  auto finished = co_await expect<Finished>();
  auto verified = co_await check_finished(link, agreed, master, finished);

  auto valid_until = client ? client->valid_until() : UINT64_MAX;
  if (facts.wants_ticket) {
    auto session = make_session12(link, *config, agreed, master, valid_until);
    auto message = co_await make_ticket(*config, session);
    co_await link.send(message);
  }
  co_await send_finished(link, agreed, master, std::move(protections.output));

  if (caches) {
    auto session = make_session12(link, *config, agreed, master, valid_until);
    auto bytes = co_await encode_session(session);
    if (may_be_resumed(session))
      options.session_cache->put(hello.session_id.bytes, Buffer(bytes.view().begin(), bytes.view().end()),
                                 options.environment.wall_clock());
    link.session_id = std::move(hello.session_id.bytes);
  }
  keep_exporter(link, agreed, master);
  co_return Complete(verified);
}

Handshake resumed(Link& link, ConfigPtr config, Agreed12 agreed, Resumption resumption, ServerHello hello) {
  auto master = resumption.session.master();
  auto& summary = link.summary;
  summary.resumed = true;
  summary.resumed_by_ticket = resumption.by_ticket;
  summary.peer = identity_of(resumption.session.peer);
  summary.external_psk = resumption.session.external_psk.text;
  summary.client_certificate_sent = summary.peer != nullptr;
  if (resumption.renew) hello.extensions.add<ServerSessionTicket>();
  co_await link.send(hello);
  link.transcript.drop_messages();
  link.log_secret("CLIENT_RANDOM", master.view());
  auto protections = co_await derive_protections(link, agreed, master);

  if (resumption.renew) {
    auto session = make_session12(link, *config, agreed, master, resumption.session.expires);
    auto message = co_await make_ticket(*config, session);
    co_await link.send(message);
  }
  co_await send_finished(link, agreed, master, std::move(protections.output));

  co_await expect<ChangeCipherSpec>();
  co_await turn_on_input(link, agreed, std::move(protections.input));
  auto finished = co_await expect<Finished>();
  auto verified = co_await check_finished(link, agreed, master, finished);

  if (!resumption.by_ticket) link.session_id = std::move(hello.session_id.bytes);
  keep_exporter(link, agreed, master);
  co_return Complete(verified);
}

}  // namespace

Result<> check_hello12(Link& link, const ClientHello& hello, const ServerOptions& options) {
  const auto& methods = hello.compression_methods.items;
  if (std::ranges::find(methods, CompressionMethod::null) == methods.end()) return fail(Fault::compression_not_null);
  auto points = hello.extensions.find<EcPointFormats>();
  if (points) {
    const auto& formats = points->ec_point_format_list.items;
    if (std::ranges::find(formats, EcPointFormat::uncompressed) == formats.end()) return fail(Fault::uncompressed_points_missing);
  }
  TRY(check_binding(link, hello));
  if (options.require_extended_master_secret && !hello.extensions.find<ExtendedMasterSecret>())
    return fail(Fault::extended_master_secret_missing);
  return {};
}

blocks<1, 65535, 0, 65535> named_authorities(const ServerOptions& options) {
  blocks<1, 65535, 0, 65535> names;
  size_t room = 32768;   // the whole request must fit what clients take
  for (const auto& subject : options.client_trust->subjects()) {
    if (2 + subject.size() > room) break;   // the rest goes unnamed: a client sends its certificate or does not
    room -= 2 + subject.size();
    names.add(subject);
  }
  return names;
}

Handshake server12(Link& link, ConfigPtr config, Received<ClientHello> hello) {
  const auto& options = config->options();
  co_await check_hello12(link, hello, options);
  link.summary.server_name = asked_name(hello);
  auto chosen_protocol = co_await choose_protocol(hello, options, link.trace);
  auto protocol = co_await keep_protocol(link, chosen_protocol);
  auto resumption = co_await find_session(link, *config, hello);
  SuiteChoice choice;
  if (!resumption) {
    auto chosen = co_await choose_suite(hello, *link.summary.version, options, link.trace);
    choice = chosen;
  }

  Agreed12 agreed;
  agreed.version = *link.summary.version;
  agreed.suite = resumption ? catalog::find(resumption->session.suite) : choice.suite;
  agreed.client_random = hello.random;
  agreed.extended_master_secret = hello.extensions.find<ExtendedMasterSecret>() != nullptr;
  agreed.encrypt_then_mac =
      options.encrypt_then_mac && is_block_cipher(agreed.suite->cipher) && hello.extensions.find<EncryptThenMac>() != nullptr;
  bool acknowledges_name = !resumption && hello.extensions.find<ServerName>();   // RFC 6066 section 3
  HelloFacts facts{gives_ticket(*config, hello, agreed.extended_master_secret),
                   hello.extensions.find<EcPointFormats>() != nullptr, acknowledges_name,
                   hello.client_version};
  co_await check_not_weaker(link, agreed);
  auto answer = co_await make_hello(link, facts, agreed, chosen_protocol);   // only what this hello has asked for
  auto is_limited = co_await answer_limit<ServerRecordSizeLimit, ServerMaxFragmentLength>(link, hello, answer);
  if (is_limited) enforce_our_limit(link);
  if (!resumption) answer_wishes(hello, choice.identity, answer);
  agreed.server_random = answer.random;

  auto& summary = link.summary;
  summary.suite = agreed.suite->suite;
  summary.group = choice.group;
  summary.server_scheme = choice.scheme;
  summary.alpn = std::move(protocol);
  summary.extended_master_secret = agreed.extended_master_secret;
  summary.encrypt_then_mac = agreed.encrypt_then_mac;
  link.transcript.use(keys::hash_of(agreed.prf()));
  if (resumption) {
    answer.session_id = hello.session_id;
    co_return resumed(link, std::move(config), agreed, std::move(*resumption), std::move(answer));
  }
  co_return full(link, std::move(config), facts, agreed, choice, std::move(answer));
}

}  // namespace handfast
