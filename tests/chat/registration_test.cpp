#include "harness.hpp"

namespace handfast::chat {
namespace {

using RegistrationTest = ChatTest;

TEST_F(RegistrationTest, NickAndUserWelcomeInOrder) {
  const MemberId alice = connect("alice");
  EXPECT_TRUE(say(alice, "NICK alice").empty());
  const Lines lines = say(alice, "USER alice 0 * :Alice Liddell");
  EXPECT_EQ(commands(lines), "900 001 002 003 004 005 005 251 252 253 254 255 265 266 422");
  EXPECT_EQ(lines[1], ":irc.test 001 alice :Welcome to the TestNet network, alice!alice@192.0.2.1");
  EXPECT_TRUE(has(lines, "CASEMAPPING=ascii"));
  EXPECT_TRUE(has(lines, "PREFIX=(ov)@+"));
  EXPECT_TRUE(has(lines, "There are 1 users and 0 invisible"));
}

TEST_F(RegistrationTest, MessageOfTheDay) {
  ServerConfig config = quick_config();
  config.motd = {"Be kind.", ""};
  Server other(config, *this, now());
  const MemberId id = other.add(identity("alice"), now());
  other.line(id, "NICK alice", now());
  other.line(id, "USER a 0 * :A", now());
  const Lines lines = take(id);
  EXPECT_TRUE(commands(lines).ends_with("375 372 372 376")) << commands(lines);
  EXPECT_TRUE(has(lines, ":irc.test 372 alice :- Be kind."));
}

// The lines of irssi 1.4.3, in its order: a JOIN with nothing first, NICK only after CAP END.
TEST_F(RegistrationTest, Irssi) {
  const MemberId id = connect("alice");
  Lines lines = say(id, "CAP LS 302");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0],
            ":irc.test CAP * LS :account-notify away-notify cap-notify echo-message extended-join invite-notify "
            "multi-prefix sasl=EXTERNAL server-time setname standard-replies userhost-in-names");
  EXPECT_EQ(commands(say(id, "JOIN :")), "451");
  lines =
      say(id, "CAP REQ :sasl multi-prefix extended-join setname invite-notify away-notify account-notify server-time");
  EXPECT_EQ(lines[0],
            ":irc.test CAP * ACK :sasl multi-prefix extended-join setname invite-notify away-notify account-notify "
            "server-time");
  EXPECT_EQ(say(id, "AUTHENTICATE EXTERNAL"), Lines{"AUTHENTICATE +"});
  lines = say(id, "AUTHENTICATE +");
  EXPECT_EQ(commands(lines), "900 903");
  EXPECT_EQ(lines[0], ":irc.test 900 * *!alice@192.0.2.1 alice :You are now logged in as alice");
  EXPECT_TRUE(say(id, {"CAP END", "NICK alice"}).empty());
  EXPECT_TRUE(commands(say(id, "USER root root localhost :root")).starts_with("001 002 003 004 005"));
  EXPECT_TRUE(has(say(id, "MODE alice +i"), ":alice MODE alice :+i"));
  EXPECT_EQ(commands(say(id, "JOIN #room")), "JOIN 353 366");
  EXPECT_EQ(commands(say(id, "MODE #room")), "324 329");
  EXPECT_EQ(say(id, "WHO #room %tcuhnfdar,743"),
            (Lines{":irc.test 354 alice 743 #room alice 192.0.2.1 alice H@ 0 alice :root",
                   ":irc.test 315 alice #room :End of WHO list"}));
}

// WeeChat 3.8 and 4.6.3: CAP LS, NICK and USER at once.
TEST_F(RegistrationTest, WeeChat) {
  const MemberId id = connect("alice");
  Lines lines = say(id, {"CAP LS 302", "NICK alice", "USER alice 0 * :alice"});
  EXPECT_EQ(commands(lines), "CAP");
  // It asks for what both sides have.
  lines = say(id,
              "CAP REQ :account-notify away-notify cap-notify extended-join invite-notify multi-prefix sasl "
              "server-time setname userhost-in-names echo-message");
  EXPECT_EQ(commands(lines), "CAP");
  EXPECT_TRUE(has(lines, "CAP alice ACK :account-notify"));
  EXPECT_EQ(commands(say(id, {"AUTHENTICATE EXTERNAL", "AUTHENTICATE YWxpY2U="})), "AUTHENTICATE 900 903");
  EXPECT_TRUE(commands(say(id, "CAP END")).starts_with("001"));
  EXPECT_EQ(commands(say(id, "JOIN #room")), "JOIN 353 366");
  lines = say(id, "WHO #room %cuhsnfdar");
  EXPECT_EQ(lines[0], ":irc.test 354 alice #room alice 192.0.2.1 irc.test alice H@ 0 alice :alice");
}

