// secret.hpp: bytes that erase themselves, move, never copy and never print.
#pragma once

#include <string.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <base/declassify.hpp>
#include <handfast/result.hpp>

namespace handfast {

inline void erase(std::span<uint8_t> bytes) {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

/// Compares in a time that depends on the lengths alone. The answer is public: whoever asks acts on it.
inline bool equal_secrets(Bytes a, Bytes b) {
  if (a.size() != b.size()) return false;
  volatile uint8_t difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference = static_cast<uint8_t>(difference | (a[i] ^ b[i]));
  return declassified(difference == 0);
}

/// At most `Max` secret bytes, held in place.
template <size_t Max>
class Secret {
 public:
  Secret() = default;
  explicit Secret(size_t size) : size_(size) {}
  explicit Secret(Bytes from) : size_(from.size()) { std::copy(from.begin(), from.end(), bytes_.begin()); }
  Secret(Secret&& other) noexcept : bytes_(other.bytes_), size_(std::exchange(other.size_, 0)) { erase(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    bytes_ = other.bytes_;
    size_ = std::exchange(other.size_, 0);
    erase(other.bytes_);
    return *this;
  }
  ~Secret() { erase(bytes_); }

  /// A second copy, asked for by name.
  Secret duplicate() const { return Secret(view()); }
  /// Lives as long as this.
  Bytes view() const { return {bytes_.data(), size_}; }
  std::span<uint8_t> writable() { return {bytes_.data(), size_}; }
  void resize(size_t size) { size_ = size; }
  bool empty() const { return size_ == 0; }

 private:
  std::array<uint8_t, Max> bytes_{};
  size_t size_ = 0;
};

/// Secret bytes of any length, on the heap.
class SecretBuffer {
 public:
  SecretBuffer() = default;
  explicit SecretBuffer(size_t size) : bytes_(size) {}
  explicit SecretBuffer(Bytes from) : bytes_(from.begin(), from.end()) {}
  /// Takes over bytes that were built elsewhere.
  explicit SecretBuffer(Buffer&& from) : bytes_(std::move(from)) {}
  SecretBuffer(SecretBuffer&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBuffer& operator=(SecretBuffer&& other) noexcept {
    if (this == &other) return *this;
    erase(bytes_);
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
    return *this;
  }
  ~SecretBuffer() { erase(bytes_); }

  Bytes view() const { return bytes_; }
  std::span<uint8_t> writable() { return bytes_; }
  /// Shrinks; the bytes cut off are erased.
  void truncate(size_t size) {
    erase(std::span(bytes_).subspan(size));
    bytes_.resize(size);
  }
  bool empty() const { return bytes_.empty(); }

 private:
  Buffer bytes_;
};

}  // namespace handfast
