#include <allocations.hpp>

#include <malloc.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <new>

namespace bench {
namespace {

Allocations counted;
bool counts_bytes = true;

void* note(Heap& heap, void* block) {
  if (!block) return nullptr;
  ++heap.allocations;
  if (counts_bytes) heap.bytes += malloc_usable_size(block);
  return block;
}

void forget(Heap& heap, void* block) {
  if (counts_bytes) heap.bytes -= malloc_usable_size(block);   // 0 for a null pointer
}

void* libcrypto_malloc(size_t size, const char*, int) { return note(counted.libcrypto, std::malloc(size)); }

void* libcrypto_realloc(void* block, size_t size, const char*, int) {
  forget(counted.libcrypto, block);
  return note(counted.libcrypto, std::realloc(block, size));
}

void libcrypto_free(void* block, const char*, int) {
  forget(counted.libcrypto, block);
  std::free(block);
}

}  // namespace

bool count_libcrypto_allocations() {
  return CRYPTO_set_mem_functions(libcrypto_malloc, libcrypto_realloc, libcrypto_free) == 1;
}

void stop_counting_bytes() { counts_bytes = false; }

Allocations allocations() { return counted; }

}  // namespace bench

void* operator new(size_t size) {
  if (auto block = bench::note(bench::counted.ours, std::malloc(size))) return block;
  throw std::bad_alloc();
}

void operator delete(void* block) noexcept {
  bench::forget(bench::counted.ours, block);
  std::free(block);
}

void operator delete(void* block, size_t) noexcept { operator delete(block); }

void* operator new(size_t size, std::align_val_t alignment) {
  if (auto block = bench::note(bench::counted.ours, std::aligned_alloc(size_t(alignment), (size + 63) / 64 * 64))) return block;
  throw std::bad_alloc();
}

void operator delete(void* block, std::align_val_t) noexcept { operator delete(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept { operator delete(block); }
