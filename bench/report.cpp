#include <report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace bench {

std::string number(double value, int digits) { return fmt::format("{:.{}f}", value, digits); }

void Report::heading(const std::string& text) {
  if (!json_) fmt::print("\n{}\n\n", text);
}

void Report::note(const std::string& text) {
  if (!json_) fmt::print("{}\n", text);
}

void Report::table(const std::vector<std::vector<std::string>>& rows) {
  if (json_ || rows.empty()) return;
  std::vector<size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const auto& row : rows) {
    std::string line = fmt::format("  {:<{}}", row.front(), widths.front());
    for (size_t i = 1; i < row.size(); ++i) line += fmt::format("  {:>{}}", row[i], widths[i]);
    fmt::print("{}\n", line);
  }
  std::fflush(stdout);
}

void Report::target(const std::string& words, double value, Bound bound, double limit, const std::string& unit) {
  bool reached = bound == Bound::at_most ? value <= limit : value >= limit;
  targets_.push_back({words, unit, value, limit, bound, reached});
}

void Report::finish(const std::vector<std::string>& machine) {
  if (json_)
    print_json(machine);
  else
    print_targets();
}

void Report::print_targets() const {
  if (targets_.empty()) return;
  fmt::print("\nTargets\n\n");
  for (const auto& target : targets_)
    fmt::print("  {:<11}  {:<66} {:>8.2f} {}  ({} {:g})\n", target.reached ? "reached" : "NOT REACHED", target.words,
               target.value, target.unit, target.bound == Bound::at_most ? "at most" : "at least", target.limit);
  auto reached = std::ranges::count_if(targets_, &Target::reached);
  fmt::print("\n  {} of {} reached\n", reached, targets_.size());
}

void Report::print_json(const std::vector<std::string>& machine) const {
  fmt::print("{{\n  \"machine\": [");
  for (size_t i = 0; i < machine.size(); ++i) fmt::print("{}\"{}\"", i ? ", " : "", machine[i]);
  fmt::print("],\n  \"figures\": {{");
  for (size_t i = 0; i < figures_.size(); ++i)
    fmt::print("{}\n    \"{}\": {:.4f}", i ? "," : "", figures_[i].first, figures_[i].second);
  fmt::print("\n  }},\n  \"targets\": [");
  for (size_t i = 0; i < targets_.size(); ++i) {
    const auto& target = targets_[i];
    fmt::print("{}\n    {{\"target\": \"{}\", \"value\": {:.4f}, \"{}\": {:g}, \"unit\": \"{}\", \"reached\": {}}}",
               i ? "," : "", target.words, target.value, target.bound == Bound::at_most ? "at_most" : "at_least",
               target.limit, target.unit, target.reached);
  }
  fmt::print("\n  ]\n}}\n");
}

}  // namespace bench
