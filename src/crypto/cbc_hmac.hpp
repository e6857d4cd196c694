// cbc_hmac.hpp: CBC with HMAC over a record of TLS 1.0 to 1.2 (RFC 2246 section 6.2.3.2, RFC 5246 section 6.2.3.2, RFC 7366).
#pragma once

#include <memory>
#include <optional>

#include <crypto/hash.hpp>

namespace handfast::crypto {

enum class MacOrder : uint8_t { mac_then_encrypt, encrypt_then_mac };
enum class CbcCipher : uint8_t { aes_128, aes_256, camellia_128, camellia_256 };

inline constexpr size_t cbc_block_size = 16;
constexpr size_t key_size(CbcCipher cipher) { return cipher == CbcCipher::aes_128 || cipher == CbcCipher::camellia_128 ? 16 : 32; }

/// What one direction is protected with.
struct CbcKeys {
  CbcCipher cipher;
  HashAlgorithm hash;
  Bytes mac_key, key;
  /// TLS 1.0: the IV of the first record, 16 bytes; that of every other is the last block of the record before (RFC 2246
  /// section 6.2.3.2). Empty: each record begins with its own.
  Bytes first_iv{};
};

/// What the MAC covers before the content: sequence number, content type, version and a length that is filled in here.
using MacHeader = std::array<uint8_t, 13>;

/// One key pair, one direction. Erases its keys. Where an IV is the end of the record before, records are sealed and opened in
/// the order of the wire, and nothing opens after one that was refused.
class CbcHmac {
 public:
  /// Fault::crypto_failed for keys of the wrong lengths and when libcrypto does not have the algorithms.
  static Result<std::unique_ptr<CbcHmac>> make(const CbcKeys& keys, MacOrder order);
  virtual ~CbcHmac() = default;

  /// Bytes of the IV that the record carries, padded content and MAC.
  virtual size_t sealed_size(size_t plaintext) const = 0;
  /// Writes sealed_size(plaintext.size()) bytes, a fresh random IV first where the record carries one, to `out`, which does not
  /// overlap the plaintext. Fault::randomness_failed.
  virtual Result<> seal(uint8_t* out, MacHeader header, Bytes plaintext) = 0;
  /// Opens in place; the content is a part of `sealed`. Nothing when anything is wrong, padding and MAC told apart neither
  /// by the answer nor by its time; whatever was decrypted is then erased.
  virtual std::optional<std::span<uint8_t>> open(std::span<uint8_t> sealed, MacHeader header) = 0;
};

}  // namespace handfast::crypto
