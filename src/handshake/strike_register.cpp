// strike_register.cpp: the tickets whose early data was taken, in memory.
#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include <handfast/session.hpp>

namespace handfast {
namespace {

using Clock = std::chrono::system_clock;
using TicketHash = std::array<uint8_t, 32>;

class InMemory : public StrikeRegister {
 public:
  InMemory(Clock::time_point begins, size_t limit) : begins_(begins), limit_(limit) {}

  bool first_use(const EarlyDataUse& use, Clock::time_point now) override try {
    TicketHash hash{};
    if (use.ticket.size() != hash.size() || use.from < begins_) return false;
    std::ranges::copy(use.ticket, hash.begin());
    std::lock_guard lock(mutex_);
    // A clock that was put back must not make us take what we have forgotten.
    now_ = std::max(now_, now);
    if (use.until <= now_) return false;
    forget_expired();
    if (used_.size() >= limit_) return false;
    return remember(hash, use.until);
  } catch (const std::bad_alloc&) {
    return false;
  }

 private:
  using Used = std::map<TicketHash, Clock::time_point>;

  bool remember(const TicketHash& hash, Clock::time_point until) {
    auto [entry, is_new] = used_.emplace(hash, until);
    if (!is_new) return false;
    try {
      by_time_.emplace(until, entry);
    } catch (...) {
      used_.erase(entry);
      throw;
    }
    return true;
  }
  void forget_expired() {
    while (!by_time_.empty() && by_time_.begin()->first <= now_) {
      used_.erase(by_time_.begin()->second);
      by_time_.erase(by_time_.begin());
    }
  }

  const Clock::time_point begins_;
  const size_t limit_;
  std::mutex mutex_;
  Clock::time_point now_ = Clock::time_point::min();
  Used used_;
  std::multimap<Clock::time_point, Used::iterator> by_time_;   // the first to expire first
};

}  // namespace

std::shared_ptr<StrikeRegister> StrikeRegister::in_memory(Clock::time_point begins, size_t limit) {
  return std::make_shared<InMemory>(begins, limit);
}

}  // namespace handfast
