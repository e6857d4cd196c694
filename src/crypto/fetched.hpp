// fetched.hpp: an algorithm of libcrypto, fetched at its first use and kept for the life of the process.
#pragma once

#include <openssl/evp.h>

#include <atomic>

namespace handfast::crypto {

/// What is fetched is immutable and serves every thread. A fetch that fails is tried again next time.
template <class Algorithm, auto fetch, auto release>
class Fetched {
 public:
  constexpr explicit Fetched(const char* name) : name_(name) {}

  /// Null when libcrypto does not have it, or is out of memory.
  const Algorithm* get() {
    if (auto known = algorithm_.load(std::memory_order_acquire)) return known;
    auto fetched = fetch(nullptr, name_, nullptr);
    Algorithm* other = nullptr;
    if (!fetched || algorithm_.compare_exchange_strong(other, fetched, std::memory_order_acq_rel)) return fetched;
    release(fetched);
    return other;
  }

 private:
  const char* name_;
  std::atomic<Algorithm*> algorithm_{nullptr};
};

using FetchedDigest = Fetched<EVP_MD, EVP_MD_fetch, EVP_MD_free>;
using FetchedCipher = Fetched<EVP_CIPHER, EVP_CIPHER_fetch, EVP_CIPHER_free>;
using FetchedMac = Fetched<EVP_MAC, EVP_MAC_fetch, EVP_MAC_free>;

}  // namespace handfast::crypto
