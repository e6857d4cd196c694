#include "chat/client.hpp"

#include <memory>

#include "chat/utf8.hpp"
#include "harness.hpp"

namespace handfast::chat {
namespace {

/// A client alone: what it sends, what it shows.
class ClientTest : public testing::Test, public ClientOutput {
 protected:
  using Lines = std::vector<std::string>;

  void send(std::string_view line) override {
    EXPECT_TRUE(line.ends_with("\r\n"));
    EXPECT_LE(line.size(), 512U);
    sent.emplace_back(line.substr(0, line.size() - 2));
  }
  void show(std::string_view text) override { shown.emplace_back(text); }

  Lines sends() { return std::exchange(sent, {}); }
  Lines shows() { return std::exchange(shown, {}); }

  Lines server(std::initializer_list<std::string_view> lines) {
    for (const std::string_view line : lines) client->receive(std::string(line) + "\r\n");
    return shows();
  }
  Lines server(std::string_view line) { return server({line}); }
  Lines type(std::string_view text) {
    client->input(text);
    std::erase(sent, "PING :confirm");
    return sends();
  }

  void start(std::vector<std::string> rooms = {"#room"}, bool echo = false) {
    client = std::make_unique<Client>(ClientConfig{"alice", "Alice", std::move(rooms), echo}, *this);
    client->start();
  }

  /// Registered and in #room.
  void enter(bool echo = false) {
    start({"#room"}, echo);
    server({"CAP * LS :multi-prefix", ":irc.test 001 alice :Welcome to TestNet, alice",
            ":alice!alice@192.0.2.1 JOIN #room"});
    sends();
    shows();
  }

