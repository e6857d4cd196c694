#include <handshake/premaster12.hpp>

#include <algorithm>

#include <base/contains.hpp>
#include <base/printable.hpp>
#include <catalog/groups.hpp>
#include <crypto/finite_field.hpp>
#include <crypto/identity.hpp>
#include <fmt/format.h>
#include <handshake/external_psk.hpp>

namespace handfast {
namespace {

using namespace messages;
using catalog::Authentication;
using catalog::Exchange;
using catalog::KeyExchange;
using crypto::KeyExchangeResponse;

Values values_of(const catalog::SuiteRow& suite) {
  return suite.key_exchange == KeyExchange::ecdhe ? Values::ecdh
         : suite.key_exchange == KeyExchange::dhe ? Values::dh
                                                  : Values::none;
}

bool has_psk(const Agreed12& agreed) { return agreed.suite->authentication == Authentication::psk; }

/// RFC 5246 section 8.1.2. Whoever could measure that would learn the first bits of a secret of one connection; keys are never used
/// for a second one, which the Raccoon attack needs.
Bytes without_leading_zeros(Bytes secret) {
  auto first = std::ranges::find_if(secret, [](uint8_t byte) { return byte != 0; });
  return secret.subspan(static_cast<size_t>(first - secret.begin()));
}

Result<KeyExchangeResponse> answer_ecdh(Link& link, const ServerEcdhParams& params) {
  const auto* group = catalog::find(params.named_curve);
  if (params.curve_type != CurveType::named_curve)
    return fail(Fault::group_not_offered, {fmt::format("it describes a curve by its numbers ({})", name(params.curve_type))});
  if (!contains(link.options.groups, params.named_curve) || group->exchange != Exchange::curve)
    return fail(Fault::group_not_offered, {fmt::format("it uses {}", printable(params.named_curve))});
  link.summary.group = params.named_curve;
  link.trace.decision([&] { return DecisionEvent{"group", printable(params.named_curve), "the server chose it", {}}; });
  return crypto::KeyShare::respond(params.named_curve, params.public_value.bytes);
}

Result<KeyExchangeResponse> answer_dh(Link& link, const ClientOptions& options, const ServerDhParams& params) {
  crypto::FiniteField field{params.dh_p.bytes, params.dh_g.bytes};
  const auto bits = crypto::bits_of(field);
  const size_t fewest = options.legacy.small_finite_fields ? 1024 : 2048;
  if (bits < fewest)
    return fail(Fault::finite_field_group_too_small, {fmt::format("it has {} bits; we want {} at least", bits, fewest)});
  if (bits > most_finite_field_bits)
    return fail(Fault::finite_field_group_unsafe, {fmt::format("it has {} bits; we take {} at most", bits, most_finite_field_bits)});
  TRY(crypto::check_safe(field));
  link.summary.group = crypto::named_finite_field(field);
  link.trace.decision([&] {
    return DecisionEvent{"group", link.summary.group ? printable(*link.summary.group) : fmt::format("a group of {} bits", bits),
                         link.summary.group ? "the server chose it" : "the server's own; its prime is safe", {}};
  });
  auto response = TRY(crypto::respond(field, params.dh_ys.bytes));
  response.secret = crypto::SharedSecret(without_leading_zeros(response.secret.view()));
  return response;
}

void trace_premaster(Link& link, std::string_view how) {
  if (link.trace) link.trace(SecretEvent{"premaster_secret", how});
}

/// RFC 5246 section 7.4.7.1: the version that was offered, and 46 random bytes.
Result<SecretBuffer> make_rsa_premaster(Link& link, Version offered) {
  SecretBuffer premaster(48);
  TRY(link.random(premaster.writable()));
  premaster.writable()[0] = static_cast<uint8_t>(static_cast<uint16_t>(offered) >> 8);
  premaster.writable()[1] = static_cast<uint8_t>(offered);
  trace_premaster(link, "random, sent under the server's RSA key");
  return premaster;
}

std::optional<ExternalPsk> choose_psk(const ClientOptions& options, std::string_view hint) {
  if (options.choose_psk) return options.choose_psk(hint);
  if (options.external_psks.empty()) return {};
  return options.external_psks.front();
}

}  // namespace

ServerKeyExchange::Shape server_key_exchange_shape(const Agreed12& agreed) {
  return {.has_hint = has_psk(agreed),
          .values = values_of(*agreed.suite),
          .is_signed = has_certificate(*agreed.suite),
          .has_algorithm = agreed.version >= Version::tls12};
}

ClientKeyExchange::Shape client_key_exchange_shape(const Agreed12& agreed) {
  return {.has_identity = has_psk(agreed),
          .is_encrypted = agreed.suite->key_exchange == KeyExchange::rsa,
          .values = values_of(*agreed.suite)};
}

Result<KeyExchangeResponse> answer_params(Link& link, const ClientOptions& options, const ServerParams& params) {
  auto response = params.values == Values::ecdh ? answer_ecdh(link, params.ecdh) : answer_dh(link, options, params.dh);
  if (response)
    trace_premaster(link, params.values == Values::ecdh ? "ECDHE: our private key and the server's public value"
                                                        : "DHE: our private key and the server's public value");
  return response;
}

Result<ClientExchange> make_client_exchange(Link& link, const ClientOptions& options, const Agreed12& agreed,
                                            std::string_view psk_hint, KeyExchangeResponse ours, const crypto::PublicKey* server,
                                            Version offered) {
  ClientExchange exchange;
  auto& message = exchange.message;
  message.set_shape(client_key_exchange_shape(agreed));
  if (message.shape.is_encrypted) {
    auto premaster = TRY(make_rsa_premaster(link, offered));
    exchange.premaster = std::move(premaster);
    auto encrypted = TRY(server->encrypt_pkcs1(exchange.premaster.view()));
    message.encrypted_pre_master_secret.bytes = std::move(encrypted);
    return exchange;
  }
  if (message.shape.values == Values::ecdh) message.ecdh_yc.bytes = std::move(ours.public_value);
  if (message.shape.values == Values::dh) message.dh_yc.bytes = std::move(ours.public_value);
  if (!message.shape.has_identity) {
    exchange.premaster = SecretBuffer(ours.secret.view());
    return exchange;
  }
  auto key = choose_psk(options, psk_hint);
  if (!key)
    return fail(Fault::psk_identity_unknown,
                {psk_hint.empty() ? "we have no pre-shared key for this server"
                                  : "we have no pre-shared key for the server's hint " + quoted(psk_hint)});
  message.psk_identity.text = key->identity();
  link.summary.external_psk = key->identity();
  exchange.premaster = premaster_with_psk(link, ours.secret.view(), key->state().key.view());
  return exchange;
}

Result<ServerParams> params_of(const crypto::KeyShare& share) {
  ServerParams params;
  Buffer value(share.public_value().begin(), share.public_value().end());
  if (catalog::find(share.group())->exchange == Exchange::curve) {
    params.values = Values::ecdh;
    params.ecdh.named_curve = share.group();
    params.ecdh.public_value.bytes = std::move(value);
    return params;
  }
  auto field = TRY(crypto::finite_field(share.group()));
  params.values = Values::dh;
  params.dh.dh_p.bytes = std::move(field.p);
  params.dh.dh_g.bytes = std::move(field.g);
  params.dh.dh_ys.bytes = std::move(value);
  return params;
}

Result<crypto::SharedSecret> agree(Link& link, crypto::KeyShare share, const ClientKeyExchange& exchange) {
  if (exchange.shape.values == Values::ecdh) {
    auto secret = TRY(std::move(share).derive(exchange.ecdh_yc.bytes));
    trace_premaster(link, "ECDHE: our private key and the client's public value");
    return secret;
  }
  // RFC 5246 section 7.4.7.2: a number, which may come with fewer zeros in front than the prime has bytes.
  const auto value = without_leading_zeros(exchange.dh_yc.bytes);
  const auto size = share.public_value().size();
  if (value.size() > size) return fail(Fault::public_value_invalid, {"the public value is longer than the prime"});
  Buffer padded(size - value.size());
  padded.insert(padded.end(), value.begin(), value.end());
  auto secret = TRY(std::move(share).derive(padded));
  trace_premaster(link, "DHE: our private key and the client's public value");
  return crypto::SharedSecret(without_leading_zeros(secret.view()));
}

Result<SecretBuffer> decrypt_premaster(Link& link, const Identity& identity, Version offered, const ClientKeyExchange& exchange) {
  Secret<48> substitute(48);
  TRY(link.random(substitute.writable()));
  auto premaster = TRY(identity.state().key.decrypt_premaster(exchange.encrypted_pre_master_secret.bytes, offered,
                                                              substitute.view()));
  trace_premaster(link, "decrypted with our RSA key");
  return SecretBuffer(premaster.view());
}

std::string quoted(std::string_view identity) {
  constexpr size_t shown = 128;
  return fmt::format("\"{}\"{}", printable_text(identity.substr(0, shown)), identity.size() > shown ? "..." : "");
}

Asked find_psk12(const ServerOptions& options, const std::string& identity) {
  if (auto key = known_psk(options, identity)) {
    const auto bytes = key->state().key.view();
    return {Buffer(bytes.begin(), bytes.end())};
  }
  if (!options.find_psk_later) return {fail(Fault::psk_identity_unknown, {quoted(identity)})};
  auto ask = [callback = &options.find_psk_later, identity](uint64_t token) { (*callback)(PskRequest{token, identity}); };
  return {Buffer{}, std::move(ask), Fault::psk_identity_unknown};
}

SecretBuffer premaster_with_psk(Link& link, Bytes other, Bytes key) {
  const auto first = other.empty() ? key.size() : other.size();
  SecretBuffer premaster(2 + first + 2 + key.size());
  auto out = premaster.writable();
  const auto put_length = [](std::span<uint8_t> at, size_t length) {
    at[0] = static_cast<uint8_t>(length >> 8);
    at[1] = static_cast<uint8_t>(length);
  };
  put_length(out, first);
  std::ranges::copy(other, out.begin() + 2);   // zeros where there is no other secret
  put_length(out.subspan(2 + first), key.size());
  std::ranges::copy(key, out.subspan(4 + first).begin());
  trace_premaster(link, other.empty() ? "the pre-shared key, RFC 4279 2" : "the secret exchanged and the pre-shared key, RFC 4279 3");
  return premaster;
}

}  // namespace handfast
