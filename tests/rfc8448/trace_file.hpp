// trace_file.hpp: the traces of RFC 8448 as `[section]` and `key = hex` lines.
#pragma once

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <support/vectors.hpp>

namespace handfast::test {

/// One handshake as it was recorded.
class Trace {
 public:
  /// The bytes under this name; throws, which fails the test, where there are none.
  Buffer bytes(const std::string& name) const { return from_hex(text(name)); }
  const std::string& text(const std::string& name) const {
    auto found = values_.find(name);
    if (found == values_.end() || found->second.empty()) throw std::runtime_error("the trace has no " + name);
    return found->second;
  }
  bool has(const std::string& name) const { return values_.contains(name); }
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }

 private:
  std::map<std::string, std::string> values_;
};

inline constexpr std::string_view trace_file = "rfc8448/transcripts.vec";

/// All sections by name; nullopt when the file is not there.
inline std::optional<std::map<std::string, Trace>> read_traces() {
  std::ifstream in(vectors_folder() / trace_file);
  if (!in) return std::nullopt;
  std::map<std::string, Trace> traces;
  Trace* trace = nullptr;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('[')) trace = &traces[line.substr(1, line.find(']') - 1)];
    auto equals = line.find(" =");
    if (!trace || line.starts_with('#') || equals == std::string::npos) continue;
    auto value = line.substr(equals + 2);
    std::erase_if(value, [](char c) { return c == ' ' || c == '\r'; });
    trace->set(line.substr(0, equals), value);
  }
  return traces;
}

}  // namespace handfast::test
