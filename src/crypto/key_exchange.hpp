// key_exchange.hpp: ephemeral Diffie-Hellman over a named group (RFC 7748, RFC 8422).
#pragma once

#include <array>
#include <memory>

#include <base/secret.hpp>
#include <handfast/names.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

/// The premaster secret of an exchange: the x coordinate, or the X25519/X448 output.
using SharedSecret = Secret<66>;

/// Our half of an exchange. Used once.
class KeyShare {
 public:
  static Result<KeyShare> generate(Group group);
  /// A known X25519 or X448 private key, for tests with published vectors.
  static Result<KeyShare> from_private(Group group, Bytes private_key);
  KeyShare(KeyShare&&) noexcept;
  KeyShare& operator=(KeyShare&&) noexcept;
  ~KeyShare();

  Group group() const { return group_; }
  /// An uncompressed point or an X25519/X448 public key. Lives as long as this.
  Bytes public_value() const { return {public_.data(), public_size_}; }
  /// Fault::public_value_invalid for a value of the wrong length, not on the curve, in another point format, or of low order
  /// (all-zero result, RFC 8422 section 5.11).
  Result<SharedSecret> derive(Bytes peer_public) &&;

 private:
  KeyShare(Group group, void* key) : group_(group), key_(key) {}
  Result<> take_public_value();
  Group group_;
  std::array<uint8_t, 133> public_{};
  size_t public_size_ = 0;
  void* key_ = nullptr;
};

}  // namespace handfast::crypto
