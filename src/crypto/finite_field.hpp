// finite_field.hpp: Diffie-Hellman in the groups that a server of TLS 1.2 and before names by its numbers (RFC 5246 section 7.4.3,
// RFC 7919).
#pragma once

#include <crypto/key_exchange.hpp>

namespace handfast::crypto {

/// A prime and a generator, big-endian, without leading zeros.
struct FiniteField {
  Buffer p, g;
};

/// The numbers of a group of RFC 7919. Fault::crypto_failed where libcrypto does not have it.
Result<FiniteField> finite_field(Group group);
/// The group of RFC 7919 that has these numbers.
std::optional<Group> named_finite_field(const FiniteField& field);

/// Bits of the prime.
size_t bits_of(const FiniteField& field);
/// That p and (p-1)/2 are primes and g is neither 0, 1 nor p-1: in such a group every public value is good for a secret. Published
/// groups (RFC 7919, RFC 3526) are known; for another one this takes a tenth of a second for 2048 bits and nearly one for 3072, and no
/// longer one is tried. Fault::finite_field_group_unsafe.
Result<> check_safe(const FiniteField& field);

/// A fresh key pair, and the secret that it has with the peer's value; both as long as the prime.
/// Fault::public_value_invalid for a value that is not between 2 and p-2.
Result<KeyExchangeResponse> respond(const FiniteField& field, Bytes peer_value);

}  // namespace handfast::crypto
