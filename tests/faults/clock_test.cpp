// The clocks jump, by years and in either direction, between any two looks at them.
#include <gtest/gtest.h>

#include <algorithm>

#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;
using namespace std::chrono_literals;

/// Both clocks of both sides; from one look on they are somewhere else.
struct Clocks {
  size_t looks = 0, jumps_at = SIZE_MAX;
  std::chrono::seconds jump{};
  bool steady_too = false;

  std::chrono::seconds offset(bool jumps) { return ++looks > jumps_at && jumps ? jump : 0s; }
  Environment environment() {
    Environment made;
    made.wall_clock = [this] { return now() + offset(true); };
    made.steady_clock = [this] { return std::chrono::steady_clock::time_point(24h) + offset(steady_too); };
    return made;
  }
};

/// What may come of it; anything else is a surprise.
bool is_explained(const Connection& end) {
  const std::string_view faults[] = {"", "alert.received", "certificate.expired", "certificate.not_yet_valid",
                                     info(Fault::handshake_timeout).id, info(Fault::cookie_invalid).id};
  return std::ranges::find(faults, fault_id(end)) != std::end(faults);
}

void jump_between_all_looks(const Scene& scene, Clocks& clocks) {
  for (size_t n = 0; n < 200; ++n) {
    SCOPED_TRACE("look " + std::to_string(n));
    clocks.looks = 0;
    clocks.jumps_at = n;
    auto pair = *scene.begin();
    scene.live(pair);
    for (auto* end : {&pair.client, &pair.server}) {
      static_cast<void>(end->check_deadline());
      EXPECT_TRUE(is_explained(*end)) << fault_id(*end);
    }
    const bool failed = pair.client.error() || pair.server.error();
    EXPECT_TRUE(failed || (pair.client.state() == State::closed && pair.server.state() == State::closed));
    if (clocks.looks <= n) return;
  }
  FAIL() << "it never ends";
}

TEST(ClockJumps, BetweenAnyTwoLooks) {
  for (const auto& each : all_scenarios()) {
    Clocks clocks;
    auto row = each;
    row.client.environment = row.server.environment = clocks.environment();
    row.client.verified_chain_lifetime = row.server.verified_chain_lifetime = 0s;
    const Scene scene(row);
    for (auto years : {-200, -10, 10, 200})   // 1831: before 1970 there is time too
      for (bool steady_too : {true, false}) {
        SCOPED_TRACE(each.name + ", " + std::to_string(years) + " years");
        clocks.jump = years * 365 * 24h;
        clocks.steady_too = steady_too;
        jump_between_all_looks(scene, clocks);
        if (HasFailure()) return;
      }
  }
}

// A ticket from the future or long past is none, and the handshake is a full one.
TEST(ClockJumps, NoSessionIsGoodBeforeOrAfterItsTime) {
  for (const auto* name : {"TLS 1.2 ticket", "TLS 1.2 session id", "TLS 1.3 resumed", "TLS 1.3 early data"})
    for (auto jump : {-1h, -48h, 48h, 8 * 24h}) {
      auto row = scenario(name);
      std::chrono::seconds offset{};
      row.server.environment.wall_clock = [&] { return now() + offset; };
      const Scene scene(row);
      offset = jump;
      auto pair = *scene.begin();
      scene.live(pair);
      EXPECT_EQ(pair.server.state(), State::closed) << fault_id(pair.server) << fault_id(pair.client);
      EXPECT_FALSE(pair.server.summary().resumed) << name << " " << jump.count();
      EXPECT_FALSE(pair.server.summary().early_data) << name << " " << jump.count();
    }
}

Buffer name_of_key(TicketKeys& keys, std::chrono::system_clock::time_point at) {
  auto ticket = *keys.seal(as_bytes("session"), at);
  ticket.resize(16);
  return ticket;
}

// A server that began with a wrong clock does not keep the key of that time for years.
TEST(ClockJumps, TicketKeysRotateAllTheSame) {
  for (auto jump : {-100 * 8766h, -8766h, -13h, 13h, 8766h, 100 * 8766h}) {
    TicketKeys keys;
    const auto first = name_of_key(keys, now());
    EXPECT_EQ(name_of_key(keys, now() + 11h), first);
    EXPECT_EQ(name_of_key(keys, now() - 11h), first);
    EXPECT_NE(name_of_key(keys, now() + jump), first) << jump.count();
  }
}

}  // namespace
}  // namespace handfast