  std::unique_ptr<Client> client;
  Lines sent;
  Lines shown;
};

TEST_F(ClientTest, RegistersWithSasl) {
  start();
  EXPECT_EQ(sends(), (Lines{"CAP LS 302", "NICK alice", "USER alice 0 * :Alice"}));
  server({":irc.test CAP * LS * :batch", ":irc.test CAP * LS :sasl=EXTERNAL server-time"});
  EXPECT_EQ(sends(), Lines{"CAP REQ :sasl"});
  server(":irc.test CAP * ACK :sasl");
  EXPECT_EQ(sends(), Lines{"AUTHENTICATE EXTERNAL"});
  server("AUTHENTICATE +");
  EXPECT_EQ(sends(), Lines{"AUTHENTICATE +"});
  server({":irc.test 900 * *!alice@h alice :You are now logged in as alice", ":irc.test 903 * :ok"});
  EXPECT_EQ(sends(), Lines{"CAP END"});
  EXPECT_FALSE(client->ready());
  EXPECT_EQ(server(":irc.test 001 alice :Welcome"), Lines{"* Welcome"});
  EXPECT_EQ(sends(), Lines{"JOIN #room"});
  EXPECT_EQ(server(":alice!alice@192.0.2.1 JOIN #room"), Lines{"* you joined #room"});
  EXPECT_TRUE(client->ready());
  EXPECT_EQ(client->current_room(), "#room");
}

TEST_F(ClientTest, RegistersWithoutSasl) {
  start();
  sends();
  server(":irc.test CAP * LS :multi-prefix");
  EXPECT_EQ(sends(), Lines{"CAP END"});
  EXPECT_EQ(server(":irc.test 904 * :SASL failed"), Lines{"! SASL failed"});
  EXPECT_TRUE(sends().empty());
}

TEST_F(ClientTest, NickInUse) {
  start();
  sends();
  EXPECT_EQ(server(":irc.test 433 * alice :Nickname is already in use"),
            Lines{"! alice: Nickname is already in use: trying alice_"});
  EXPECT_EQ(sends(), Lines{"NICK alice_"});
  server(":irc.test 001 alice_ :Welcome");
  EXPECT_EQ(client->nick(), "alice_");
}

TEST_F(ClientTest, NicksDoNotGrowForever) {
  start();
  for (int i = 0; i < 100 && !client->left(); ++i) server(":irc.test 433 * x :in use");
  EXPECT_EQ(sends().back(), "QUIT");
}

TEST_F(ClientTest, InputBeforeTheRoomsWaits) {
  start({"#room", "#closed"});
  sends();
  EXPECT_TRUE(type("hello").empty());
  server({":irc.test 001 alice :Welcome", ":alice!alice@192.0.2.1 JOIN #room"});
  EXPECT_EQ(sends(), (Lines{"JOIN #room", "JOIN #closed"}));
  EXPECT_EQ(server(":irc.test 473 alice #closed :Cannot join"), Lines{"! #closed: Cannot join"});
  EXPECT_EQ(sends(), Lines{"PRIVMSG #room :hello"});
}

TEST_F(ClientTest, LeaveComesAfterWaitingInput) {
  start();
  sends();
  client->input("hello");
  client->leave("bye bye");
  client->input("too late");
  server({":irc.test 001 alice :Welcome", ":alice!alice@192.0.2.1 JOIN #room"});
  EXPECT_EQ(sends(), (Lines{"JOIN #room", "PRIVMSG #room :hello", "QUIT :bye bye"}));
  EXPECT_TRUE(server("ERROR :Closing Link: 192.0.2.1 (Quit: bye bye)").empty());
  EXPECT_TRUE(client->ended());
}

TEST_F(ClientTest, PacesItself) {
  enter();
  for (int i = 0; i < 100; ++i) client->input("line " + std::to_string(i));
  Lines lines = sends();
  EXPECT_EQ(lines.size(), 17U);  // 16 and a PING
  EXPECT_EQ(lines[8], "PING :confirm");
  EXPECT_FALSE(client->wants_input());
  std::size_t said = 16;
  for (int round = 0; round < 20 && said < 100; ++round) {
    server(":irc.test PONG irc.test :confirm");
    for (const auto& line : sends()) said += line.starts_with("PRIVMSG") ? 1 : 0;
  }
  EXPECT_EQ(said, 100U);
  EXPECT_TRUE(client->wants_input());
}

TEST_F(ClientTest, AnswersPing) {
  enter();
  EXPECT_TRUE(server("PING :irc.test").empty());
  EXPECT_EQ(sends(), Lines{"PONG :irc.test"});
}

TEST_F(ClientTest, ShowsWhatPeopleSay) {
  enter();
  EXPECT_EQ(server(":bob!bob@h PRIVMSG #room :hi"), Lines{"<bob> hi"});
  EXPECT_EQ(server("@time=2026-01-01T00:00:00.000Z :bob!bob@h PRIVMSG #other :hi"), Lines{"[#other] <bob> hi"});
  EXPECT_EQ(server(":bob!bob@h PRIVMSG alice :psst"), Lines{"[private] <bob> psst"});
  EXPECT_EQ(server(":bob!bob@h PRIVMSG #room :\x01"
                   "ACTION waves\x01"),
            Lines{"* bob waves"});
  EXPECT_EQ(server(":bob!bob@h NOTICE #room :note"), Lines{"-bob- note"});
  EXPECT_EQ(server(":irc.test NOTICE alice :maintenance"), Lines{"-irc.test- maintenance"});
  EXPECT_TRUE(server(":bob!bob@h PRIVMSG alice :\x01VERSION\x01").empty());
}

TEST_F(ClientTest, ShowsEvents) {
  enter();
  EXPECT_EQ(server(":bob!bob@h JOIN #room"), Lines{"* bob joined #room"});
  EXPECT_EQ(server(":bob!bob@h PART #room :later"), Lines{"* bob left #room (later)"});
  EXPECT_EQ(server(":bob!bob@h QUIT :Quit: bye"), Lines{"* bob left the chat (Quit: bye)"});
  EXPECT_EQ(server(":bob!bob@h NICK :rob"), Lines{"* bob is now called rob"});
  EXPECT_EQ(server(":bob!bob@h TOPIC #room :news"), Lines{"* bob set the topic of #room: news"});
  EXPECT_EQ(server(":bob!bob@h TOPIC #room :"), Lines{"* bob took away the topic of #room"});
  EXPECT_EQ(server(":bob!bob@h KICK #room carol :rude"), Lines{"* carol was put out of #room by bob (rude)"});
  EXPECT_EQ(server(":bob!bob@h INVITE alice #den"), Lines{"* bob invites you to #den: /join #den"});
  EXPECT_EQ(server(":bob!bob@h MODE #room +o carol"), Lines{"* bob set +o carol on #room"});
  EXPECT_EQ(server(":alice!alice@h NICK al"), Lines{"* you are now called al"});
  EXPECT_EQ(client->nick(), "al");
  EXPECT_EQ(server(":bob!bob@h KICK #room al :rude"), Lines{"* you were put out of #room by bob (rude)"});
  EXPECT_EQ(client->current_room(), "");
}

TEST_F(ClientTest, ShowsAnswers) {
  enter();
  EXPECT_EQ(server(":s 332 alice #room :news"), Lines{"* topic of #room: news"});
  EXPECT_EQ(server({":s 353 alice = #room :@alice", ":s 353 alice = #room :bob", ":s 366 alice #room :End"}),
            Lines{"* in #room: @alice bob"});
  EXPECT_EQ(server(":s 401 alice nobody :No such nick or channel"), Lines{"! nobody: No such nick or channel"});
  EXPECT_EQ(server(":s 412 alice :No text to send"), Lines{"! No text to send"});
  EXPECT_EQ(server(":s 311 alice bob bob h * :Bob"), Lines{"* bob is bob@h (Bob)"});
  EXPECT_EQ(server(":s 276 alice bob :has client certificate fingerprint ab"),
            Lines{"* bob has client certificate fingerprint ab"});
  EXPECT_EQ(server(":s 671 alice bob :is using a secure connection"), Lines{"* bob is using a secure connection"});
  EXPECT_EQ(server(":s 352 alice #room bob h s bob H :0 Bob"), Lines{"* bob is bob@h Bob"});
  EXPECT_EQ(server("ERROR :Closing Link: h (Excess Flood)"),
            Lines{"! The server ends the connection: Closing Link: h (Excess Flood)"});
}

TEST_F(ClientTest, NothingReachesTheTerminalThatWorksThere) {
  enter();
  EXPECT_EQ(server(":bob!bob@h PRIVMSG #room :\x1b[2J\x07 \x02"
                   "bold\x0f \x03"
                   "04,12red \xc2\x9b \xe2\x80\xae"
                   "x"),
            Lines{"<bob> \\x1b[2J\\x07 bold red \\x9b \\u{202e}x"});
  // Nor what hides in a nick or a text: U+200B, U+061C, U+FEFF, a tag character.
  EXPECT_EQ(server(":bob\xe2\x80\x8b!bob@h PRIVMSG #room :a\xd8\x9c\xef\xbb\xbf\xf3\xa0\x81\x81 C:\\x"),
            Lines{"<bob\\u{200b}> a\\u{61c}\\u{feff}\\u{e0041} C:\\x"});
}

TEST_F(ClientTest, CommandsBecomeLines) {
  enter();
  EXPECT_EQ(type("hello"), Lines{"PRIVMSG #room :hello"});
  EXPECT_EQ(type("//not a command"), Lines{"PRIVMSG #room :/not a command"});
  EXPECT_EQ(type("/msg bob hi there"), Lines{"PRIVMSG bob :hi there"});
  EXPECT_EQ(type("/me waves"), Lines{"PRIVMSG #room :\x01"
                                     "ACTION waves\x01"});
  EXPECT_EQ(type("/nick al"), Lines{"NICK al"});
  EXPECT_EQ(type("/names"), Lines{"NAMES #room"});
  EXPECT_EQ(type("/topic"), Lines{"TOPIC #room"});
  EXPECT_EQ(type("/topic all the news"), Lines{"TOPIC #room :all the news"});
  EXPECT_EQ(sends(), Lines{});
}

TEST_F(ClientTest, MoreCommandsBecomeLines) {
  enter();
  EXPECT_EQ(type("/WHO"), Lines{"WHO #room"});
  EXPECT_EQ(type("/whois bob"), Lines{"WHOIS bob"});
  EXPECT_EQ(type("/join #den secret"), Lines{"JOIN #den secret"});
  EXPECT_EQ(type("/part"), Lines{"PART #room"});
  EXPECT_EQ(type("/part #den so long"), Lines{"PART #den :so long"});
  EXPECT_EQ(type("/raw MODE #room +t"), Lines{"MODE #room +t"});
  EXPECT_EQ(type("/quit see you"), Lines{"QUIT :see you"});
  EXPECT_TRUE(client->left());
}

TEST_F(ClientTest, RoomsAreKeptTrackOf) {
  enter();
  server(":alice!alice@h JOIN #den");
  EXPECT_EQ(client->current_room(), "#den");
  type("/join #ROOM");
  EXPECT_EQ(shows(), Lines{"* you now talk in #room"});
  EXPECT_EQ(type("hi"), Lines{"PRIVMSG #room :hi"});
  server(":alice!alice@h PART #room");
  EXPECT_EQ(client->current_room(), "#den");
}

TEST_F(ClientTest, InputErrorsAreClear) {
  enter();
  for (const char* line :
       {"/nosuch", "/join", "/join room", "/msg bob", "/msg", "/nick 1x", "/whois", "/me", "bad\xff"}) {
    EXPECT_TRUE(type(line).empty()) << line;
    const Lines lines = shows();
    ASSERT_EQ(lines.size(), 1U) << line;
    EXPECT_TRUE(lines[0].starts_with("! ")) << lines[0];
  }
  server(":alice!alice@h PART #room");
  EXPECT_TRUE(type("hello").empty());
  EXPECT_EQ(shows(), Lines{"! Not sent: you are in no room. /join #room first."});
  EXPECT_TRUE(type("").empty());
  type("/help");
  EXPECT_GT(shows().size(), 10U);
}

TEST_F(ClientTest, LongTextIsSplitSoThatTheRelayedLineFits) {
  enter();
  std::string text;
  for (int i = 0; i < 400; ++i) text += "\xe2\x82\xac";  // €
  std::string joined;
  for (const auto& line : type(text)) {
    const std::string start = "PRIVMSG #room :";
    ASSERT_TRUE(line.starts_with(start));
    EXPECT_LE(line.size() + std::string(":alice!alice@192.0.2.1 ").size() + 2, 512U);
    EXPECT_TRUE(is_utf8(line));
    joined += line.substr(start.size());
  }
  EXPECT_EQ(joined, text);
}

TEST_F(ClientTest, Echo) {
  enter(true);
  type("hi");
  type("/msg bob psst");
  type("/me waves");
  EXPECT_EQ(shows(), (Lines{"<alice> hi", "[to bob] <alice> psst", "* alice waves"}));
}

TEST_F(ClientTest, LostConnection) {
  enter();
  client->closed("end of stream");
  EXPECT_EQ(shows(), Lines{"! Connection lost: end of stream"});
  EXPECT_TRUE(client->ended());
}

}  // namespace

/// Two clients and a server, joined by their lines.
class ConversationTest : public ChatTest {
 protected:
  struct End : ClientOutput {
    End(ConversationTest& test, std::string nick)
        : owner(test), client({nick, "", {"#room"}, true}, *this), id(test.connect(nick)) {}
    void send(std::string_view line) override { owner.to_server.emplace_back(id, line); }
    void show(std::string_view text) override { shown.emplace_back(text); }
    ConversationTest& owner;
    Client client;
    MemberId id;
    Lines shown;
  };

