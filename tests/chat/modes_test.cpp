#include "harness.hpp"

namespace handfast::chat {
namespace {

class ModesTest : public ChatTest {
 protected:
  MemberId alice = join_server("alice", "#room");
  MemberId bob = join_server("bob", "#room");
  MemberId carol = join_server("carol");
};

TEST_F(ModesTest, Show) {
  inbox.clear();
  EXPECT_EQ(say(bob, "MODE #room"), (Lines{":irc.test 324 bob #room +nt", ":irc.test 329 bob #room 1700001000"}));
  say(alice, "MODE #room +kl secret 5");
  take(bob);
  EXPECT_EQ(say(bob, "MODE #room")[0], ":irc.test 324 bob #room +ntkl secret 5");
  EXPECT_EQ(say(carol, "MODE #room")[0], ":irc.test 324 carol #room +ntkl * 5");
  EXPECT_EQ(commands(say(bob, "MODE #none")), "403");
  EXPECT_EQ(commands(say(bob, "MODE")), "461");
}

TEST_F(ModesTest, OnlyOperatorsChange) {
  for (const char* change : {"+i", "+o bob", "-o alice", "+b x", "+k x", "+l 3", "-t", "+itn"}) {
    EXPECT_EQ(commands(say(bob, std::string("MODE #room ") + change)), "482") << change;
  }
  EXPECT_EQ(commands(say(carol, "MODE #room +i")), "482");
  EXPECT_EQ(commands(say(bob, "MODE #room b")), "368");  // to look is free
  EXPECT_EQ(commands(say(bob, "MODE #room +b")), "368");
}

TEST_F(ModesTest, RanksAreTold) {
  take(bob);
  EXPECT_EQ(say(alice, "MODE #room +ov-t BOB bob"), Lines{":alice!alice@192.0.2.1 MODE #room +ov-t bob bob"});
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 MODE #room +ov-t bob bob"});
  EXPECT_TRUE(say(alice, "MODE #room +o bob").empty());  // nothing new
  EXPECT_EQ(commands(say(bob, "MODE #room -o alice")), "MODE");
  EXPECT_EQ(commands(say(alice, "MODE #room +o alice")), "MODE 482");
}

TEST_F(ModesTest, Errors) {
  EXPECT_EQ(commands(say(alice, "MODE #room +o")), "461");
  EXPECT_EQ(commands(say(alice, "MODE #room +o nobody")), "401");
  EXPECT_EQ(commands(say(alice, "MODE #room +o carol")), "441");
  EXPECT_EQ(commands(say(alice, "MODE #room +x")), "472");
  EXPECT_EQ(commands(say(alice, "MODE #room \xcb\x94")), "472 472");  // no half of a character is echoed
  EXPECT_EQ(commands(say(alice, "MODE #room +k")), "461");
  EXPECT_EQ(commands(say(alice, "MODE #room +k a,b")), "467");
  EXPECT_EQ(commands(say(alice, "MODE #room +l many")), "461");
  EXPECT_EQ(commands(say(alice, "MODE #room +l 0")), "461");
  EXPECT_EQ(commands(say(alice, "MODE #room +l -1")), "461");
  EXPECT_LE(say(alice, "MODE #room +" + std::string(400, 'x')).size(), 24U);
}

TEST_F(ModesTest, Bans) {
  EXPECT_EQ(say(alice, "MODE #room +b carol"), Lines{":alice!alice@192.0.2.1 MODE #room +b carol!*@*"});
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "474");
  EXPECT_EQ(say(carol, "MODE #room b"), (Lines{":irc.test 367 carol #room carol!*@* alice!alice@192.0.2.1 1700001000",
                                               ":irc.test 368 carol #room :End of channel ban list"}));
  EXPECT_TRUE(say(alice, "MODE #room +b CAROL").empty());
  EXPECT_EQ(say(alice, "MODE #room -b Carol"), Lines{":alice!alice@192.0.2.1 MODE #room -b carol!*@*"});
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "JOIN 353 366");
  say(alice, "MODE #room +b *!carol@*");
  EXPECT_EQ(commands(say(carol, "PRIVMSG #room :hi")), "MODE 404");
  say(alice, "MODE #room +v carol");
  EXPECT_EQ(commands(say(carol, "PRIVMSG #room :hi")), "MODE");
}

// A plain member may invite while the channel is not +i; that opens nothing to who is shut out.
TEST_F(ModesTest, OnlyAnOperatorsInvitationPassesBansAndLimits) {
  say(alice, "MODE #room +b carol");
  EXPECT_EQ(commands(say(bob, "INVITE carol #room")), "MODE 341");
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "INVITE 474");
  say(alice, "MODE #room -b+l carol 2");
  say(bob, "INVITE carol #room");
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "INVITE 471");
  say(bob, "INVITE carol #room");
  say(alice, "MODE #room +i");
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "INVITE 473");
  say(alice, {"MODE #room -i+b carol", "INVITE carol #room"});
  say(bob, "INVITE carol #room");  // takes nothing from the operator's
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "INVITE INVITE JOIN 353 366");
}

