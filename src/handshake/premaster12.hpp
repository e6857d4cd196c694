// premaster12.hpp: the key exchanges of TLS 1.2 and before: what their messages hold, and the premaster secret that comes of them (RFC
// 5246 section 8.1, RFC 8422 section 5.10, RFC 4279).
#pragma once

#include <crypto/key_exchange.hpp>
#include <crypto/public_key.hpp>
#include <handshake/keys12.hpp>
#include <handshake/flow.hpp>
#include <messages/certificate.hpp>
#include <messages/key_exchange.hpp>

namespace handfast {

/// Of a group that a server names by its numbers: what a key exchange costs grows with their third power.
inline constexpr size_t most_finite_field_bits = 8192;

messages::ServerKeyExchange::Shape server_key_exchange_shape(const Agreed12& agreed);
messages::ClientKeyExchange::Shape client_key_exchange_shape(const Agreed12& agreed);
inline messages::CertificateRequest::Shape certificate_request_shape(const Agreed12& agreed) {
  return {.has_algorithms = agreed.version >= Version::tls12};
}
inline messages::CertificateVerify::Shape certificate_verify_shape(const Agreed12& agreed) {
  return {.has_algorithm = agreed.version >= Version::tls12};
}

/// A message of this shape, to be filled.
template <class M>
M shaped(const typename M::Shape& shape) {
  M message;
  message.set_shape(shape);
  return message;
}

// The client.

/// Its value and the secret, from the server's parameters. A finite-field group must be big enough and safe.
Result<crypto::KeyExchangeResponse> answer_params(Link& link, const ClientOptions& options, const messages::ServerParams& params);

struct ClientExchange {
  messages::ClientKeyExchange message;
  SecretBuffer premaster;
};
/// `ours`: what answer_params gave, with ephemeral keys; `server`: its key, with static RSA; `offered`: the ClientHello's version.
Result<ClientExchange> make_client_exchange(Link& link, const ClientOptions& options, const Agreed12& agreed,
                                            std::string_view psk_hint, crypto::KeyExchangeResponse ours,
                                            const crypto::PublicKey* server, Version offered);

// The server.

/// What goes into ServerKeyExchange before it is signed.
Result<messages::ServerParams> params_of(const crypto::KeyShare& share);
/// The secret, from the client's value.
Result<crypto::SharedSecret> agree(Link& link, crypto::KeyShare share, const messages::ClientKeyExchange& exchange);
/// RFC 5246 section 7.4.7.1: whatever is wrong with it, a random premaster takes its place and Finished fails.
Result<SecretBuffer> decrypt_premaster(Link& link, const Identity& identity, Version offered,
                                       const messages::ClientKeyExchange& exchange);
/// An identity or a hint for a report: not longer than somebody reads.
std::string quoted(std::string_view identity);
/// The key of the identity that the client has sent, from wherever it is.
Asked find_psk12(const ServerOptions& options, const std::string& identity);

/// RFC 4279 section 2: `other`: the secret of the ephemeral keys, or empty where the pre-shared key is alone.
SecretBuffer premaster_with_psk(Link& link, Bytes other, Bytes key);

}  // namespace handfast
