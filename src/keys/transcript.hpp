// transcript.hpp: all handshake messages of this handshake, in order (RFC 5246 section 7.4.9).
#pragma once

#include <optional>

#include <crypto/hash.hpp>
#include <wire/kind.hpp>

namespace handfast::keys {

/// The running hash, and the messages themselves as long as a signature over them may still come (TLS 1.2's
/// CertificateVerify signs with a hash of its own).
class Transcript {
 public:
  void add(Bytes message_with_header);
  /// From here on there is a hash; what came before goes into it.
  void use(crypto::HashAlgorithm algorithm);
  /// After a HelloRetryRequest the first ClientHello, the first `size` bytes, stands as its hash (RFC 8446 section 4.4.1).
  void fold_first_hello(crypto::HashAlgorithm algorithm, size_t size);
  /// The same for who has not seen the first ClientHello and only has its hash: with the HelloRetryRequest, in front of all.
  void put_in_front(crypto::HashAlgorithm algorithm, Bytes first_hello_hash, Bytes retry_with_header);
  /// Goes on from a hash that copy_hash() gave.
  void resume(crypto::Hash hash);
  /// The messages are not needed any more, only their hash.
  void drop_messages();
  /// All messages; lives until the next call of add or drop_messages.
  Bytes messages() const { return messages_; }
  /// Only after use().
  crypto::Digest digest() const { return hash_->peek(); }
  /// The running hash itself, for what comes after the handshake; only after use().
  crypto::Hash copy_hash() const { return hash_->copy(); }
  bool has_digest() const { return hash_.has_value(); }

 private:
  std::optional<crypto::Hash> hash_;
  Buffer messages_;
  bool keeps_messages_ = true;
};

}  // namespace handfast::keys
