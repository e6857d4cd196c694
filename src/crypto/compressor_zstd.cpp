#if HANDFAST_HAVE_ZSTD
#include <zstd.h>

#include <crypto/compressors.hpp>

namespace handfast::crypto {
namespace {

Buffer compress_zstd(Bytes message) {
  Buffer out(ZSTD_compressBound(message.size()));
  const auto size = ZSTD_compress(out.data(), out.size(), message.data(), message.size(), ZSTD_maxCLevel());
  if (ZSTD_isError(size)) return {};
  out.resize(size);
  return out;
}

/// In one go it writes into `out` itself and needs no window; its state has a fixed size.
bool decompress_zstd(Bytes compressed, std::span<uint8_t> out) {
  return ZSTD_decompress(out.data(), out.size(), compressed.data(), compressed.size()) == out.size();
}

}  // namespace

const Compressor zstd_compressor{CertificateCompression::zstd, compress_zstd, decompress_zstd};

}  // namespace handfast::crypto
#endif
