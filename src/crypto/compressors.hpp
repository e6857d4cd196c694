// compressors.hpp: one row per compression library that this build has; for certificate_compression.cpp.
#pragma once

#include <handfast/names.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

struct Compressor {
  CertificateCompression algorithm;
  /// Empty when it failed, which only running out of memory does.
  Buffer (*compress)(Bytes message);
  /// Fills `out` exactly from all of `compressed`, with memory in proportion to `out`; false when that cannot be.
  bool (*decompress)(Bytes compressed, std::span<uint8_t> out);
};

#if HANDFAST_HAVE_ZLIB
extern const Compressor zlib_compressor;
#endif
#if HANDFAST_HAVE_BROTLI
extern const Compressor brotli_compressor;
#endif
#if HANDFAST_HAVE_ZSTD
extern const Compressor zstd_compressor;
#endif

}  // namespace handfast::crypto