  /// Carries bytes until nothing moves.
  void run() {
    while (!to_server.empty() || !inbox.empty()) {
      for (const auto& [id, bytes] : std::exchange(to_server, {})) server.receive(id, bytes, now());
      for (const auto& [id, lines] : std::exchange(inbox, {})) {
        for (const auto& line : lines) (id == alice.id ? alice : bob).client.receive(line + "\r\n");
      }
    }
  }

  std::vector<std::pair<MemberId, std::string>> to_server;
  End alice{*this, "alice"};
  End bob{*this, "bob"};
};

TEST_F(ConversationTest, TwoMembersTalk) {
  alice.client.start();
  run();
  bob.client.start();
  bob.client.input("hello from bob");
  run();
  alice.client.input("hello from alice");
  bob.client.input("/whois alice");
  alice.client.input("/quit bye");
  run();
  EXPECT_TRUE(has(alice.shown, "* bob joined #room"));
  EXPECT_TRUE(has(alice.shown, "<bob> hello from bob"));
  EXPECT_TRUE(has(bob.shown, "<alice> hello from alice"));
  EXPECT_TRUE(has(bob.shown, "* alice has client certificate fingerprint " + std::string(64, 'a')));
  EXPECT_TRUE(has(bob.shown, "* alice left the chat (Quit: bye)"));
  EXPECT_TRUE(alice.client.ended());
  EXPECT_EQ(server.member_count(), 1U);
}

}  // namespace handfast::chat
