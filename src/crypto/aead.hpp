// aead.hpp: authenticated encryption with associated data (RFC 5116), by the fastest implementation found.
#pragma once

#include <memory>
#include <string_view>

#include <handfast/result.hpp>

namespace handfast::crypto {

/// AES-CCM with the tag sizes of RFC 6655: 16 bytes, and 8 where the name ends so. ARIA is that of RFC 6209.
enum class AeadAlgorithm : uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_128_ccm_8,
  aes_256_ccm,
  aes_256_ccm_8,
  aria_128_gcm,
  aria_256_gcm
};

constexpr bool has_short_tag(AeadAlgorithm a) { return a == AeadAlgorithm::aes_128_ccm_8 || a == AeadAlgorithm::aes_256_ccm_8; }
constexpr bool is_ccm(AeadAlgorithm a) {
  return a == AeadAlgorithm::aes_128_ccm || a == AeadAlgorithm::aes_256_ccm || has_short_tag(a);
}
constexpr size_t key_size(AeadAlgorithm a) {
  return a == AeadAlgorithm::aes_128_gcm || a == AeadAlgorithm::aes_128_ccm || a == AeadAlgorithm::aes_128_ccm_8 ||
                 a == AeadAlgorithm::aria_128_gcm
             ? 16
             : 32;
}
constexpr size_t tag_size(AeadAlgorithm a) { return has_short_tag(a) ? 8 : 16; }
inline constexpr size_t aead_nonce_size = 12;

/// Which library serves an algorithm.
enum class AeadBackend : uint8_t { best, libcrypto, ipsec_mb };

/// One key, one direction. Erases its key.
class Aead {
 public:
  virtual ~Aead() = default;

  /// Writes the ciphertext and then the tag to `out`, which has room for both and is either the plaintext's own place or
  /// does not overlap it.
  virtual void seal(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext) = 0;
  /// Seals the plaintext and, as its end, the `tail` bytes that already stand in `out` behind its place. `out` has room for
  /// all of it and the tag and does not overlap the plaintext.
  virtual void seal_with_tail(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext, size_t tail) = 0;
  /// Opens ciphertext and tag in place; the plaintext is what stands before the tag. False when the tag is wrong or sealed
  /// is shorter than a tag; the bytes are then worthless.
  [[nodiscard]] virtual bool open(std::span<uint8_t> sealed, Bytes nonce, Bytes aad) = 0;
  /// "AES-128-GCM (ipsec-mb)". Lives as long as the program.
  virtual std::string_view description() const = 0;

  /// Fault::crypto_failed where the backend was named and cannot serve here.
  static Result<std::unique_ptr<Aead>> make(AeadAlgorithm algorithm, Bytes key, AeadBackend backend = AeadBackend::best);
  /// Whether this backend can serve the algorithm on this processor.
  static bool available(AeadAlgorithm algorithm, AeadBackend backend);
};

}  // namespace handfast::crypto