TEST_F(RegistrationTest, CapabilitiesAreAllOrNothing) {
  const MemberId id = connect("alice");
  EXPECT_EQ(say(id, "CAP REQ :multi-prefix no-such-thing"), Lines{":irc.test CAP * NAK :multi-prefix no-such-thing"});
  EXPECT_EQ(say(id, "CAP LIST"), Lines{":irc.test CAP * LIST :"});
  EXPECT_EQ(say(id, "CAP REQ :multi-prefix server-time"), Lines{":irc.test CAP * ACK :multi-prefix server-time"});
  EXPECT_EQ(say(id, "CAP REQ :-multi-prefix"), Lines{":irc.test CAP * ACK :-multi-prefix"});
  EXPECT_EQ(say(id, "CAP LIST"), Lines{":irc.test CAP * LIST :server-time"});
  EXPECT_EQ(commands(say(id, "CAP WHAT")), "410");
  EXPECT_TRUE(has(say(id, "CAP LS"), " sasl "));  // without 302 no values
}

TEST_F(RegistrationTest, NegotiationHoldsRegistration) {
  const MemberId id = connect("alice");
  EXPECT_EQ(commands(say(id, {"CAP LS 302", "NICK alice", "USER a 0 * :a"})), "CAP");
  EXPECT_TRUE(commands(say(id, "CAP END")).starts_with("900 001"));
  EXPECT_EQ(commands(say(id, "CAP LS 302")), "CAP");
  EXPECT_EQ(commands(say(id, "VERSION")).substr(0, 3), "351");  // asking later holds nothing
}

TEST_F(RegistrationTest, SaslFailures) {
  const MemberId id = connect("alice");
  EXPECT_EQ(commands(say(id, "AUTHENTICATE PLAIN")), "908 904");
  EXPECT_EQ(commands(say(id, "AUTHENTICATE *")), "906");
  const Lines other = say(id, {"AUTHENTICATE EXTERNAL", "AUTHENTICATE Ym9i"});  // bob
  EXPECT_EQ(commands(other), "AUTHENTICATE 904");
  EXPECT_TRUE(has(other, "your certificate is that of account alice"));
  EXPECT_EQ(commands(say(id, {"AUTHENTICATE EXTERNAL", "AUTHENTICATE ???"})), "AUTHENTICATE 904");
  EXPECT_EQ(commands(say(id, "AUTHENTICATE " + std::string(401, 'A'))), "905");
  EXPECT_EQ(commands(say(id, {"AUTHENTICATE EXTERNAL", "AUTHENTICATE +"})), "AUTHENTICATE 900 903");
  EXPECT_EQ(commands(say(id, "AUTHENTICATE EXTERNAL")), "907");
}

TEST_F(RegistrationTest, BeforeItOnlyItsOwnCommands) {
  const MemberId id = connect("alice");
  for (const char* line : {"JOIN #room", "PRIVMSG bob :hi", "WHOIS alice", "LIST", "NOSUCH"}) {
    EXPECT_EQ(commands(say(id, line)), "451") << line;
  }
  EXPECT_TRUE(say(id, "NOTICE bob :hi").empty());
  EXPECT_EQ(say(id, "PING :123"), Lines{":irc.test PONG irc.test :123"});
  EXPECT_EQ(commands(say(id, "PASS")), "461");
  EXPECT_TRUE(say(id, "PASS secret").empty());
  EXPECT_EQ(commands(say(id, "USER a 0 *")), "461");
}

TEST_F(RegistrationTest, AfterItNotAgain) {
  const MemberId id = join_server("alice");
  EXPECT_EQ(commands(say(id, "USER a 0 * :a")), "462");
  EXPECT_EQ(commands(say(id, "PASS x")), "462");
}

