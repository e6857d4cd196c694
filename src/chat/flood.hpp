#pragma once

#include <chrono>

#include "chat/server.hpp"

namespace handfast::chat {

/// A token bucket, kept as the one moment at which it would be full again (GCRA).
class FloodGate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// When the next line may pass.
  Time opens(const FloodLimit& limit) const {
    return full_ - limit.interval * static_cast<std::int64_t>(limit.burst > 0 ? limit.burst - 1 : 0);
  }

  /// Takes one token if there is one.
  bool pass(const FloodLimit& limit, Time now) {
    if (now < opens(limit)) return false;
    full_ = (now > full_ ? now : full_) + limit.interval;
    return true;
  }

  /// Takes tokens for what has been done already, whether they are there or not: what comes next waits for them.
  void charge(const FloodLimit& limit, std::size_t tokens, Time now) {
    full_ = (now > full_ ? now : full_) + limit.interval * static_cast<std::int64_t>(tokens);
  }

 private:
  Time full_{};
};

}  // namespace handfast::chat
