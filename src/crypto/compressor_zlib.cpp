#if HANDFAST_HAVE_ZLIB
#include <zlib.h>

#include <crypto/compressors.hpp>

namespace handfast::crypto {
namespace {

Buffer compress_zlib(Bytes message) {
  uLongf size = compressBound(message.size());
  Buffer out(size);
  if (compress2(out.data(), &size, message.data(), message.size(), Z_BEST_COMPRESSION) != Z_OK) return {};
  out.resize(size);
  return out;
}

/// Its own memory is a window of at most 32 KiB and some tables.
bool decompress_zlib(Bytes compressed, std::span<uint8_t> out) {
  uLongf written = out.size();
  uLong used = compressed.size();
  return uncompress2(out.data(), &written, compressed.data(), &used) == Z_OK && written == out.size() &&
         used == compressed.size();
}

}  // namespace

const Compressor zlib_compressor{CertificateCompression::zlib, compress_zlib, decompress_zlib};

}  // namespace handfast::crypto
#endif