TEST_F(ModesTest, BanListIsBounded) {
  for (int i = 0; i < 100; ++i) say(alice, "MODE #room +b x" + std::to_string(i));
  EXPECT_EQ(commands(say(alice, "MODE #room +b onemore")), "478");
  EXPECT_EQ(commands(say(alice, "MODE #room -b+b x1 " + std::string(200, 'y'))), "478 MODE");
  EXPECT_EQ(say(alice, "MODE #room bbbbbbbb").size(), 100U);  // 99 bans, listed once
}

TEST_F(ModesTest, ManyLongBansAreAllTold) {
  say(alice, "MODE #room +bbbb " + std::string(100, 'a') + " " + std::string(100, 'b') + " " + std::string(100, 'c') +
                 " " + std::string(100, 'd'));
  Lines lines = take(bob);
  for (const char letter : {'a', 'b', 'c', 'd'}) EXPECT_TRUE(has(lines, std::string(100, letter) + "!*@*"));
}

TEST_F(ModesTest, KeyAndLimit) {
  say(alice, "MODE #room +k secret");
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "475");
  EXPECT_EQ(commands(say(carol, "JOIN #room wrong")), "475");
  EXPECT_EQ(commands(say(carol, "JOIN #room secret")), "JOIN 353 366");
  EXPECT_EQ(say(alice, "MODE #room -k x").back(), ":alice!alice@192.0.2.1 MODE #room -k *");
  say(carol, "PART #room");
  say(alice, "MODE #room +l 2");
  EXPECT_EQ(commands(say(carol, "JOIN #room")).substr(0, 3), "471");
  say(alice, "MODE #room -l");
  EXPECT_EQ(commands(say(carol, "JOIN #room")), "JOIN 353 366");
}

TEST_F(ModesTest, ModeratedAndOutsiders) {
  EXPECT_EQ(commands(say(carol, "PRIVMSG #room :hi")), "404");
  say(alice, "MODE #room -n");
  EXPECT_TRUE(say(carol, "PRIVMSG #room :hi").empty());
  say(alice, "MODE #room +m");
  EXPECT_EQ(commands(say(carol, "PRIVMSG #room :hi")), "404");
  take(bob);
  EXPECT_EQ(commands(say(bob, "PRIVMSG #room :hi")), "404");
  say(alice, "MODE #room +v bob");
  EXPECT_EQ(commands(say(bob, "PRIVMSG #room :hi")), "MODE");
}

TEST_F(ModesTest, SecretIsHidden) {
  say(alice, "MODE #room +s");
  EXPECT_EQ(commands(say(carol, "NAMES #room")), "366");
  EXPECT_EQ(commands(say(carol, "TOPIC #room")), "403");
  EXPECT_EQ(commands(say(carol, "MODE #room")), "403");
  EXPECT_EQ(commands(say(carol, "WHO #room")), "315");
  EXPECT_FALSE(has(say(carol, "WHOIS alice"), "#room"));
  EXPECT_TRUE(has(say(alice, "NAMES #room"), "353 alice @ #room"));
}

TEST_F(ModesTest, UserModes) {
  EXPECT_EQ(say(carol, "MODE carol"), Lines{":irc.test 221 carol +"});
  EXPECT_EQ(say(carol, "MODE Carol +i"), Lines{":carol MODE carol :+i"});
  EXPECT_TRUE(say(carol, "MODE carol +i").empty());
  EXPECT_EQ(say(carol, "MODE carol"), Lines{":irc.test 221 carol +i"});
  EXPECT_TRUE(has(say(alice, "LUSERS"), "There are 2 users and 1 invisible"));
  EXPECT_EQ(commands(say(carol, "MODE carol +x-i")), "501 MODE");
  EXPECT_EQ(commands(say(carol, "MODE bob +i")), "502");
  EXPECT_EQ(commands(say(carol, "MODE nobody")), "401");
}

TEST_F(ModesTest, InvisibleMembersAreSeenOnlyByThoseWhoShareAChannel) {
  say(alice, "MODE alice +i");
  EXPECT_FALSE(has(say(carol, "NAMES #room"), "alice"));
  EXPECT_TRUE(has(say(bob, "NAMES #room"), "@alice"));
  EXPECT_FALSE(has(say(carol, "WHO *"), "alice"));
  EXPECT_TRUE(has(say(bob, "WHO *"), "alice"));
  EXPECT_FALSE(has(say(carol, "WHO #room"), "alice"));
  EXPECT_TRUE(has(say(carol, "WHO alice"), "352 carol * alice"));  // who knows the name may ask
  EXPECT_FALSE(has(say(carol, "WHOIS alice"), "319"));
}

}  // namespace
}  // namespace handfast::chat
