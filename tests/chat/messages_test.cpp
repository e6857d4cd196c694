#include "chat/utf8.hpp"
#include "harness.hpp"

namespace handfast::chat {
namespace {

class MessagesTest : public ChatTest {
 protected:
  MemberId alice = join_server("alice", "#room");
  MemberId bob = join_server("bob", "#room");
  MemberId carol = join_server("carol");

  void SetUp() override { inbox.clear(); }
};

TEST_F(MessagesTest, ToChannelAndNick) {
  EXPECT_TRUE(say(alice, "PRIVMSG #ROOM :hi there").empty());
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 PRIVMSG #room :hi there"});
  EXPECT_TRUE(take(carol).empty());
  say(alice, "PRIVMSG CAROL hi");
  EXPECT_EQ(take(carol), Lines{":alice!alice@192.0.2.1 PRIVMSG carol :hi"});
  say(alice, "NOTICE carol :note");
  EXPECT_EQ(take(carol), Lines{":alice!alice@192.0.2.1 NOTICE carol :note"});
  say(alice, "@+typing=active :mallory PRIVMSG carol :tags and prefix are ours to set");
  EXPECT_EQ(take(carol), Lines{":alice!alice@192.0.2.1 PRIVMSG carol :tags and prefix are ours to set"});
}

TEST_F(MessagesTest, Errors) {
  EXPECT_EQ(commands(say(alice, "PRIVMSG")), "411");
  EXPECT_EQ(commands(say(alice, "PRIVMSG bob")), "412");
  EXPECT_EQ(commands(say(alice, "PRIVMSG bob :")), "412");
  EXPECT_EQ(commands(say(alice, "PRIVMSG nobody :hi")), "401");
  EXPECT_EQ(commands(say(alice, "PRIVMSG #none :hi")), "403");
  EXPECT_EQ(commands(say(carol, "PRIVMSG #room :hi")), "404");
  EXPECT_EQ(commands(say(alice, "PRIVMSG bob,bob,bob,bob,bob :hi")), "407");
  EXPECT_EQ(take(bob).size(), 4U);
}

TEST_F(MessagesTest, NoticeIsNeverAnswered) {
  for (const char* line : {"NOTICE", "NOTICE bob", "NOTICE nobody :hi", "NOTICE #none :hi", "NOTICE a,b,c,d,e :hi"}) {
    EXPECT_TRUE(say(alice, line).empty()) << line;
  }
  EXPECT_TRUE(say(carol, "NOTICE #room :hi").empty());
}

TEST_F(MessagesTest, Away) {
  say(carol, "AWAY :lunch");
  EXPECT_EQ(say(alice, "PRIVMSG carol :hi"), Lines{":irc.test 301 alice carol :lunch"});
  EXPECT_TRUE(say(alice, "NOTICE carol :hi").empty());
  EXPECT_TRUE(has(say(alice, "WHOIS carol"), "301 alice carol :lunch"));
  EXPECT_TRUE(has(say(alice, "WHO carol"), " G :0 Real Name"));
}

TEST_F(MessagesTest, ServerTimeAndEcho) {
  say(alice, "CAP REQ :server-time echo-message");
  elapsed = std::chrono::milliseconds(1'234);
  EXPECT_EQ(say(alice, "PRIVMSG #room :hi"),
            Lines{"@time=2023-11-14T22:13:21.234Z :alice!alice@192.0.2.1 PRIVMSG #room :hi"});
  EXPECT_EQ(take(bob), Lines{":alice!alice@192.0.2.1 PRIVMSG #room :hi"});
  EXPECT_EQ(say(alice, "PRIVMSG alice :me").size(), 2U);  // received, and echoed
  EXPECT_EQ(commands(say(alice, "PRIVMSG nobody :hi")), "401");
}

TEST_F(MessagesTest, NothingLegalIsLost) {
  std::string text;
  while (text.size() + 3 <= 510 - std::string("PRIVMSG #room :").size()) text += "\xe2\x82\xac";
  EXPECT_TRUE(say(alice, "PRIVMSG #room :" + text).empty());
  std::string joined;
  for (const auto& line : take(bob)) {
    EXPECT_TRUE(is_utf8(line));
    joined += line.substr(line.find(" :") + 2);
  }
  EXPECT_EQ(joined, text);
}

TEST_F(MessagesTest, LongActionStaysAnAction) {
  const std::string text(480, 'x');
  EXPECT_TRUE(say(alice,
                  "PRIVMSG #room :\x01"
                  "ACTION " +
                      text + "\x01")
                  .empty());
  const Lines lines = take(bob);
  ASSERT_EQ(lines.size(), 2U);
  std::size_t carried = 0;
  for (const auto& line : lines) {
    const std::string piece = line.substr(line.find(" :") + 2);
    EXPECT_TRUE(piece.starts_with("\x01"
                                  "ACTION x") &&
                piece.ends_with("x\x01"));
    carried += static_cast<std::size_t>(std::ranges::count(piece, 'x'));
  }
  EXPECT_EQ(carried, 480U);
  EXPECT_EQ(commands(say(alice,
                         "PRIVMSG #room :\x01"
                         "VERSION " +
                             text + "\x01")),
            "417");
}

TEST_F(MessagesTest, TooLongLines) {
  const std::string line = "PRIVMSG #room :" + std::string(500, 'x');
  const Lines lines = say(alice, line);
  EXPECT_EQ(commands(lines), "417");
  EXPECT_TRUE(has(lines, "more than 512 bytes"));
  EXPECT_TRUE(take(bob).empty());
  server.receive(alice, line + "\r\nPRIVMSG #room :short\r\n" + std::string(20000, 'y') + "\n", now());
  EXPECT_EQ(commands(take(alice)), "417 417");
  EXPECT_EQ(take(bob).size(), 1U);
  server.receive(alice, "@" + std::string(8189, 't') + " PRIVMSG #room :" + std::string(495, 'x') + "\r\n", now());
  EXPECT_TRUE(take(alice).empty());  // tags and line at their limits
  EXPECT_EQ(take(bob).size(), 2U);
}

TEST_F(MessagesTest, NotUtf8) {
  Lines lines = say(alice, "PRIVMSG #room :caf\xe9");
  EXPECT_EQ(lines, Lines{":irc.test NOTICE alice :*: Line refused: it is not UTF-8. Set your client to UTF-8."});
  say(alice, "CAP REQ standard-replies");
  lines = say(alice, "PRIVMSG #room :caf\xe9");
  EXPECT_EQ(lines, Lines{":irc.test FAIL * INVALID_UTF8 :Line refused: it is not UTF-8. Set your client to UTF-8."});
  EXPECT_TRUE(take(bob).empty());
  EXPECT_EQ(commands(say(alice, std::string_view("PRIVMSG #room :a\0b", 18))), "FAIL");
}

TEST_F(MessagesTest, UnknownCommands) {
  EXPECT_EQ(say(alice, "nosuch x"), Lines{":irc.test 421 alice NOSUCH :Unknown command"});
  EXPECT_EQ(commands(say(alice, ":prefix.only")), "421");
  EXPECT_TRUE(say(alice, "   ").empty());
  EXPECT_EQ(commands(say(alice, {"OPER root x", "KILL bob x", "REHASH", "WALLOPS :x"})), "491 481 481 481");
}

}  // namespace
}  // namespace handfast::chat
