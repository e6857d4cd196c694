// The flows that the other tests here disturb, undisturbed.
#include <gtest/gtest.h>

#include <support/flows.hpp>

namespace handfast {
namespace {

using namespace support;

TEST(Flows, LiveWhereNothingGoesWrong) {
  for (const auto& each : all_flows()) {
    Stage stage(each);
    auto pair = *stage.begin();
    stage.live(pair);
    EXPECT_TRUE(stage.lived(pair)) << stage.name << ": " << fault_id(pair.client) << " " << fault_id(pair.server);
  }
}

}  // namespace
}  // namespace handfast
