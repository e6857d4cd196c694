#if HANDFAST_HAVE_BROTLI
#include <brotli/decode.h>
#include <brotli/encode.h>

#include <crypto/compressors.hpp>
#include <cstdlib>
#include <memory>

namespace handfast::crypto {
namespace {

Buffer compress_brotli(Bytes message) {
  size_t size = BrotliEncoderMaxCompressedSize(message.size());
  Buffer out(size);
  if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MIN_WINDOW_BITS + 8, BROTLI_MODE_GENERIC, message.size(),
                             message.data(), &size, out.data()))
    return {};
  out.resize(size);
  return out;
}

/// The decompressor takes memory as the peer's stream asks for it, up to 16 MiB for a window and more for its codes:
/// this gives it what a message of that size may need, and no more.
class Allowance {
 public:
  explicit Allowance(size_t message) : left_(fixed + 4 * message) {}

  static void* take(void* self, size_t size) {
    auto& left = static_cast<Allowance*>(self)->left_;
    if (size > left) return nullptr;
    left -= size;
    return std::malloc(size);
  }
  static void give_back(void*, void* memory) { std::free(memory); }

 private:
  static constexpr size_t fixed = 512 * 1024;  // state and prefix codes; a plain stream takes 30 KiB
  size_t left_;
};

bool decompress_brotli(Bytes compressed, std::span<uint8_t> out) {
  Allowance allowance(out.size());
  const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state(
      BrotliDecoderCreateInstance(Allowance::take, Allowance::give_back, &allowance), BrotliDecoderDestroyInstance);
  if (!state) return false;
  size_t input_left = compressed.size(), output_left = out.size();
  const uint8_t* input = compressed.data();
  uint8_t* output = out.data();
  const auto result = BrotliDecoderDecompressStream(state.get(), &input_left, &input, &output_left, &output, nullptr);
  return result == BROTLI_DECODER_RESULT_SUCCESS && input_left == 0 && output_left == 0;
}

}  // namespace

const Compressor brotli_compressor{CertificateCompression::brotli, compress_brotli, decompress_brotli};

}  // namespace handfast::crypto
#endif
