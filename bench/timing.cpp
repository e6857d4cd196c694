#include <timing.hpp>

#include <algorithm>
#include <ctime>
#include <utility>

namespace bench {

double cpu_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double lap_cost() {
  static const double cost = [] {
    std::vector<double> laps(2001);
    for (auto& lap : laps) {
      auto begin = cpu_now();
      lap = cpu_now() - begin;
    }
    return median(std::move(laps));
  }();
  return cost;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double median_ratio(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) ratios.push_back(a[i] / b[i]);
  return median(std::move(ratios));
}

double Stopwatch::take() { return std::exchange(total_, 0); }

}  // namespace bench
