#include "harness.hpp"

namespace handfast::chat {
namespace {

using ChannelsTest = ChatTest;

TEST_F(ChannelsTest, JoinNamesTopic) {
  const MemberId alice = join_server("alice");
  EXPECT_EQ(say(alice, "JOIN #Room"), (Lines{":alice!alice@192.0.2.1 JOIN #Room", ":irc.test 353 alice = #Room :@alice",
                                             ":irc.test 366 alice #Room :End of NAMES list"}));
  const MemberId bob = join_server("bob");
  say(alice, "TOPIC #room :all about it");
  EXPECT_EQ(say(bob, "JOIN #rOOM"),
            (Lines{":bob!bob@192.0.2.1 JOIN #Room", ":irc.test 332 bob #Room :all about it",
                   ":irc.test 333 bob #Room alice!alice@192.0.2.1 1700001000", ":irc.test 353 bob = #Room :@alice bob",
                   ":irc.test 366 bob #Room :End of NAMES list"}));
  EXPECT_EQ(take(alice), Lines{":bob!bob@192.0.2.1 JOIN #Room"});
  EXPECT_TRUE(say(bob, "JOIN #room").empty());
}

TEST_F(ChannelsTest, JoinListAndZero) {
  const MemberId alice = join_server("alice");
  EXPECT_EQ(commands(say(alice, "JOIN #a,#b,,#c")), "JOIN 353 366 JOIN 353 366 JOIN 353 366");
  EXPECT_EQ(server.channel_count(), 3U);
  EXPECT_EQ(commands(say(alice, "JOIN 0")), "PART PART PART");
  EXPECT_EQ(server.channel_count(), 0U);
}

TEST_F(ChannelsTest, JoinErrors) {
  const MemberId alice = join_server("alice");
  EXPECT_EQ(commands(say(alice, "JOIN")), "461");
  EXPECT_EQ(commands(say(alice, "JOIN :")), "461");
  EXPECT_EQ(commands(say(alice, "JOIN room")), "403");
  EXPECT_EQ(commands(say(alice, "JOIN #")), "476");
  EXPECT_EQ(commands(say(alice, "JOIN #" + std::string(64, 'x'))), "476");
  for (int i = 0; i < 100; ++i) say(alice, "JOIN #r" + std::to_string(i));
  EXPECT_EQ(commands(say(alice, "JOIN #more")), "405");
}

TEST_F(ChannelsTest, ExtendedJoinAndPrefixes) {
  const MemberId alice = join_server("alice");
  say(alice, {"CAP REQ :extended-join multi-prefix userhost-in-names", "JOIN #room", "MODE #room +v alice"});
  join_server("bob", "#room");
  const MemberId carol = join_server("carol");
  take(alice);
  EXPECT_TRUE(has(say(carol, "JOIN #room"), "353 carol = #room :@alice bob carol"));
  EXPECT_EQ(take(alice), Lines{":carol!carol@192.0.2.1 JOIN #room carol :Real Name"});
  EXPECT_TRUE(has(say(alice, "NAMES #room"),
                  "353 alice = #room :@+alice!alice@192.0.2.1 bob!bob@192.0.2.1 carol!carol@192.0.2.1"));
}

TEST_F(ChannelsTest, Part) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  EXPECT_EQ(say(alice, "PART #room :so long"), Lines{":alice!alice@192.0.2.1 PART #room :so long"});
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 PART #room :so long"});
  EXPECT_EQ(commands(say(alice, "PART #room")), "442");
  EXPECT_EQ(commands(say(alice, "PART #none")), "403");
  EXPECT_EQ(commands(say(alice, "PART")), "461");
  EXPECT_EQ(say(bob, "PART #room"), Lines{":bob!bob@192.0.2.1 PART #room"});
  EXPECT_EQ(server.channel_count(), 0U);
}

TEST_F(ChannelsTest, Topic) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  const MemberId carol = join_server("carol");
  EXPECT_EQ(commands(say(alice, "TOPIC #room")), "331");
  EXPECT_EQ(commands(say(bob, "TOPIC #room :mine")), "482");
  EXPECT_EQ(commands(say(carol, "TOPIC #room :mine")), "442");
  EXPECT_EQ(commands(say(carol, "TOPIC #none")), "403");
  EXPECT_EQ(say(alice, "TOPIC #room :news"), Lines{":alice!alice@192.0.2.1 TOPIC #room :news"});
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 TOPIC #room :news"});
  EXPECT_EQ(commands(say(carol, "TOPIC #room")), "332 333");
  say(alice, "MODE #room -t");
  EXPECT_EQ(commands(say(bob, "TOPIC #room :mine")), "MODE TOPIC");
  say(alice, "TOPIC #room :");
  EXPECT_EQ(commands(say(alice, "TOPIC #room")), "331");
}

