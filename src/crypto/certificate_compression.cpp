#include <fmt/format.h>

#include <algorithm>
#include <crypto/certificate_compression.hpp>
#include <crypto/compressors.hpp>

namespace handfast::crypto {
namespace {

constexpr size_t longest_list = 16;  // three algorithms, with and without staple and timestamps, and some room

// Compression libraries that are missing leave their rows out.
std::vector<const Compressor*> compressors() {
  return {
#if HANDFAST_HAVE_ZLIB
    &zlib_compressor,
#endif
#if HANDFAST_HAVE_BROTLI
        &brotli_compressor,
#endif
#if HANDFAST_HAVE_ZSTD
        &zstd_compressor,
#endif
  };
}

const Compressor* find_compressor(CertificateCompression algorithm) {
  for (const auto* compressor : compressors())
    if (compressor->algorithm == algorithm) return compressor;
  return nullptr;
}

}  // namespace

std::vector<CertificateCompression> implemented_compressions() {
  std::vector<CertificateCompression> algorithms;
  for (const auto* compressor : compressors()) algorithms.push_back(compressor->algorithm);
  return algorithms;
}

Result<Buffer> compress(CertificateCompression algorithm, Bytes message) {
  const auto* compressor = find_compressor(algorithm);
  if (!compressor)
    return fail(Fault::config_unknown_name, {printable(algorithm) + " compression is not in this build"});
  auto compressed = compressor->compress(message);
  if (compressed.empty()) return fail(Fault::out_of_memory);
  return compressed;
}

Result<Buffer> decompress(CertificateCompression algorithm, Bytes compressed, size_t uncompressed_length,
                          size_t limit) {
  const auto* compressor = find_compressor(algorithm);
  if (!compressor) return fail(Fault::certificate_compression_not_offered, {"it used " + printable(algorithm)});
  if (uncompressed_length > limit)
    return fail(Fault::handshake_message_too_long,
                {fmt::format("a compressed Certificate says {} bytes; our limit is {}", uncompressed_length, limit)});
  const auto refuse = [&] {
    return fail(Fault::certificate_decompression_failed,
                {fmt::format("{} bytes of {} do not give the {} bytes that the message says", compressed.size(),
                             printable(algorithm), uncompressed_length)});
  };
  if (uncompressed_length == 0) return refuse();
  Buffer message(uncompressed_length);
  if (!compressor->decompress(compressed, message)) return refuse();
  return message;
}

Result<std::shared_ptr<const Buffer>> CompressedMessages::get(CertificateCompression algorithm, Bytes message) {
  if (auto known = find(algorithm, message)) return known;
  auto made = TRY(compress(algorithm, message));
  auto compressed = std::make_shared<const Buffer>(std::move(made));
  std::lock_guard lock(mutex_);
  entries_.push_front({algorithm, Buffer(message.begin(), message.end()), compressed});
  if (entries_.size() > longest_list) entries_.pop_back();
  return compressed;
}

std::shared_ptr<const Buffer> CompressedMessages::find(CertificateCompression algorithm, Bytes message) const {
  std::lock_guard lock(mutex_);
  for (const auto& entry : entries_)
    if (entry.algorithm == algorithm && std::ranges::equal(entry.message, message)) return entry.compressed;
  return nullptr;
}

}  // namespace handfast::crypto
