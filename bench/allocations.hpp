// allocations.hpp: counts what is taken from the heap: by operator new (our own code) and by libcrypto and libssl.
#pragma once

#include <cstddef>

namespace bench {

struct Heap {
  size_t allocations = 0;   ///< since the start of the process
  size_t bytes = 0;         ///< held now, as malloc rounds them
};

struct Allocations {
  Heap ours;        ///< operator new
  Heap libcrypto;   ///< libcrypto and libssl, which share one allocator
};

/// Must come before libcrypto's first allocation; false when it came too late.
bool count_libcrypto_allocations();
/// From here on only their number: asking malloc for the size of each block costs up to 2% of a handshake.
void stop_counting_bytes();
/// Only for a process of one thread.
Allocations allocations();

}  // namespace bench