TEST_F(ChannelsTest, NamesSplitOverLines) {
  const MemberId alice = join_server("alice", "#room");
  for (int i = 0; i < 100; ++i) join_server("member-number-" + std::to_string(i), "#room");
  const Lines lines = say(alice, "NAMES #room");
  EXPECT_GT(lines.size(), 4U);
  std::size_t names = 0;
  for (const auto& line : lines) {
    if (line.find(" 353 ") != line.npos) names += 1 + std::ranges::count(line.substr(line.rfind(':')), ' ');
  }
  EXPECT_EQ(names, 101U);
  EXPECT_EQ(commands(say(alice, "NAMES #none")), "366");
  EXPECT_EQ(commands(say(alice, "NAMES")), "366");
}

TEST_F(ChannelsTest, List) {
  const MemberId alice = join_server("alice", "#room");
  say(alice, {"TOPIC #room :news", "JOIN #den", "MODE #den +s"});
  const MemberId bob = join_server("bob");
  EXPECT_EQ(say(bob, "LIST"), (Lines{":irc.test 321 bob Channel :Users  Name", ":irc.test 322 bob #room 1 :news",
                                     ":irc.test 323 bob :End of LIST"}));
  EXPECT_EQ(commands(say(alice, "LIST")), "321 322 322 323");
  EXPECT_EQ(commands(say(bob, "LIST #room,#den,#none")), "321 322 323");
}

TEST_F(ChannelsTest, Kick) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  join_server("carol");
  EXPECT_EQ(commands(say(bob, "KICK #room alice")), "482");
  EXPECT_EQ(commands(say(alice, "KICK #room")), "461");
  EXPECT_EQ(commands(say(alice, "KICK #none bob")), "403");
  EXPECT_EQ(commands(say(alice, "KICK #room nobody")), "401");
  EXPECT_EQ(commands(say(alice, "KICK #room carol")), "441");
  EXPECT_EQ(say(alice, "KICK #room bob :rude"), Lines{":alice!alice@192.0.2.1 KICK #room bob :rude"});
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 KICK #room bob :rude"});
  EXPECT_EQ(commands(say(bob, "KICK #room alice")), "442");
  EXPECT_EQ(commands(say(alice, "KICK #room alice,alice,bob")), "KICK");  // the channel ends with the first
  EXPECT_EQ(server.channel_count(), 0U);
}

TEST_F(ChannelsTest, Invite) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob");
  const MemberId carol = join_server("carol", "#room");
  say(alice, "MODE #room +i");
  EXPECT_EQ(commands(say(bob, "JOIN #room")), "473");
  EXPECT_EQ(commands(say(carol, "INVITE bob #room")), "MODE 482");
  EXPECT_EQ(commands(say(alice, "INVITE nobody #room")), "401");
  EXPECT_EQ(commands(say(alice, "INVITE bob #none")), "403");
  EXPECT_EQ(commands(say(bob, "INVITE carol #room")), "442");
  EXPECT_EQ(commands(say(alice, "INVITE carol #room")), "443");
  EXPECT_EQ(commands(say(alice, "INVITE bob")), "461");
  say(carol, "CAP REQ :invite-notify");
  EXPECT_EQ(say(alice, "INVITE bob #room"), Lines{":irc.test 341 alice bob #room"});
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 INVITE bob #room"});
  EXPECT_EQ(take(carol), Lines{":alice!alice@192.0.2.1 INVITE bob #room"});
  EXPECT_EQ(commands(say(bob, "JOIN #room")), "JOIN 353 366");
  EXPECT_EQ(commands(say(bob, {"PART #room", "JOIN #room"})), "PART 473");  // it held once
}

TEST_F(ChannelsTest, AwayNotify) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  say(alice, "CAP REQ away-notify");
  EXPECT_EQ(say(bob, "AWAY :lunch"), Lines{":irc.test 306 bob :You have been marked as being away"});
  EXPECT_EQ(take(alice), Lines{":bob!bob@192.0.2.1 AWAY :lunch"});
  say(alice, "JOIN #den");
  EXPECT_EQ(commands(say(bob, "JOIN #den")), "JOIN 353 366");
  EXPECT_EQ(take(alice), (Lines{":bob!bob@192.0.2.1 JOIN #den", ":bob!bob@192.0.2.1 AWAY :lunch"}));
  EXPECT_EQ(commands(say(bob, "AWAY")), "305");
  EXPECT_EQ(take(alice), Lines{":bob!bob@192.0.2.1 AWAY"});  // once, though they share two channels
}

TEST_F(ChannelsTest, Setname) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  say(alice, "CAP REQ :setname standard-replies");
  EXPECT_TRUE(say(bob, "SETNAME :Robert").empty());
  EXPECT_EQ(take(alice), Lines{":bob!bob@192.0.2.1 SETNAME :Robert"});
  EXPECT_EQ(commands(say(alice, "SETNAME :" + std::string(121, 'x'))), "FAIL");
}

}  // namespace
}  // namespace handfast::chat
