#include "net/standard_streams.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace handfast::net {
namespace {

std::span<const uint8_t> bytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

// A pipe, and a reader of its bytes that never waits.
class StandardStreams : public testing::Test {
 protected:
  StandardStreams() {
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    previous = std::signal(SIGPIPE, SIG_IGN);  // as the tool does
  }
  ~StandardStreams() override {
    for (int end : ends)
      if (end >= 0) ::close(end);
    std::signal(SIGPIPE, previous);
  }

  void close(int end) {
    ::close(ends[end]);
    ends[end] = -1;
  }
  void put(std::string_view text) { EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  /// All that the pipe holds now.
  std::string take() {
    std::string taken;
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    std::array<char, 65536> piece;
    for (ssize_t n = 0; (n = ::read(ends[0], piece.data(), piece.size())) > 0;) taken.append(piece.data(), static_cast<size_t>(n));
    return taken;
  }
  /// Runs what is ready; waits for nothing.
  void poll() {
    io.restart();
    while (io.poll() > 0) {}
  }

  asio::io_context io;
  std::array<int, 2> ends{-1, -1};
  void (*previous)(int) = nullptr;
};

struct Heard {
  std::string data;
  int ends = 0;
  InputStream::Arrived arrived() {
    return [this](std::span<const uint8_t> piece) {
      data.append(reinterpret_cast<const char*>(piece.data()), piece.size());
      ends += piece.empty();
    };
  }
};

TEST_F(StandardStreams, InputIsReadWhenItIsWanted) {
  Heard heard;
  InputStream input(io, ends[0], heard.arrived());
  put("one ");
  poll();
  EXPECT_EQ(heard.data, "");
  input.resume();
  poll();
  EXPECT_EQ(heard.data, "one ");
  input.pause();
  put("two ");
  poll();
  EXPECT_EQ(heard.data, "one ");
  input.resume();
  poll();
  EXPECT_EQ(heard.data, "one two ");
  close(1);
  io.restart();
  io.run();  // until nothing is left to wait for
  EXPECT_EQ(heard.ends, 1);
  input.resume();
  poll();
  EXPECT_EQ(heard.ends, 1);
}

TEST_F(StandardStreams, InputThatIsStoppedSaysNothingMore) {
  Heard heard;
  InputStream input(io, ends[0], heard.arrived());
  input.resume();
  input.stop();
  put("late");
  io.run();
  input.resume();
  poll();
  EXPECT_EQ(heard.data, "");
  EXPECT_EQ(heard.ends, 0);
}

TEST_F(StandardStreams, FilesAreReadThoughNobodyCanWaitForThem) {
  char path[] = "/tmp/handfast-stream-XXXXXX";
  const int file = ::mkstemp(path);
  ASSERT_GE(file, 0);
  ::unlink(path);
  const std::string content(100'000, 'x');
  ASSERT_EQ(::pwrite(file, content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  Heard heard;
  InputStream input(io, file, heard.arrived());
  input.resume();
  io.run();
  EXPECT_TRUE(heard.data == content);
  EXPECT_EQ(heard.ends, 1);
  ::close(file);
}

TEST_F(StandardStreams, OfNoDescriptorAreOver) {
  Heard heard;
  InputStream input(io, -1, heard.arrived());
  input.resume();
  OutputStream output(io, -1, [] {});
  output.write(bytes("lost"));
  io.run();
  EXPECT_EQ(heard.data, "");
  EXPECT_TRUE(output.is_broken());
  EXPECT_EQ(output.waiting(), 0u);
  EXPECT_FALSE(output.finish());
}

TEST_F(StandardStreams, OutputWaitsForItsReader) {
  int drained = 0;
  OutputStream output(io, ends[1], [&] { ++drained; });
  output.write(bytes("small"));
  EXPECT_EQ(output.waiting(), 0u);
  EXPECT_EQ(drained, 0);  // nothing ever waited
  EXPECT_EQ(take(), "small");

  std::string much(300'000, '\0');
  for (size_t i = 0; i < much.size(); ++i) much[i] = static_cast<char>(i % 251);
  output.write(bytes(much));
  EXPECT_GT(output.waiting(), 0u);
  std::string taken = take();
  while (output.waiting() > 0) {
    io.restart();
    ASSERT_EQ(io.run_one(), 1u);
    taken += take();
  }
  taken += take();
  EXPECT_TRUE(taken == much);
  EXPECT_EQ(drained, 1);
}

TEST_F(StandardStreams, OutputWhoseReaderHasGoneIsDropped) {
  OutputStream output(io, ends[1], [] {});
  close(0);
  output.write(bytes("nobody reads this"));
  EXPECT_TRUE(output.is_broken());
  output.write(bytes("nor this"));
  EXPECT_FALSE(output.finish());
}

TEST_F(StandardStreams, FinishWritesAllThatWaits) {
  OutputStream output(io, ends[1], [] {});
  ASSERT_GT(::fcntl(ends[1], F_SETPIPE_SZ, 65536), 0);
  output.write(bytes(std::string(65536 + 3000, 'y')));
  EXPECT_GT(output.waiting(), 0u);
  EXPECT_EQ(take().size() % 4096, 0u);  // room again
  EXPECT_TRUE(output.finish());
  EXPECT_EQ(output.waiting(), 0u);
  EXPECT_EQ(take(), std::string(3000, 'y'));
}

}  // namespace
}  // namespace handfast::net
