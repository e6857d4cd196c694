#include <trace/keylog.hpp>

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace handfast::trace {
namespace {

class KeyLogFileTest : public testing::Test {
 protected:
  KeyLogFileTest() {
    std::string pattern = testing::TempDir() + "keylog-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~KeyLogFileTest() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> lines_of(const std::string& file) {
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  std::string folder_;
};

TEST_F(KeyLogFileTest, AppendsLinesThatOthersMayNotRead) {
  const auto file = folder_ + "/keys";
  const Buffer random{0x01, 0xab}, secret{0xff, 0x00};
  for (int round = 0; round < 2; ++round) {
    auto log = KeyLogFile::open(file);
    ASSERT_TRUE(log);
    (*log)->secret("CLIENT_RANDOM", random, secret);
  }
  EXPECT_EQ(lines_of(file), std::vector<std::string>(2, "CLIENT_RANDOM 01ab ff00"));
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(KeyLogFileTest, LinesOfManyThreadsStayWhole) {
  const auto file = folder_ + "/keys";
  auto log = KeyLogFile::open(file);
  ASSERT_TRUE(log);
  const Buffer random(32, 0x11), secret(48, 0x22);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 100; ++n) (*log)->secret("CLIENT_RANDOM", random, secret);
      });
  }
  const auto lines = lines_of(file);
  EXPECT_EQ(lines.size(), 400u);
  for (const auto& line : lines) EXPECT_EQ(line, lines.front());
}

TEST_F(KeyLogFileTest, ErrorNamesTheFile) {
  const auto file = folder_ + "/missing/keys";
  const auto log = KeyLogFile::open(file);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().fault, Fault::file_not_writable);
  EXPECT_NE(log.error().message().find(file), std::string::npos);
}

}  // namespace
}  // namespace handfast::trace
