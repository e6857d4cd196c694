#include "handfast/version.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace handfast {
namespace {

TEST(Version, IsThreeNumbers) { EXPECT_EQ(std::ranges::count(version(), '.'), 2); }

}  // namespace
}  // namespace handfast
