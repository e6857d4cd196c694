// pool.hpp: record buffers that are attached to a connection only while they hold bytes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace handfast {

/// Keeps a few buffers of one size ready for the next connection that needs one. Thread-safe, without locks.
class BufferPool {
 public:
  static constexpr size_t buffer_size = 5 + 16384 + 2048;   // one record of the largest size

  BufferPool() = default;
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  /// Never null; throws std::bad_alloc.
  uint8_t* take();
  /// Erases the first `used` bytes, which may have held plaintext, and keeps or frees the buffer.
  void give(uint8_t* buffer, size_t used);

 private:
  // Each on a cache line of its own: threads do not slow each other down.
  struct alignas(64) Place {
    std::atomic<uint8_t*> buffer{nullptr};
  };
  std::array<Place, 8> kept_{};
};

}  // namespace handfast
