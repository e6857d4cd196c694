// The scenarios that the other tests here disturb, undisturbed.
#include <gtest/gtest.h>

#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

TEST(Scenarios, LiveWhereNothingGoesWrong) {
  for (const auto& each : all_scenarios()) {
    Scene scene(each);
    auto pair = *scene.begin();
    scene.live(pair);
    EXPECT_TRUE(scene.lived(pair)) << scene.name << ": " << fault_id(pair.client) << " " << fault_id(pair.server);
  }
}

}  // namespace
}  // namespace handfast
