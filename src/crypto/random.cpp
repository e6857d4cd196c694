// random.cpp: libcrypto's random generator.
#include <crypto/random.hpp>

#include <openssl/rand.h>

#include <algorithm>

namespace handfast::crypto {

bool random_bytes(std::span<uint8_t> out) {
  constexpr size_t most = 1 << 30;   // libcrypto takes an int
  while (!out.empty()) {
    auto size = std::min(out.size(), most);
    if (RAND_bytes(out.data(), static_cast<int>(size)) != 1) return false;
    out = out.subspan(size);
  }
  return true;
}

}  // namespace handfast::crypto