TEST_F(RegistrationTest, NickErrors) {
  join_server("bob");
  const MemberId id = connect("alice");
  EXPECT_EQ(commands(say(id, "NICK")), "431");
  EXPECT_EQ(commands(say(id, "NICK :")), "431");
  for (const char* nick :
       {"1abc", "-x", "a b", "häns", "a!b", "a@b", "#a", "a,b", "a*", "abcdefghijklmnopqrstuvwxyzabcdefg"}) {
    EXPECT_EQ(commands(say(id, std::string("NICK :") + nick)), "432") << nick;
  }
  EXPECT_EQ(commands(say(id, "NICK BOB")), "433");
  EXPECT_TRUE(say(id, "NICK [a]\\`_^{|}-9").empty());
}

TEST_F(RegistrationTest, NoNickLikeTheAccountOfAnother) {
  const MemberId bob = join_server("bob");
  say(bob, "NICK robert");  // the name bob is not in use, but it is bob's
  const MemberId alice = join_server("alice");
  EXPECT_TRUE(has(say(alice, "NICK Bob"), "433 alice Bob :Nickname is the account of another member"));
  EXPECT_EQ(say(bob, "NICK bob"), Lines{":robert!bob@192.0.2.1 NICK :bob"});
}

TEST_F(RegistrationTest, AnAccountGetsItsNickBackFromAStranger) {
  const MemberId mallory = join_server("mallory", "#room");
  const MemberId alice = join_server("alice", "#room");
  say(mallory, "NICK bob");
  take(alice);
  const MemberId bob = connect("bob");
  const Lines lines = take(mallory);
  EXPECT_EQ(commands(lines), "NOTICE NICK");
  EXPECT_EQ(lines[1], ":bob!mallory@192.0.2.1 NICK :mallory");
  EXPECT_EQ(take(alice), Lines{":bob!mallory@192.0.2.1 NICK :mallory"});
  EXPECT_TRUE(commands(say(bob, {"NICK bob", "USER b 0 * :b"})).starts_with("900 001"));
}

TEST_F(RegistrationTest, SeveralDevicesOfOneAccount) {
  join_server("alice");
  const MemberId second = connect("alice");
  EXPECT_EQ(commands(say(second, {"NICK alice", "USER a 0 * :a"})), "433");
  const Lines lines = say(second, "NICK alice_");
  EXPECT_TRUE(has(lines, "alice_!alice@192.0.2.1"));
  EXPECT_TRUE(has(say(second, "WHOIS alice_"), "330 alice_ alice_ alice :is logged in as"));
}

TEST_F(RegistrationTest, NickChangeIsTold) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  EXPECT_EQ(say(alice, "NICK al"), Lines{":alice!alice@192.0.2.1 NICK :al"});
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 NICK :al"});
  EXPECT_EQ(say(alice, "NICK AL"), Lines{":al!alice@192.0.2.1 NICK :AL"});  // only the case
  EXPECT_TRUE(say(alice, "NICK AL").empty());
  take(bob);
  EXPECT_EQ(commands(say(bob, "WHOIS alice")), "401 318");
}

TEST_F(RegistrationTest, Quit) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  EXPECT_EQ(say(alice, "QUIT :good night"), Lines{"ERROR :Closing Link: 192.0.2.1 (Quit: good night)"});
  EXPECT_EQ(closed[alice], "Quit: good night");
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 QUIT :Quit: good night"});
  EXPECT_TRUE(say(alice, "PRIVMSG #room :ghost").empty());
  EXPECT_EQ(server.member_count(), 1U);
}

TEST_F(RegistrationTest, Drop) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  server.drop(alice, "Connection reset", now());
  server.drop(alice, "again", now());
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 QUIT :Connection reset"});
  EXPECT_FALSE(closed.contains(alice));
  EXPECT_EQ(commands(say(bob, "WHOWAS alice")), "314 312 369");
  EXPECT_EQ(commands(say(bob, "WHOWAS nobody")), "406 369");
  EXPECT_EQ(commands(say(bob, "WHOWAS")), "431");
}

TEST_F(RegistrationTest, CloseAll) {
  const MemberId alice = join_server("alice", "#room");
  const MemberId bob = join_server("bob", "#room");
  server.close_all("Server is stopping", now());
  EXPECT_EQ(server.member_count(), 0U);
  EXPECT_EQ(server.channel_count(), 0U);
  EXPECT_EQ(closed[alice], "Server is stopping");
  EXPECT_TRUE(has(take(bob), "ERROR :Closing Link: 192.0.2.1 (Server is stopping)"));
  EXPECT_FALSE(server.next_wake());
}

}  // namespace
}  // namespace handfast::chat
