// aead.hpp: authenticated encryption with associated data (RFC 5116), by the fastest implementation found.
#pragma once

#include <memory>
#include <string_view>

#include <handfast/result.hpp>

namespace handfast::crypto {

enum class AeadAlgorithm : uint8_t { aes_128_gcm, aes_256_gcm, chacha20_poly1305 };

constexpr size_t key_size(AeadAlgorithm a) { return a == AeadAlgorithm::aes_128_gcm ? 16 : 32; }
inline constexpr size_t aead_nonce_size = 12;
inline constexpr size_t aead_tag_size = 16;

/// Which library serves an algorithm.
enum class AeadBackend : uint8_t { best, libcrypto, ipsec_mb };

/// One key, one direction. Erases its key.
class Aead {
 public:
  virtual ~Aead() = default;

  /// Writes the ciphertext and then the tag of 16 bytes to `out`, which has room for plaintext.size() + 16 bytes and is
  /// either the plaintext's own place or does not overlap it.
  virtual void seal(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext) = 0;
  /// Opens ciphertext and tag in place; the plaintext is the first sealed.size() - 16 bytes. False when the tag is wrong
  /// or sealed is shorter than a tag; the bytes are then worthless.
  [[nodiscard]] virtual bool open(std::span<uint8_t> sealed, Bytes nonce, Bytes aad) = 0;
  /// "AES-128-GCM (ipsec-mb)". Lives as long as the program.
  virtual std::string_view description() const = 0;

  /// Fault::crypto_failed where the backend was named and cannot serve here.
  static Result<std::unique_ptr<Aead>> make(AeadAlgorithm algorithm, Bytes key, AeadBackend backend = AeadBackend::best);
  /// Whether this backend can serve the algorithm on this processor.
  static bool available(AeadAlgorithm algorithm, AeadBackend backend);
};

}  // namespace handfast::crypto
