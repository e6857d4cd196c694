// diffie_hellman.hpp: ephemeral keys of elliptic curves and finite fields (RFC 7748, RFC 8422, RFC 7919), from
// libcrypto.
#pragma once

#include <handfast/names.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

/// How many bytes a group's values have.
struct DiffieHellmanSizes {
  size_t public_value, secret;
};

/// Null for a group that is none of these.
const DiffieHellmanSizes* diffie_hellman_sizes(Group group);

/// A key pair.
class DiffieHellmanKey {
 public:
  static Result<DiffieHellmanKey> generate(Group group);
  /// A known X25519 or X448 private key, for tests with published vectors.
  static Result<DiffieHellmanKey> from_private(Group group, Bytes private_key);
  DiffieHellmanKey(DiffieHellmanKey&&) noexcept;
  DiffieHellmanKey& operator=(DiffieHellmanKey&&) noexcept;
  ~DiffieHellmanKey();

  Group group() const { return group_; }
  /// The same key pair for a second key share.
  DiffieHellmanKey share() const;
  /// `out` has the size of a public value.
  Result<> write_public_value(std::span<uint8_t> out) const;
  /// `out` has the size of a secret. Fault::public_value_invalid for a value of the wrong length, not on the curve, in
  /// another point format, of low order (all-zero result, RFC 8422 section 5.11), or not between 2 and p-2 (RFC 8446
  /// section 4.2.8.1).
  Result<> derive(Bytes peer_value, std::span<uint8_t> out) const;

 private:
  DiffieHellmanKey(Group group, void* key) : group_(group), key_(key) {}
  Group group_;
  void* key_;  // an EVP_PKEY
};

}  // namespace handfast::crypto
