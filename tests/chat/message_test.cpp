#include "chat/message.hpp"

#include <gtest/gtest.h>

#include "chat/line_reader.hpp"
#include "chat/split.hpp"

namespace handfast::chat {
namespace {

using Words = std::vector<std::string_view>;

Words params_of(const Message& message) { return {message.params().begin(), message.params().end()}; }

LineFault fault_of(std::string_view line) {
  const auto message = parse_line(line);
  EXPECT_FALSE(message) << line;
  return message ? LineFault::empty : message.error();
}

TEST(Message, AllParts) {
  const auto message = parse_line("@id=1;+x=y :nick!user@host PRIVMSG  #room   other :two words :x");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->tags, "id=1;+x=y");
  EXPECT_EQ(message->prefix, "nick!user@host");
  EXPECT_EQ(message->command, "PRIVMSG");
  EXPECT_EQ(params_of(*message), (Words{"#room", "other", "two words :x"}));
  EXPECT_EQ(message->param(7), "");
}

TEST(Message, Trailing) {
  EXPECT_EQ(params_of(*parse_line("JOIN :")), (Words{""}));
  EXPECT_EQ(params_of(*parse_line("A b:c :")), (Words{"b:c", ""}));
  EXPECT_EQ(params_of(*parse_line("A b ")), (Words{"b"}));
  EXPECT_EQ(params_of(*parse_line("  A")), Words{});
  EXPECT_EQ(params_of(*parse_line("A ::b")), (Words{":b"}));
}

TEST(Message, FifteenParameters) {
  const auto message = parse_line("X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 :17");
  ASSERT_EQ(message->size(), params_limit);
  EXPECT_EQ(message->param(14), "15 16 :17");
  EXPECT_EQ(parse_line("X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 :15 16")->param(14), "15 16");
}

TEST(Message, Faults) {
  EXPECT_EQ(fault_of(""), LineFault::empty);
  EXPECT_EQ(fault_of("   "), LineFault::empty);
  EXPECT_EQ(fault_of(":only.prefix"), LineFault::no_command);
  EXPECT_EQ(fault_of("@only=tags"), LineFault::no_command);
  EXPECT_EQ(fault_of("@a :b "), LineFault::no_command);
  EXPECT_EQ(fault_of("{} x"), LineFault::no_command);
  EXPECT_EQ(fault_of("PRIVMSG #a :\xff"), LineFault::not_utf8);
  EXPECT_EQ(fault_of(std::string_view("PRIVMSG #a :\0x", 14)), LineFault::bad_byte);
  EXPECT_EQ(fault_of("PRIVMSG #a :x\ry"), LineFault::bad_byte);
}

TEST(Message, Limits) {
  const std::string text = "PRIVMSG #a :" + std::string(line_limit - 12, 'x');
  const std::string tags = "@" + std::string(tags_limit - 2, 't') + " ";
  ASSERT_EQ(tags.size(), tags_limit);
  EXPECT_TRUE(parse_line(text));
  EXPECT_TRUE(parse_line(tags + text));
  EXPECT_EQ(fault_of(text + "x"), LineFault::too_long);
  EXPECT_EQ(fault_of("@x" + tags.substr(1) + "PING 1"), LineFault::too_long);
}

TEST(Message, Utf8) {
  for (const char* good : {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x90\xb1", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    EXPECT_TRUE(is_utf8(good));
  }
  for (const char* bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x90", "\xc3("}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  EXPECT_EQ(utf8_prefix("a\xe2\x82\xac", 3), 1U);
  EXPECT_EQ(utf8_prefix("a\xe2\x82\xac", 4), 4U);
  EXPECT_EQ(utf8_prefix("a\xf0\x9f\x90\xb1z", 4), 1U);
  EXPECT_EQ(utf8_prefix("a\xf0\x9f\x90\xb1z", 5), 5U);
}

TEST(Message, Format) {
  EXPECT_EQ(format_line("s", "001", {"nick"}, "Hello you"), ":s 001 nick :Hello you\r\n");
  EXPECT_EQ(format_line("", "PING", {}, ""), "PING :\r\n");
  EXPECT_EQ(format_line("s", "403", {"", ":x y", "a\nb"}, "a\r\nQUIT"), ":s 403 * x ab :aQUIT\r\n");
  const std::string line = format_line("s", "X", {}, std::string(505, 'x') + "\xe2\x82\xac");
  EXPECT_EQ(line.size(), 512U);
  EXPECT_TRUE(is_utf8(line));
  EXPECT_LE(format_line("s", "XY", {}, std::string(502, 'x') + "\xe2\x82\xac\xe2\x82\xac").size(), 512U);
}

TEST(SplitText, KeepsEveryByteAndCharacter) {
  const std::string words = "one two three four five six seven eight nine ten";
  std::string joined;
  for (const auto piece : split_text(words, 12)) {
    EXPECT_LE(piece.size(), 12U);
    joined += piece;
  }
  EXPECT_EQ(joined, words);
  EXPECT_EQ(split_text(words, 12)[0], "one two ");
  EXPECT_EQ(split_text("", 10).size(), 1U);
}

struct Reading {
  std::vector<std::string> lines;
  int too_long = 0;
  LineReader reader;

  void feed(std::string_view bytes) {
    reader.feed(
        bytes,
        [this](std::string_view line) {
          lines.emplace_back(line);
          return line != "STOP";
        },
        [this] {
          ++too_long;
          return true;
        });
  }
};

TEST(LineReader, AnySplit) {
  const std::string stream = "NICK a\r\nUSER b\n\r\n\nPING :1\r\npartial";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    Reading reading;
    reading.feed(stream.substr(0, cut));
    reading.feed(stream.substr(cut));
    EXPECT_EQ(reading.lines, (std::vector<std::string>{"NICK a", "USER b", "PING :1"}));
    EXPECT_EQ(reading.reader.held(), 7U);
  }
  Reading single;
  for (const char c : stream) single.feed(std::string_view(&c, 1));
  EXPECT_EQ(single.lines.size(), 3U);
}

TEST(LineReader, HoldsNoMoreThanALine) {
  Reading reading;
  for (int i = 0; i < 1000; ++i) {
    reading.feed(std::string(1000, 'x'));
    EXPECT_LE(reading.reader.held(), tags_limit + line_limit + 1);
  }
  EXPECT_EQ(reading.too_long, 0);
  reading.feed("\nPING 1\n");
  EXPECT_EQ(reading.too_long, 1);
  EXPECT_EQ(reading.lines, std::vector<std::string>{"PING 1"});
  reading.feed(std::string(20000, 'x') + "\r\nPING 2\r\n");  // in one piece as well
  EXPECT_EQ(reading.too_long, 2);
  EXPECT_EQ(reading.lines.back(), "PING 2");
}

TEST(LineReader, LongestLegalLineWhole) {
  const std::string line = "@" + std::string(tags_limit - 2, 't') + " PRIVMSG #a :" + std::string(line_limit - 12, 'x');
  Reading reading;
  reading.feed(line.substr(0, 5000));
  reading.feed(line.substr(5000) + "\r");
  reading.feed("\n");
  ASSERT_EQ(reading.lines.size(), 1U);
  EXPECT_EQ(reading.lines[0], line);
  EXPECT_EQ(reading.too_long, 0);
}

TEST(LineReader, StopsWhenTold) {
  Reading reading;
  reading.feed("A\nSTOP\nB\n");
  EXPECT_EQ(reading.lines, (std::vector<std::string>{"A", "STOP"}));
}

}  // namespace
}  // namespace handfast::chat
