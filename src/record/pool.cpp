// pool.cpp: a handful of record buffers, handed from connection to connection.
#include <record/pool.hpp>

#include <base/secret.hpp>

namespace handfast {
namespace {

// Threads start looking at different places, so that they seldom meet.
size_t first_place(size_t places) {
  thread_local const char mark = 0;
  return (reinterpret_cast<uintptr_t>(&mark) >> 12) % places;
}

}  // namespace

BufferPool::~BufferPool() {
  for (auto& place : kept_) delete[] place.buffer.load(std::memory_order_acquire);
}

uint8_t* BufferPool::take() {
  auto first = first_place(kept_.size());
  for (size_t i = 0; i < kept_.size(); ++i) {
    auto& place = kept_[(first + i) % kept_.size()].buffer;
    if (!place.load(std::memory_order_relaxed)) continue;
    if (auto buffer = place.exchange(nullptr, std::memory_order_acquire)) return buffer;
  }
  return new uint8_t[buffer_size];
}

void BufferPool::give(uint8_t* buffer, size_t used) {
  erase({buffer, used});
  auto first = first_place(kept_.size());
  for (size_t i = 0; i < kept_.size(); ++i) {
    auto& place = kept_[(first + i) % kept_.size()].buffer;
    uint8_t* none = nullptr;
    if (place.load(std::memory_order_relaxed)) continue;
    if (place.compare_exchange_strong(none, buffer, std::memory_order_release, std::memory_order_relaxed)) return;
  }
  delete[] buffer;
}

}  // namespace handfast
