// configs.hpp: what every fuzzer of a connection is made of: a still clock, the same randomness each time, and bytes moved.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <handfast/handfast.hpp>

#include "identity.hpp"
#include "randomness.hpp"

namespace handfast::fuzz {

/// The value, or the end: what the fuzzers are made of must be right.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message().c_str());
    std::abort();
  }
  return *std::move(result);
}

inline std::chrono::system_clock::time_point day() {
  return std::chrono::sys_days{std::chrono::year{2027} / 1 / 1};
}

inline Environment still_environment() {
  return {.wall_clock = [] { return day(); },
          .steady_clock = [] { return std::chrono::steady_clock::time_point{}; },
          .random = [](std::span<uint8_t> out) { return fixed_randomness(out.data(), out.size()); }};
}

/// Gives the connection these bytes and reads what they hold; false when it has failed.
inline bool feed(Connection& connection, Bytes bytes) {
  while (!bytes.empty()) {
    auto room = connection.input();
    if (room.empty()) return false;
    const auto n = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), n, room.begin());
    if (!connection.received(n)) return false;
    bytes = bytes.subspan(n);
    for (;;) {
      const auto data = connection.read();
      if (!data) return false;
      if (data->empty()) break;
    }
  }
  return true;
}

/// Takes all that the connection wants to send.
inline Buffer drain(Connection& connection) {
  const auto out = connection.output();
  Buffer bytes(out.begin(), out.end());
  connection.sent(bytes.size());
  return bytes;
}

}  // namespace handfast::fuzz
