#include "connection_log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace handfast::app {
namespace {

using File = std::unique_ptr<std::FILE, decltype([](std::FILE* file) { std::fclose(file); })>;

std::string logged(std::string_view text) {
  const File file(std::tmpfile());
  ConnectionLog(file.get()).note(text);
  std::string line(static_cast<size_t>(std::ftell(file.get())), '\0');
  std::rewind(file.get());
  line.resize(std::fread(line.data(), 1, line.size(), file.get()));
  return line.substr(std::min(line.find("] ") + 2, line.size()));
}

TEST(ConnectionLog, GoesOnWhenTheDiskIsFull) {
  const File full(std::fopen("/dev/full", "w"));
  ASSERT_TRUE(full);
  ConnectionLog log(full.get());
  for (const size_t size : {1, 27000}) EXPECT_NO_THROW(log.note(std::string(size, 'x')));
}

TEST(ConnectionLog, WritesOutWhatWorksOnATerminal) {
  EXPECT_EQ(logged("192.0.2.1:7 leaves: Quit: \x1b]0;owned\x07"), "192.0.2.1:7 leaves: Quit: \\x1b]0;owned\\x07\n");
  EXPECT_EQ(logged("a\nb"), "a\\x0ab\n");
}

TEST(ConnectionLog, KeepsWhatIsLegal) {
  EXPECT_EQ(logged("account [a\\b]: Gr\u00fc\u00dfe"), "account [a\\b]: Gr\u00fc\u00dfe\n");
  EXPECT_LE(logged(std::string(27000, 'x')).size(), 4097u);
}

}  // namespace
}  // namespace handfast::app
