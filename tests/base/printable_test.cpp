#include <base/printable.hpp>

#include <gtest/gtest.h>

namespace handfast {
namespace {

TEST(PrintableText, LeavesReadableTextAlone) {
  EXPECT_EQ(printable_text("CN=alice, O=Caf\u00e9 \u65e5\u672c"), "CN=alice, O=Caf\u00e9 \u65e5\u672c");
}

TEST(PrintableText, WritesOutWhatSteersATerminal) {
  EXPECT_EQ(printable_text("a\x1b[31mb\r\n\x7f"), "a\\x1b[31mb\\x0d\\x0a\\x7f");
  EXPECT_EQ(printable_text(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(printable_text("\u009b31m"), "\\x9b31m");  // CSI as one C1 character
  EXPECT_EQ(printable_text("a\\b"), "a\\\\b");
}

TEST(PrintableText, WritesOutWhatMisleads) {
  EXPECT_EQ(printable_text("a\u202eb\u200bc\ufeff"), "a\\u{202e}b\\u{200b}c\\u{feff}");
}

TEST(PrintableText, WritesOutInvalidUtf8) {
  EXPECT_EQ(printable_text("\xc0\x80\xff\xe2\x82"), "\\xc0\\x80\\xff\\xe2\\x82");
  EXPECT_EQ(printable_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(printable_text("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
}

TEST(PrintableText, AsciiOnlyWhenAsked) { EXPECT_EQ(printable_text("Caf\u00e9", true), "Caf\\u{e9}"); }

TEST(PrintableLine, KeepsBackslashes) { EXPECT_EQ(printable_line("C:\\x \x1b]0;x\x07"), "C:\\x \\x1b]0;x\\x07"); }

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(shortened("ab\u00e9efgh", 6), "ab...");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("\u65e5\u672c"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(Wrapped, AtSpacesThenJointsThenAnywhere) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrapped("one two three", 8), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("TLS_ECDHE_RSA", 11), (Lines{"TLS_ECDHE_", "RSA"}));
  EXPECT_EQ(wrapped("abcdefgh", 3), (Lines{"abc", "def", "gh"}));
  EXPECT_EQ(wrapped("\u65e5\u672c", 1), (Lines{"\u65e5", "\u672c"}));
  EXPECT_EQ(wrapped("", 5), (Lines{""}));
}

}  // namespace
}  // namespace handfast
