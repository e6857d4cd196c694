#include <handshake/authenticate.hpp>

#include <algorithm>

#include <crypto/identity.hpp>
#include <fmt/format.h>
#include <handshake/candidates.hpp>
#include <handshake/renegotiate.hpp>
#include <handshake/session_state.hpp>

namespace handfast {
namespace {

/// A peer's chain, leaf first.
struct Chain {
  std::vector<crypto::Certificate> certificates;
  bool has_new = false;   ///< some were parsed, not known
};

Result<> check_length(const messages::Certificate& message, size_t longest) {
  auto count = message.certificate_list.size();
  if (count <= longest) return {};
  return fail(Fault::chain_too_long, {fmt::format("{} certificates were sent; our limit is {}", count, longest)});
}

Result<Chain> parse_chain(const messages::Certificate& message, crypto::KnownCertificates& known) {
  Chain chain;
  chain.certificates.reserve(message.certificate_list.size());
  for (auto der : message.certificate_list) {
    auto certificate = known.find(der);
    if (!certificate) {
      auto parsed = TRY(crypto::Certificate::parse(der));
      certificate = std::move(parsed);
      chain.has_new = true;
    }
    chain.certificates.push_back(*std::move(certificate));
  }
  return chain;
}

void keep_chain(const messages::Certificate& message, const Chain& chain, crypto::KnownCertificates& known) {
  auto certificate = chain.certificates.begin();
  for (auto der : message.certificate_list) known.keep(der, *certificate++);
}

std::shared_ptr<PeerIdentity> describe_peer(const messages::Certificate& message,
                                                  const crypto::Certificate& leaf, bool verified) {
  auto identity = std::make_shared<PeerIdentity>();
  identity->chain.reserve(message.certificate_list.size());
  for (auto der : message.certificate_list) identity->chain.emplace_back(der.begin(), der.end());
  identity->verified = verified;
  identity->subject = leaf.subject();
  identity->issuer = leaf.issuer();
  identity->common_name = leaf.common_name();
  identity->names = leaf.names();
  identity->sha256 = crypto::fingerprint(identity->chain.front());
  return identity;
}

std::string describe(const FailedCheck& check) {
  const auto& row = info(check.fault);
  return fmt::format("[{}] {} ({}): {}{}{}", row.id, check.depth == 0 ? "certificate" : "authority", check.subject,
                     row.text, check.detail.empty() ? "" : ": ", check.detail);
}

void trace_verdict(Link& link, CertificateEvent event, const std::vector<crypto::Certificate>& chain) {
  if (!link.trace) return;
  for (const auto& certificate : chain) event.chain.push_back(certificate.summary());
  link.trace(event);
}

/// The message that the rest understands.
messages::Certificate plain(const messages::Certificate13& certificate) {
  messages::Certificate message;
  certificate.certificate_list.each(
      [&](const messages::CertificateEntry& entry, size_t) { message.certificate_list.add(entry.cert_data.bytes); });
  return message;
}

/// What CertificateVerify signs (RFC 8446 section 4.4.3).
Buffer proof_content(Side owner, Bytes transcript_hash) {
  constexpr std::string_view server = "TLS 1.3, server CertificateVerify", client = "TLS 1.3, client CertificateVerify";
  auto context = owner == Side::server ? server : client;
  Buffer content(64, 0x20);
  content.reserve(64 + context.size() + 1 + transcript_hash.size());
  content.insert(content.end(), context.begin(), context.end());
  content.push_back(0);
  content.insert(content.end(), transcript_hash.begin(), transcript_hash.end());
  return content;
}

/// The timestamps are not verified, but shown as part of the peer.
crypto::ChainKey key_of(const messages::Certificate& message, const CertificateExtras& extras,
                        const crypto::VerifyOptions& options) {
  crypto::ChainKey key(options);
  key.add(extras.timestamps);
  for (auto der : message.certificate_list) key.add(der);
  return key;
}

/// The scheme of a signature, one that we have offered and the key can make; `named`: by the message, from TLS 1.2 on.
Result<Scheme> scheme_used(Link& link, Scheme named, const crypto::PublicKey& key) {
  const auto version = *link.summary.version;
  if (version < Version::tls12) {
    auto scheme = scheme_before12(key);
    if (!scheme)
      return fail(Fault::scheme_not_for_key, {fmt::format("{} has no signatures of {}", printable(version), key.description())});
    return *scheme;
  }
  const auto& offered = link.options.schemes;
  if (std::ranges::find(offered, named) == offered.end())
    return fail(Fault::scheme_not_offered, {fmt::format("it used {}", printable(named))});
  if (!key.fits(named, version))
    return fail(Fault::scheme_not_for_key,
                {fmt::format("it used {}; the certificate's key is {}", printable(named), key.description())});
  return named;
}

}  // namespace

crypto::StapleRule staple_rule(const ClientOptions& options) {
  using enum crypto::StapleRule;
  return options.require_staple ? required : options.request_staple ? checked : ignored;
}

// In a new handshake on a connection, before we sign anything for whom it leads to.
Result<AcceptedPeer> PeerCheck::check(Link& link, const messages::Certificate& message, CertificateExtras extras) const {
  auto accepted = TRY(check_chain(link, message, std::move(extras)));
  TRY(check_identity_kept(link));
  return accepted;
}

Result<AcceptedPeer> PeerCheck::check(Link& link, const messages::Certificate13& message) const {
  auto extras = TRY(extras_of(message, asked));
  if (type == CertificateType::raw_public_key) return check_raw_key(link, plain(message));
  return check_chain(link, plain(message), std::move(extras));
}

/// RFC 8446 section 4.4.2: one key and nothing else. It has no name that could be checked: it is trusted itself.
Result<AcceptedPeer> PeerCheck::check_raw_key(Link& link, const messages::Certificate& message) const {
  if (message.certificate_list.size() != 1) return fail(Fault::certificate_malformed, {"more than one raw public key"});
  auto spki = *message.certificate_list.begin();
  auto owner = link.side == Side::client ? Side::server : Side::client;
  auto key = crypto::accept_raw_key(spki, trust);
  auto identity = std::make_shared<PeerIdentity>();
  identity->chain.emplace_back(spki.begin(), spki.end());
  identity->verified = key && !trust.accepts_anyone();
  identity->sha256 = crypto::fingerprint(spki);
  identity->raw_public_key = true;
  link.summary.peer = identity;
  if (link.trace) {
    CertificateEvent event{owner, key.has_value(), identity->verified, {}, {}, {}};
    event.chain.push_back({"raw public key", {}, key ? key->description() : "", {}, {}, {}, identity->sha256});
    if (!key) event.failed.push_back({key.error().fault, 0, "raw public key", key.error().facts.front()});
    link.trace(event);
  }
  if (!key) return std::unexpected(std::move(key).error());
  AcceptedPeer peer;
  peer.key_ = *std::move(key);
  peer.identity_ = std::move(identity);
  peer.valid_until_ = seconds_of(std::chrono::system_clock::time_point::max());
  return peer;
}

Result<AcceptedPeer> PeerCheck::check_chain(Link& link, const messages::Certificate& message, CertificateExtras extras) const {
  TRY(check_length(message, link.options.limits.chain_length));
  const crypto::VerifyOptions options{.owner = link.side == Side::client ? Side::server : Side::client,
                                      .name = name,
                                      .now = link.options.environment.wall_clock(),
                                      .needs_key_encipherment = needs_key_encipherment,
                                      .staple_rule = staple_rule,
                                      .staple = extras.staple};
  const auto lifetime = link.options.verified_chain_lifetime;
  if (lifetime == std::chrono::seconds::zero()) {
    auto verified = TRY(verify(link, message, std::move(extras.timestamps), options));
    return accepted(verified);
  }
  auto& chains = *trust.state().verified;
  const auto key = key_of(message, extras, options);
  if (const auto chain = chains.find(key, options.now, lifetime)) {
    trace_verdict(link, {options.owner, true, true, std::string(name), {}, {}, true}, chain->certificates);
    link.summary.peer = chain->identity;
    return accepted(*chain);
  }
  auto verified = TRY(verify(link, message, std::move(extras.timestamps), options));
  auto peer = accepted(verified);
  if (peer.identity()->verified) chains.keep(key, std::move(verified));
  return peer;
}

Result<crypto::VerifiedChain> PeerCheck::verify(Link& link, const messages::Certificate& message,
                                                Buffer timestamps, const crypto::VerifyOptions& options) const {
  auto& known = *trust.state().known;
  auto parsed = TRY(parse_chain(message, known));
  auto verdict = crypto::verify_chain(parsed.certificates, trust, options);
  trace_verdict(link, {options.owner, verdict.accepted, verdict.verified, std::string(name), {}, verdict.failed},
                parsed.certificates);
  auto identity = describe_peer(message, parsed.certificates.front(), verdict.accepted && verdict.verified);
  identity->stapled = verdict.stapled;
  identity->timestamps = std::move(timestamps);
  link.summary.peer = std::move(identity);
  if (!verdict.accepted) {
    Error error{verdict.fault};
    for (const auto& failed : verdict.failed) error.facts.push_back(describe(failed));
    return std::unexpected(std::move(error));
  }
  if (parsed.has_new && verdict.verified) keep_chain(message, parsed, known);
  return crypto::VerifiedChain{std::move(parsed.certificates), link.summary.peer, options.now, verdict.valid_until};
}

AcceptedPeer PeerCheck::accepted(const crypto::VerifiedChain& chain) {
  AcceptedPeer peer;
  peer.key_ = chain.certificates.front().key();
  peer.identity_ = chain.identity;
  peer.valid_until_ = seconds_of(chain.valid_until);
  return peer;
}

Result<> check_key_fits(const AcceptedPeer& server, const Agreed12& agreed) {
  if (fits_suite(server.key(), *agreed.suite, agreed.version)) return {};
  return fail(Fault::certificate_type_unsuitable,
              {fmt::format("{} with a key of {}", agreed.suite->name, server.key().description())});
}

Result<Buffer> signed_params(const Agreed12& agreed, const messages::ServerParams& params) {
  Buffer bytes;
  bytes.reserve(64 + 4 + params.ecdh.public_value.bytes.size());
  bytes.insert(bytes.end(), agreed.client_random.begin(), agreed.client_random.end());
  bytes.insert(bytes.end(), agreed.server_random.begin(), agreed.server_random.end());
  TRY(wire::encode(params, bytes));
  return bytes;
}

Result<ServerAuthenticated> authenticate_server(Link& link, const Agreed12& agreed, const AcceptedPeer& server,
                                                const messages::ServerKeyExchange& exchange) {
  auto scheme = TRY(scheme_used(link, exchange.algorithm, server.key()));
  auto input = TRY(signed_params(agreed, exchange.params));
  TRY(server.key().verify(scheme, agreed.version, input, exchange.signature.bytes));
  link.summary.server_scheme = scheme;
  return ServerAuthenticated{};
}

Result<ClientAuthenticated> authenticate_client(Link& link, const AcceptedPeer& client,
                                                const Received<messages::CertificateVerify>& proof) {
  auto scheme = TRY(scheme_used(link, proof.algorithm, client.key()));
  auto signed_messages = link.transcript.messages().first(proof.messages_before);
  TRY(client.key().verify(scheme, *link.summary.version, signed_messages, proof.signature.bytes));
  link.summary.client_scheme = scheme;
  return ClientAuthenticated{};
}

Result<PeerAuthenticated> authenticate_peer(Link& link, const AcceptedPeer& peer,
                                            const Received<messages::CertificateVerify13>& proof) {
  auto scheme = TRY(scheme_used(link, proof.algorithm, peer.key()));
  auto owner = link.side == Side::client ? Side::server : Side::client;
  auto content = proof_content(owner, proof.before.view());
  TRY(peer.key().verify(scheme, Version::tls13, content, proof.signature.bytes));
  (owner == Side::server ? link.summary.server_scheme : link.summary.client_scheme) = scheme;
  return PeerAuthenticated{};
}

Asked sign13(const Link& link, const Identity& identity, Scheme scheme) {
  return sign(identity, scheme, Version::tls13, proof_content(link.side, link.transcript.digest().view()));
}

Asked sign(const Identity& identity, Scheme scheme, Version version, Buffer input) {
  const auto& state = identity.state();
  if (state.key) return {state.key.sign(scheme, version, input)};
  auto ask = [callback = &state.callback, scheme, input = std::move(input)](uint64_t token) mutable {
    (*callback)(SigningRequest{token, scheme, std::move(input)});
  };
  return {Buffer{}, std::move(ask)};
}

messages::Certificate certificate_message(const Identity* identity) {
  messages::Certificate message;
  if (!identity) return message;
  size_t size = 0;
  for (const auto& der : identity->chain()) size += 3 + der.size();
  message.certificate_list.wire.reserve(size);
  for (const auto& der : identity->chain()) message.certificate_list.add(der);
  return message;
}

}  // namespace handfast
