// The peer dies after each byte that it sends, in every scenario: the transport ends in good order, or is reset, or says nothing any more.
// The survivor says what happened, and stays failed. By default a part of the bytes is tried; HANDFAST_FULL=1 tries each.
#include <gtest/gtest.h>

#include <cstdlib>

#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

enum class Death : uint8_t { end, reset, silence };

struct Victim {
  std::chrono::steady_clock::time_point time{};
  Scene scene;

  explicit Victim(Scenario scenario) : scene(with_clock(std::move(scenario))) {}
  Victim(const Victim&) = delete;

 private:
  Scenario with_clock(Scenario scenario) {
    scenario.client.environment.steady_clock = scenario.server.environment.steady_clock = [this] { return time; };
    return scenario;
  }
};

/// Lives until the bytes of one side end after the first `length`; the other side's are lost from there on. Returns how many there were.
size_t live_until(const Scene& scene, Pair& pair, bool client_dies, size_t length) {
  size_t sent = 0;
  pair.mutate = [&](bool from_client, Buffer& bytes) {
    if (from_client != client_dies) {
      if (sent > length) bytes.clear();
      return;
    }
    const auto left = length - std::min(length, sent);
    sent += bytes.size();
    if (bytes.size() > left) bytes.resize(left);
  };
  scene.live(pair);
  pair.mutate = nullptr;
  return sent;
}

void expect_it_stays_failed(Connection& end, Fault fault) {
  EXPECT_EQ(end.state(), State::failed);
  const uint8_t word[] = {1};
  const std::array<Result<>, 6> results = {end.received(0), end.received_end(), end.write(word), end.check_deadline(),
                                           end.renegotiate(), end.update_keys()};
  for (const auto& result : results) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().fault, fault);
  }
  EXPECT_EQ(end.read().error().fault, fault);
  EXPECT_EQ(end.error()->fault, fault);
}

Result<> notice(Victim& victim, Connection& survivor, Death death) {
  if (death == Death::end) return survivor.received_end();
  if (death == Death::reset) return survivor.received_end("connection reset by peer");
  victim.time += std::chrono::hours(1);
  return survivor.check_deadline();
}

void die(Victim& victim, bool client_dies, size_t length, Death death) {
  victim.time = {};
  auto pair = *victim.scene.begin();
  live_until(victim.scene, pair, client_dies, length);
  auto& survivor = client_dies ? pair.server : pair.client;
  ASSERT_NE(survivor.state(), State::failed) << survivor.error()->message();
  const bool has_deadline = survivor.deadline().has_value();
  const bool is_whole = survivor.peer_closed();
  auto noticed = notice(victim, survivor, death);
  if (is_whole || (death == Death::silence && !has_deadline)) {
    EXPECT_TRUE(noticed) << noticed.error().message();
    return;
  }
  ASSERT_FALSE(noticed);
  const Fault faults[] = {Fault::truncated, Fault::transport_failed, Fault::handshake_timeout};
  EXPECT_EQ(noticed.error().fault, faults[static_cast<size_t>(death)]) << noticed.error().message();
  expect_it_stays_failed(survivor, noticed.error().fault);
}

size_t step() { return std::getenv("HANDFAST_FULL") ? 1 : 23; }

class PeerDies : public testing::TestWithParam<Scenario> {};

TEST_P(PeerDies, AfterAnyByte) {
  Victim victim(GetParam());
  for (bool client_dies : {true, false}) {
    auto pair = *victim.scene.begin();
    const auto length = live_until(victim.scene, pair, client_dies, SIZE_MAX);
    ASSERT_TRUE(victim.scene.lived(pair));
    for (size_t n = 0; n + 8 < length; n += n < 12 ? 1 : step()) {   // signatures differ in length by some bytes
      for (auto death : {Death::end, Death::reset, Death::silence}) {
        SCOPED_TRACE(std::string(client_dies ? "client" : "server") + " dies after byte " + std::to_string(n));
        die(victim, client_dies, n, death);
        if (HasFailure()) return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, PeerDies, testing::ValuesIn(all_scenarios()), [](const auto& test) {
  auto name = test.param.name;
  std::erase_if(name, [](unsigned char c) { return !std::isalnum(c); });
  return name;
});

}  // namespace
}  // namespace handfast
