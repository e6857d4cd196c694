// A compressed Certificate message from a peer: it gives exactly the length that it says, or nothing; what we compress
// comes back.
#include <crypto/certificate_compression.hpp>
#include <cstdlib>

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const auto algorithm = CertificateCompression(data[0] % 5);
  const size_t length = static_cast<size_t>(data[1] << 16 | data[2] << 8 | data[3]);
  const Bytes rest(data + 4, size - 4);
  constexpr size_t limit = 65536;
  const auto whole = crypto::decompress(algorithm, rest, length, limit);
  if (whole && (whole->size() != length || length > limit)) std::abort();
  if (rest.empty()) return 0;
  const auto small = crypto::compress(algorithm, rest);
  if (!small) return 0;
  const auto back = crypto::decompress(algorithm, *small, rest.size(), rest.size());
  if (!back || *back != Buffer(rest.begin(), rest.end())) std::abort();
  return 0;
}
