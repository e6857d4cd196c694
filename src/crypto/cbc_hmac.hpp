// cbc_hmac.hpp: AES-CBC with HMAC over a TLS 1.2 record (RFC 5246 section 6.2.3.2, RFC 7366).
#pragma once

#include <memory>
#include <optional>

#include <crypto/hash.hpp>

namespace handfast::crypto {

enum class MacOrder : uint8_t { mac_then_encrypt, encrypt_then_mac };

/// What the MAC covers before the content: sequence number, content type, version and a length that is filled in here.
using MacHeader = std::array<uint8_t, 13>;

/// One key pair, one direction. Erases its keys.
class CbcHmac {
 public:
  /// `key` has 16 or 32 bytes. Fault::crypto_failed when libcrypto does not have the algorithms.
  static Result<std::unique_ptr<CbcHmac>> make(HashAlgorithm hash, Bytes mac_key, Bytes key, MacOrder order);
  virtual ~CbcHmac() = default;

  /// Bytes of IV, padded content and MAC.
  virtual size_t sealed_size(size_t plaintext) const = 0;
  /// Writes sealed_size(plaintext.size()) bytes, a fresh random IV first, to `out`, which does not overlap the plaintext.
  /// Fault::randomness_failed.
  virtual Result<> seal(uint8_t* out, MacHeader header, Bytes plaintext) = 0;
  /// Opens in place; the content is a part of `sealed`. Nothing when anything is wrong, padding and MAC told apart neither
  /// by the answer nor by its time; whatever was decrypted is then erased.
  virtual std::optional<std::span<uint8_t>> open(std::span<uint8_t> sealed, MacHeader header) = 0;
};

}  // namespace handfast::crypto
