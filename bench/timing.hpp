// timing.hpp: CPU time of this thread, and the medians of repeated measurements.
#pragma once

#include <allocations.hpp>
#include <vector>

namespace bench {

/// CPU time that this thread has used, in nanoseconds.
double cpu_now();
/// What one lap of a Stopwatch costs by itself, in nanoseconds; measured once.
double lap_cost();

double median(std::vector<double> values);
/// The median of a[i] / b[i]: of the ratios of each round.
double median_ratio(const std::vector<double>& a, const std::vector<double>& b);

/// Adds up the CPU time of the laps, without the cost of reading the clock, and counts their allocations.
class Stopwatch {
 public:
  template <class Work>
  void lap(Work work) {
    auto before = allocations();
    auto begin = cpu_now();
    work();
    total_ += cpu_now() - begin - lap_cost();
    auto after = allocations();
    ours_ += after.ours.allocations - before.ours.allocations;
    libcrypto_ += after.libcrypto.allocations - before.libcrypto.allocations;
  }
  /// Nanoseconds since it was taken last.
  double take();
  size_t our_allocations() const { return ours_; }
  size_t libcrypto_allocations() const { return libcrypto_; }

 private:
  double total_ = 0;
  size_t ours_ = 0, libcrypto_ = 0;
};

/// How often things are measured: the candidates take turns within a round, and the medians of the rounds count.
struct Effort {
  size_t rounds;
  size_t handshakes;    ///< of each kind in a round
  size_t batches;       ///< of records in a round
  size_t connections;   ///< open at once, for memory
};

}  // namespace bench
