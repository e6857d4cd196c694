#include "harness.hpp"

namespace handfast::chat {
namespace {

class QueriesTest : public ChatTest {
 protected:
  MemberId alice = join_server("alice", "#room");
  MemberId bob = join_server("bob", "#room");

  void SetUp() override { inbox.clear(); }
};

TEST_F(QueriesTest, Whois) {
  advance(std::chrono::seconds(70));
  say(bob, "MODE bob");
  advance(std::chrono::seconds(5));
  EXPECT_EQ(say(alice, "WHOIS bob"),
            (Lines{":irc.test 311 alice bob bob 192.0.2.1 * :Real Name", ":irc.test 319 alice bob :#room",
                   ":irc.test 312 alice bob irc.test :TestNet", ":irc.test 330 alice bob bob :is logged in as",
                   ":irc.test 276 alice bob :has client certificate fingerprint " + std::string(64, 'a'),
                   ":irc.test 671 alice bob :is using a secure connection",
                   ":irc.test 317 alice bob 5 1700001000 :seconds idle, signon time",
                   ":irc.test 318 alice bob :End of WHOIS list"}));
  EXPECT_TRUE(has(say(bob, "WHOIS alice alice"), "319 bob alice :@#room"));
  EXPECT_TRUE(has(say(bob, "WHOIS irc.test alice"), "311 bob alice"));
  EXPECT_EQ(commands(say(alice, "WHOIS nobody")), "401 318");
  EXPECT_EQ(commands(say(alice, "WHOIS")), "431");
}

TEST_F(QueriesTest, WhoisIsBounded) {
  std::string list = "WHOIS bob";
  for (int i = 0; i < 90; ++i) list += ",bob";
  EXPECT_LT(say(alice, list).size(), 80U);
}

TEST_F(QueriesTest, Who) {
  EXPECT_EQ(say(bob, "WHO #room"), (Lines{":irc.test 352 bob #room alice 192.0.2.1 irc.test alice H@ :0 Real Name",
                                          ":irc.test 352 bob #room bob 192.0.2.1 irc.test bob H :0 Real Name",
                                          ":irc.test 315 bob #room :End of WHO list"}));
  EXPECT_EQ(commands(say(bob, "WHO alice")), "352 315");
  EXPECT_EQ(commands(say(bob, "WHO a*")), "352 315");
  EXPECT_EQ(commands(say(bob, "WHO")), "352 352 315");
  EXPECT_EQ(commands(say(bob, "WHO 0")), "352 352 315");
  EXPECT_EQ(commands(say(bob, "WHO * o")), "315");
  EXPECT_EQ(commands(say(bob, "WHO #none")), "315");
}

TEST_F(QueriesTest, Whox) {
  EXPECT_EQ(say(bob, "WHO alice %tcuihsnfdlaor,42")[0],
            ":irc.test 354 bob 42 * alice 192.0.2.1 192.0.2.1 irc.test alice H 0 0 alice n/a :Real Name");
  EXPECT_EQ(say(bob, "WHO #room %na")[0], ":irc.test 354 bob alice alice");
  EXPECT_EQ(say(bob, "WHO #room %tna,7")[0], ":irc.test 354 bob 7 alice alice");
  EXPECT_EQ(say(bob, "WHO #room %tfhnrua,0")[0], ":irc.test 354 bob 0 alice 192.0.2.1 alice H@ alice :Real Name");
  say(bob, "CAP REQ multi-prefix");
  say(alice, "MODE #room +v alice");
  take(bob);
  EXPECT_EQ(say(bob, "WHO #room %nf")[0], ":irc.test 354 bob alice H@+");
}

TEST_F(QueriesTest, UserhostAndIson) {
  say(bob, "AWAY :x");
  EXPECT_EQ(say(alice, "USERHOST alice nobody BOB"),
            Lines{":irc.test 302 alice :alice=+alice@192.0.2.1 bob=-bob@192.0.2.1"});
  EXPECT_EQ(say(alice, "ISON BOB nobody :alice x"), Lines{":irc.test 303 alice :bob alice"});
  EXPECT_EQ(commands(say(alice, {"USERHOST", "ISON"})), "461 461");
}

TEST_F(QueriesTest, ServerQueries) {
  EXPECT_EQ(commands(say(alice, "LUSERS")), "251 252 253 254 255 265 266");
  EXPECT_EQ(commands(say(alice, "MOTD")), "422");
  EXPECT_EQ(commands(say(alice, "VERSION")), "351 005 005");
  EXPECT_EQ(say(alice, "TIME"), Lines{":irc.test 391 alice irc.test :2023-11-14 22:30:00 UTC"});
  EXPECT_EQ(say(alice, "PING tok en"), Lines{":irc.test PONG irc.test :tok"});
  EXPECT_EQ(commands(say(alice, "PING")), "409");
  EXPECT_TRUE(say(alice, "PONG :x").empty());
}

TEST_F(QueriesTest, IsupportTellsTheTruth) {
  const std::string text = all(say(alice, "VERSION"));
  for (const char* token :
       {"NICKLEN=32", "CHANNELLEN=64", "TOPICLEN=300", "KICKLEN=200", "AWAYLEN=200", "MODES=6", "MAXLIST=b:100",
        "CHANLIMIT=#:100", "CHANMODES=b,k,l,imnst", "WHOX", "UTF8ONLY", "CASEMAPPING=ascii", "LINELEN=512"}) {
    EXPECT_NE(text.find(token), text.npos) << token;
  }
}

}  // namespace
}  // namespace handfast::chat
