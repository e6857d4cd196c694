// hash.hpp: hashes and HMAC as values. Running out of memory in libcrypto throws std::bad_alloc, which no public
// function lets out.
#pragma once

#include <array>
#include <memory>

#include <base/secret.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

/// md5_sha1 is both hashes, one behind the other, which TLS 1.0 and 1.1 sign and finish with (RFC 2246 sections 7.4.3, 7.4.9);
/// it is no hash for an HMAC.
enum class HashAlgorithm : uint8_t { sha1, sha256, sha384, sha512, md5, md5_sha1 };

constexpr size_t digest_size(HashAlgorithm algorithm) {
  constexpr size_t sizes[] = {20, 32, 48, 64, 16, 36};
  return sizes[static_cast<size_t>(algorithm)];
}

/// A hash value: not secret.
struct Digest {
  std::array<uint8_t, 64> bytes{};
  size_t size = 0;
  Bytes view() const { return {bytes.data(), size}; }
};

/// A running hash.
class Hash {
 public:
  explicit Hash(HashAlgorithm algorithm);
  Hash(Hash&&) noexcept;
  Hash& operator=(Hash&&) noexcept;
  ~Hash();
  void update(Bytes bytes);
  /// The hash of all so far; more may follow.
  Digest peek() const;
  /// Another one that goes on from here.
  Hash copy() const;
  HashAlgorithm algorithm() const { return algorithm_; }

 private:
  HashAlgorithm algorithm_;
  void* context_ = nullptr;
};

Digest hash(HashAlgorithm algorithm, Bytes bytes);

/// HMAC (RFC 2104) of the concatenation of the parts; `out` takes digest_size bytes and may be one of the parts. For up to four
/// messages under one key it is cheaper than an Hmac.
void hmac(HashAlgorithm algorithm, Bytes key, std::initializer_list<Bytes> parts, std::span<uint8_t> out);

/// HMAC under one key, made ready once and used for many messages.
class Hmac {
 public:
  Hmac(HashAlgorithm algorithm, Bytes key);
  Hmac(Hmac&&) noexcept;
  Hmac& operator=(Hmac&&) noexcept;
  ~Hmac();
  /// The MAC of the concatenation of the parts; `out` takes digest_size bytes and may be one of the parts.
  void compute(std::initializer_list<Bytes> parts, std::span<uint8_t> out);
  size_t size() const { return digest_size(algorithm_); }

 private:
  HashAlgorithm algorithm_;
  void* state_ = nullptr;
};

}  // namespace handfast::crypto
