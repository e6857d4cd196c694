#include <record/pool.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace handfast {
namespace {

TEST(BufferPool, GivesBackWhatItWasGiven) {
  BufferPool pool;
  auto buffer = pool.take();
  pool.give(buffer, 0);
  EXPECT_EQ(pool.take(), buffer);
  pool.give(buffer, 0);
}

TEST(BufferPool, ErasesWhatWasUsed) {
  BufferPool pool;
  auto buffer = pool.take();
  std::memset(buffer, 'x', BufferPool::buffer_size);
  pool.give(buffer, 100);
  ASSERT_EQ(pool.take(), buffer);
  EXPECT_TRUE(std::all_of(buffer, buffer + 100, [](auto byte) { return byte == 0; }));
  EXPECT_EQ(buffer[100], 'x');
  pool.give(buffer, 0);
}

TEST(BufferPool, FreesWhatItDoesNotKeep) {
  BufferPool pool;
  std::set<uint8_t*> taken;
  while (taken.size() < 20) taken.insert(pool.take());
  for (auto buffer : taken) pool.give(buffer, 0);
}

TEST(BufferPool, NeverGivesOneBufferToTwo) {
  BufferPool pool;
  auto work = [&pool](uint8_t mark) {
    for (int i = 0; i < 5000; ++i) {
      auto first = pool.take(), second = pool.take();
      std::memset(first, mark, 64);
      std::memset(second, mark, 64);
      ASSERT_TRUE(std::all_of(first, first + 64, [=](auto byte) { return byte == mark; }));
      ASSERT_TRUE(std::all_of(second, second + 64, [=](auto byte) { return byte == mark; }));
      pool.give(first, 64);
      pool.give(second, 64);
    }
  };
  std::vector<std::jthread> threads;
  for (uint8_t mark = 1; mark <= 4; ++mark) threads.emplace_back(work, mark);
}

}  // namespace
}  // namespace handfast
