// key_exchange.hpp: the key exchange of a named group: Diffie-Hellman (RFC 8422, RFC 7919, RFC 8446 section 4.2.8),
// alone or together with ML-KEM-768 (draft-ietf-tls-ecdhe-mlkem).
#pragma once

#include <base/secret.hpp>
#include <crypto/diffie_hellman.hpp>
#include <crypto/mlkem.hpp>
#include <handfast/names.hpp>
#include <handfast/result.hpp>
#include <memory>
#include <vector>

namespace handfast::crypto {

/// What both sides know after an exchange: the premaster secret of TLS 1.2, the (EC)DHE input of TLS 1.3's key
/// schedule.
using SharedSecret = Secret<1024>;

/// The answer to a public value: ours and the secret.
struct KeyExchangeResponse {
  Buffer public_value;
  SharedSecret secret;
};

/// The half of an exchange that speaks first. Used once.
class KeyShare {
 public:
  static Result<KeyShare> generate(Group group);
  /// One for each group, in their order, for one ClientHello. Groups that share a curve share its key pair
  /// (draft-ietf-tls-hybrid-design section 3.2 allows it, and it halves what X25519MLKEM768 and x25519 together cost).
  static Result<std::vector<KeyShare>> generate(std::span<const Group> groups);
  /// A known X25519 or X448 private key, for tests with published vectors.
  static Result<KeyShare> from_private(Group group, Bytes private_key);

  Group group() const { return group_; }
  /// Lives as long as this.
  Bytes public_value() const { return public_; }
  /// The secret, from the other side's value. Fault::public_value_invalid for a value of the wrong length or one that
  /// the group does not allow (DiffieHellmanKey::derive); a damaged ML-KEM ciphertext gives a secret that nobody else
  /// has.
  Result<SharedSecret> derive(Bytes peer_value) &&;

  /// The half that speaks second: its value and the secret, from the first half's value. Faults as in derive, and
  /// Fault::public_value_invalid for an ML-KEM key that fails the modulus check (FIPS 203 section 7.2).
  static Result<KeyExchangeResponse> respond(Group group, Bytes peer_value);

 private:
  KeyShare(Group group, DiffieHellmanKey key) : group_(group), key_(std::move(key)) {}
  static Result<KeyShare> complete(Group group, DiffieHellmanKey key);
  Group group_;
  DiffieHellmanKey key_;
  std::unique_ptr<MlkemKey> kem_;  ///< of a hybrid group
  Buffer public_;
};

}  // namespace handfast::crypto
