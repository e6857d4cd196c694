#include <base/file.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace handfast {
namespace {

class ReadFile : public testing::Test {
 protected:
  ReadFile() { std::filesystem::create_directory(folder); }
  ~ReadFile() override { std::filesystem::remove_all(folder); }

  std::string with(const std::string& content) {
    const auto path = folder / "file";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("handfast-read-file-" + std::to_string(::getpid()));
};

TEST_F(ReadFile, GivesAllOfItWhateverItsSize) {
  for (size_t size : {0, 1, 4095, 4096, 4097, 100'000}) {
    std::string content(size, '\0');
    for (size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 7 + i / 256);
    const auto read = read_file(with(content));
    ASSERT_TRUE(read);
    EXPECT_TRUE(as_text(read->view()) == content) << size;
  }
}

TEST_F(ReadFile, RefusesWhatIsNoFileAndWhatHasNoEnd) {
  const auto why = [](const std::string& path) {
    const auto read = read_file(path);
    EXPECT_FALSE(read);
    EXPECT_EQ(read.error().fault, Fault::file_unreadable);
    return read.error().facts.at(0);
  };
  EXPECT_EQ(why(folder), folder.string() + ": is a directory");
  EXPECT_EQ(why(folder / "none"), (folder / "none").string() + ": No such file or directory");
  EXPECT_EQ(why("/dev/zero"), "/dev/zero: is larger than 64 MiB");
}

}  // namespace
}  // namespace handfast
