#include "harness.hpp"

namespace handfast::chat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The default limits: 20 lines at once, then 4 a second, 128 waiting.
class LimitsTest : public ChatTest {
 protected:
  LimitsTest() : ChatTest(config()) {}
  static ServerConfig config() {
    ServerConfig made;
    made.name = "irc.test";
    return made;
  }

  /// Moves the clock to each wake up to `until` from now, as a network does.
  void run_for(milliseconds until) {
    const milliseconds end = elapsed + until;
    while (const auto wake = server.next_wake()) {
      const auto at = std::chrono::ceil<milliseconds>(wake->time_since_epoch());
      if (at > end) break;
      elapsed = std::max(elapsed, at);
      server.tick(now());
    }
    elapsed = end;
  }
};

TEST_F(LimitsTest, FloodsAreSlowedInOrder) {
  const MemberId alice = join_server("alice");
  const MemberId bob = join_server("bob");
  run_for(seconds(10));  // the bucket is full again
  inbox.clear();
  for (int i = 0; i < 60; ++i) server.line(alice, "PRIVMSG bob :" + std::to_string(i), now());
  Lines got = take(bob);
  EXPECT_EQ(got.size(), 20U);
  run_for(seconds(5));
  for (auto& line : take(bob)) got.push_back(line);
  EXPECT_EQ(got.size(), 40U);
  run_for(seconds(5));
  for (auto& line : take(bob)) got.push_back(line);
  ASSERT_EQ(got.size(), 60U);
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(got[static_cast<std::size_t>(i)].ends_with(":" + std::to_string(i)));
  EXPECT_TRUE(closed.empty());
}

TEST_F(LimitsTest, BeyondTheQueueIsExcessFlood) {
  const MemberId alice = join_server("alice");
  const MemberId bob = join_server("bob");
  say(alice, "JOIN #room");
  say(bob, "JOIN #room");
  inbox.clear();
  std::string bytes;
  for (int i = 0; i < 100000; ++i) bytes += "PRIVMSG #room :x\r\n";
  server.receive(alice, bytes, now());
  EXPECT_EQ(closed[alice], "Excess Flood");
  EXPECT_TRUE(has(take(alice), "ERROR :Closing Link: 192.0.2.1 (Excess Flood)"));
  const Lines lines = take(bob);
  EXPECT_LE(lines.size(), 21U);
  EXPECT_TRUE(has(lines, "QUIT :Excess Flood"));
  EXPECT_EQ(server.member_count(), 1U);
}

TEST_F(LimitsTest, TooLongLinesWaitTheirTurn) {
  const MemberId alice = join_server("alice");
  run_for(seconds(10));
  inbox.clear();
  for (int i = 0; i < 20; ++i) server.line(alice, "PING 1", now());
  server.line(alice, std::string(600, 'x'), now());
  server.line(alice, "PING 2", now());
  EXPECT_EQ(take(alice).size(), 20U);
  run_for(seconds(1));
  EXPECT_EQ(commands(take(alice)), "417 PONG");
}

// A line costs a token for each channel in it: joining and leaving many is no way to flood those who are on them.
TEST_F(LimitsTest, ManyChannelsInALineAreManyLines) {
  const MemberId alice = join_server("alice");
  const MemberId bob = join_server("bob");
  std::string join = "JOIN ";
  for (int i = 0; i < 40; ++i) join += (i > 0 ? ",#" : "#") + std::to_string(i);
  say(bob, join);
  run_for(seconds(60));
  inbox.clear();
  for (int i = 0; i < 10; ++i) say(alice, {join, "JOIN 0"});
  EXPECT_EQ(take(bob).size(), 40U);
  run_for(seconds(60));
  EXPECT_LE(take(bob).size(), 320U);  // 4 a second, and what was in hand
  EXPECT_TRUE(closed.empty());
}

// What a client does that comes back: its rooms in one line, then a look at each.
TEST_F(LimitsTest, ComingBackToTwentyRoomsIsQuick) {
  const MemberId alice = join_server("alice");
  std::string join = "JOIN ";
  for (int i = 0; i < 20; ++i) join += (i > 0 ? ",#" : "#") + std::to_string(i);
  EXPECT_EQ(say(alice, join).size(), 60U);  // at once
  run_for(seconds(4));
  for (int i = 0; i < 20; ++i) {
    server.line(alice, "MODE #" + std::to_string(i), now());
    server.line(alice, "WHO #" + std::to_string(i), now());
  }
  server.line(alice, "PRIVMSG #0 :I am back", now());
  run_for(seconds(12));
  EXPECT_EQ(take(alice).size(), 80U);
  EXPECT_TRUE(closed.empty());
}

