// certificate_compression.hpp: Certificate messages made smaller and whole again (RFC 8879): zlib, brotli, zstd.
#pragma once

#include <handfast/names.hpp>
#include <handfast/result.hpp>
#include <list>
#include <memory>
#include <mutex>

namespace handfast::crypto {

/// What this build can compress and decompress: the ones whose libraries it was configured with.
std::vector<CertificateCompression> implemented_compressions();

/// As small as the algorithm makes it. Fault::config_unknown_name for one that this build does not have.
Result<Buffer> compress(CertificateCompression algorithm, Bytes message);

/// The message of `uncompressed_length` bytes (RFC 8879 section 4), which is held against `limit` before any memory is
/// taken; the decompressor's own memory is bounded too. Fault::handshake_message_too_long when it says more than
/// `limit` bytes, Fault::certificate_decompression_failed when it does not decompress to exactly that many with nothing
/// left over, Fault::certificate_compression_not_offered for an algorithm that this build does not have.
Result<Buffer> decompress(CertificateCompression algorithm, Bytes compressed, size_t uncompressed_length, size_t limit);

/// Compressed forms of our own messages: brotli takes a millisecond for a chain, so each is made once. The few forms
/// that one identity's message takes (with a staple, with timestamps) are kept, the oldest leaves first. Thread-safe.
class CompressedMessages {
 public:
  /// The compressed form of exactly these bytes. Never null.
  Result<std::shared_ptr<const Buffer>> get(CertificateCompression algorithm, Bytes message);

 private:
  struct Entry {
    CertificateCompression algorithm;
    Buffer message;
    std::shared_ptr<const Buffer> compressed;
  };
  std::shared_ptr<const Buffer> find(CertificateCompression algorithm, Bytes message) const;

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // newest first
};

}  // namespace handfast::crypto
