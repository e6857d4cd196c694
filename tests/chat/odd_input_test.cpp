// What clients and servers say that is rarely said.
#include "chat/client.hpp"
#include "harness.hpp"

namespace handfast::chat {
namespace {

class OddClientInput : public testing::Test, public ClientOutput {
 protected:
  using Lines = std::vector<std::string>;

  void send(std::string_view line) override { sent.emplace_back(line.substr(0, line.size() - 2)); }
  void show(std::string_view text) override { shown.emplace_back(text); }

  void welcome() {
    client.start();
    client.receive(":irc.test 001 alice :Welcome\r\n");
    EXPECT_TRUE(client.registered());
    sent.clear();
  }
  Lines sends(std::string_view typed) {
    sent.clear();
    client.input(typed);
    std::erase(sent, "PING :confirm");
    return sent;
  }
  Lines shows(std::string_view line) {
    shown.clear();
    client.receive(std::string(line) + "\r\n");
    return shown;
  }

  Client client{ClientConfig{"alice", "Alice", {"no room"}, false}, *this};
  Lines sent, shown;
};

TEST_F(OddClientInput, RoomsThatCannotBeAreNotJoined) {
  EXPECT_FALSE(client.registered());
  welcome();
  EXPECT_EQ(sent, Lines{});
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_NE(shown[0].find("no room: no legal room name"), std::string::npos) << shown[0];
}

TEST_F(OddClientInput, CommandsWithoutARoom) {
  welcome();
  EXPECT_EQ(sends("/list"), Lines{"LIST"});
  EXPECT_EQ(sends("/away at lunch"), Lines{"AWAY :at lunch"});
  EXPECT_EQ(sends("/away"), Lines{"AWAY"});
}

TEST_F(OddClientInput, LinesThatAreTooLongAreNotSent) {
  welcome();
  EXPECT_EQ(sends("/raw " + std::string(511, 'x')), Lines{});
  EXPECT_NE(shown.back().find("Not sent: 511 bytes"), std::string::npos) << shown.back();
}

TEST_F(OddClientInput, LinesThatAreTooLongAreLeftOut) {
  welcome();
  const auto said = shows(":irc.test NOTICE alice :" + std::string(20'000, 'x'));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("The server sent a line that is too long: left out"), std::string::npos) << said[0];
  EXPECT_EQ(shows(":irc.test NOTICE alice :hello").size(), 1u);
}

TEST_F(OddClientInput, RepliesAreShown) {
  welcome();
  EXPECT_EQ(shows(":irc.test 322 alice #room 3 :what it is about"), Lines{"* #room (3): what it is about"});
  const auto failed = shows(":irc.test FAIL * INVALID_UTF8 :Line refused");
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_NE(failed[0].find("Line refused"), std::string::npos);
}

using OddServerInput = ChatTest;

TEST_F(OddServerInput, LongLinesAreRefusedAndNotCut) {
  const auto alice = join_server("alice", "#room");
  const auto answer = say(alice, "PRIVMSG #room :" + std::string(600, 'x'));
  ASSERT_EQ(commands(answer), "417") << all(answer);
  EXPECT_TRUE(has(answer, "Line refused: more than 512 bytes")) << all(answer);
}

TEST_F(OddServerInput, NamesTakesOneChannel) {
  const auto alice = join_server("alice", "#room");
  const auto answer = say(alice, "NAMES #room,#other");
  EXPECT_EQ(commands(answer), "353 366 407") << all(answer);
}

TEST(ChatClock, GoesForward) {
  const auto first = Instant::read(), second = Instant::read();
  EXPECT_LE(first.steady, second.steady);
}

}  // namespace
}  // namespace handfast::chat