TEST_F(LimitsTest, LongAnswersCount) {
  const MemberId alice = join_server("alice");
  for (int i = 0; i < 640; ++i) join_server("member" + std::to_string(i));
  run_for(seconds(30));
  inbox.clear();
  for (int i = 0; i < 20; ++i) server.line(alice, "WHO *", now());
  EXPECT_EQ(take(alice).size(), 642U);  // one answer, and 315
  run_for(seconds(10));
  EXPECT_LE(take(alice).size(), 3U * 642);
  EXPECT_TRUE(closed.empty());
}

TEST_F(LimitsTest, AnAccountHasSoManyConnections) {
  std::vector<MemberId> all;
  for (int i = 0; i < 16; ++i) {
    EXPECT_FALSE(server.refusal(identity("alice")));
    all.push_back(connect("alice"));
  }
  EXPECT_EQ(server.refusal(identity("Alice")),
            "the account Alice has 16 connections, the most that one may have: close one of them");
  EXPECT_FALSE(server.refusal(identity("bob")));
  server.drop(all[3], "gone", now());
  EXPECT_FALSE(server.refusal(identity("alice")));
}

TEST_F(LimitsTest, QuitWaitsBehindWhatCameBefore) {
  const MemberId alice = join_server("alice");
  const MemberId bob = join_server("bob");
  run_for(seconds(10));
  inbox.clear();
  for (int i = 0; i < 30; ++i) server.line(alice, "PRIVMSG bob :x", now());
  server.line(alice, "QUIT", now());
  EXPECT_FALSE(closed.contains(alice));
  run_for(seconds(5));
  EXPECT_TRUE(closed.contains(alice));
  EXPECT_EQ(take(bob).size(), 30U);
}

TEST_F(LimitsTest, RegistrationTimesOut) {
  const MemberId id = connect("alice");
  server.line(id, "CAP LS 302", now());
  run_for(seconds(29));
  EXPECT_TRUE(closed.empty());
  run_for(seconds(1));
  EXPECT_EQ(closed[id], "Registration timed out");
  EXPECT_EQ(server.member_count(), 0U);
  EXPECT_FALSE(server.next_wake());
}

TEST_F(LimitsTest, SilentMembersArePingedAndClosed) {
  const MemberId alice = join_server("alice");
  const MemberId bob = join_server("bob");
  inbox.clear();
  run_for(seconds(121));
  EXPECT_EQ(take(alice), Lines{"PING :irc.test"});
  EXPECT_EQ(take(bob), Lines{"PING :irc.test"});
  say(alice, "PONG :irc.test");
  run_for(seconds(60));
  EXPECT_FALSE(closed.contains(alice));
  EXPECT_EQ(closed[bob], "Ping timeout");
  run_for(seconds(60));
  EXPECT_EQ(take(alice), Lines{"PING :irc.test"});
}

TEST_F(LimitsTest, WhoSpeaksIsNotPinged) {
  const MemberId alice = join_server("alice");
  inbox.clear();
  for (int i = 0; i < 10; ++i) {
    run_for(seconds(100));
    server.line(alice, "PONG x", now());
  }
  EXPECT_TRUE(take(alice).empty());
}

TEST_F(LimitsTest, UnknownIdsAreIgnored) {
  server.line(77, "NICK x", now());
  server.receive(77, "NICK x\r\n", now());
  server.drop(77, "x", now());
  server.tick(now());
  EXPECT_TRUE(inbox.empty());
}

/// Counts what is sent and keeps none of it.
struct Counter : Output {
  void send(MemberId, std::string_view line) override { ++lines, bytes += line.size(); }
  void close(MemberId, std::string_view) override { ++closes; }
  std::size_t lines = 0, bytes = 0, closes = 0;
};

TEST(ScaleTest, TwoThousandMembersInOneRoom) {
  constexpr std::size_t count = 2000;
  Counter counter;
  Instant now{std::chrono::steady_clock::time_point(seconds(1)), std::chrono::system_clock::time_point(seconds(1))};
  Server server({}, counter, now);
  std::vector<MemberId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string account = "member" + std::to_string(i);
    ids.push_back(server.add(*identity_from(account, std::string(64, 'a'), "192.0.2.1"), now));
    server.receive(ids.back(), "NICK " + account + "\r\nUSER u 0 * :U\r\nJOIN #room\r\n", now);
  }
  EXPECT_EQ(server.member_count(), count);
  const std::size_t before = counter.lines;
  for (const MemberId id : ids) server.line(id, "PRIVMSG #room :hello everybody", now);
  EXPECT_EQ(counter.lines - before, count * (count - 1));
  for (const MemberId id : ids) server.drop(id, "gone", now);
  EXPECT_EQ(server.member_count(), 0U);
  EXPECT_EQ(server.channel_count(), 0U);
}

}  // namespace
}  // namespace handfast::chat
