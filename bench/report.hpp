// report.hpp: what was measured: tables for people, or one JSON object.
#pragma once

#include <string>
#include <vector>

namespace bench {

enum class Bound { at_most, at_least };

class Report {
 public:
  explicit Report(bool json) : json_(json) {}

  /// Tables are printed as they come, unless JSON is wanted.
  void heading(const std::string& text);
  void note(const std::string& text);
  /// The first row is the header; the first column is to the left, the others to the right.
  void table(const std::vector<std::vector<std::string>>& rows);
  /// For the JSON; `id` has dots between its parts.
  void figure(const std::string& id, double value) { figures_.emplace_back(id, value); }
  /// Compares with what is aimed at; printed at the end, never asserted.
  void target(const std::string& words, double value, Bound bound, double limit, const std::string& unit = {});
  void finish(const std::vector<std::string>& machine);

 private:
  struct Target {
    std::string words, unit;
    double value, limit;
    Bound bound;
    bool reached;
  };
  void print_targets() const;
  void print_json(const std::vector<std::string>& machine) const;

  bool json_;
  std::vector<std::pair<std::string, double>> figures_;
  std::vector<Target> targets_;
};

/// "12.3" with this many digits behind the point.
std::string number(double value, int digits = 1);

}  // namespace bench
