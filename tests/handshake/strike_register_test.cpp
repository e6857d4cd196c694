// Early data is taken once, whatever happens.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include <handfast/session.hpp>
#include <support/identities.hpp>

namespace handfast {
namespace {

using namespace std::chrono_literals;
using support::now;

struct Ticket {
  Buffer hash;
  explicit Ticket(uint32_t n) : hash(32) {
    for (size_t i = 0; i < 4; ++i) hash[i] = static_cast<uint8_t>(n >> 8 * i);
  }
  EarlyDataUse use(std::chrono::seconds from = 0s, std::chrono::seconds until = 10s) const {
    return {hash, now() + from, now() + until};
  }
};

TEST(StrikeRegister, TakesATicketOnce) {
  auto strikes = StrikeRegister::in_memory(now());
  EXPECT_TRUE(strikes->first_use(Ticket(1).use(), now()));
  EXPECT_FALSE(strikes->first_use(Ticket(1).use(), now()));
  EXPECT_FALSE(strikes->first_use(Ticket(1).use(), now() + 9s));
  EXPECT_TRUE(strikes->first_use(Ticket(2).use(), now() + 9s));
}

TEST(StrikeRegister, NeverTakesWhatItMayHaveForgotten) {
  auto strikes = StrikeRegister::in_memory(now());
  EXPECT_TRUE(strikes->first_use(Ticket(1).use(), now()));
  EXPECT_FALSE(strikes->first_use(Ticket(1).use(), now() + 10s));
  EXPECT_TRUE(strikes->first_use(Ticket(2).use(0s, 30s), now() + 20s));   // the first one is forgotten here
  EXPECT_FALSE(strikes->first_use(Ticket(1).use(), now()));                // and the clock is put back
}

TEST(StrikeRegister, RefusesFlightsFromBeforeItsTime) {
  auto strikes = StrikeRegister::in_memory(now());
  EXPECT_FALSE(strikes->first_use(Ticket(1).use(-1s), now()));
  EXPECT_TRUE(strikes->first_use(Ticket(1).use(0s), now()));
}

TEST(StrikeRegister, RefusesWhenItIsFull) {
  auto strikes = StrikeRegister::in_memory(now(), 2);
  EXPECT_TRUE(strikes->first_use(Ticket(1).use(), now()));
  EXPECT_TRUE(strikes->first_use(Ticket(2).use(0s, 20s), now()));
  EXPECT_FALSE(strikes->first_use(Ticket(3).use(0s, 30s), now()));
  EXPECT_FALSE(strikes->first_use(Ticket(1).use(), now()));
  EXPECT_TRUE(strikes->first_use(Ticket(3).use(0s, 30s), now() + 10s));
  EXPECT_FALSE(strikes->first_use(Ticket(4).use(0s, 30s), now() + 10s));
}

TEST(StrikeRegister, RefusesWhatIsNoHash) {
  auto strikes = StrikeRegister::in_memory(now());
  const Buffer bytes(31);
  EXPECT_FALSE(strikes->first_use({bytes, now(), now() + 1s}, now()));
}

TEST(StrikeRegister, TakesATicketOnceFromManyThreads) {
  auto strikes = StrikeRegister::in_memory(now());
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (uint32_t n = 0; n < 1000; ++n) taken += strikes->first_use(Ticket(n).use(), now()) ? 1 : 0;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 1000);
}

}  // namespace
}  // namespace handfast
