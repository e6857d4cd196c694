#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chat/server.hpp"

namespace handfast::chat {

/// A server with its network: members by name, what each has been sent, a clock that moves when told.
class ChatTest : public testing::Test, public Output {
 protected:
  using Lines = std::vector<std::string>;

  explicit ChatTest(ServerConfig config = quick_config()) : server(std::move(config), *this, now()) {}

  /// No flood limit in the way; a short name for the server.
  static ServerConfig quick_config() {
    ServerConfig config;
    config.name = "irc.test";
    config.network = "TestNet";
    config.flood.burst = 100000;
    return config;
  }

  void send(MemberId id, std::string_view line) override {
    EXPECT_TRUE(line.ends_with("\r\n")) << line;
    const std::size_t start = line.starts_with('@') ? line.find(' ') + 1 : 0;
    EXPECT_LE(line.size() - start, 512U) << line;
    EXPECT_FALSE(closed.contains(id)) << "a line after close: " << line;
    line.remove_suffix(2);
    EXPECT_EQ(line.find_first_of(std::string_view("\r\n\0", 3)), line.npos);
    inbox[id].emplace_back(line);
  }

  void close(MemberId id, std::string_view reason) override { closed[id] = reason; }

  Instant now() const { return {std::chrono::steady_clock::time_point(elapsed), wall_start + elapsed}; }
  void advance(std::chrono::milliseconds by) { elapsed += by; }

  static Identity identity(std::string_view account) {
    auto made = identity_from(account, std::string(64, 'a'), "192.0.2.1");
    EXPECT_TRUE(made) << made.error();
    return *made;
  }

  MemberId connect(std::string_view account) { return server.add(identity(account), now()); }

  /// Sends each line and returns all that `id` has been sent since the last look.
  Lines say(MemberId id, std::initializer_list<std::string_view> lines) {
    for (const std::string_view line : lines) server.line(id, line, now());
    return take(id);
  }
  Lines say(MemberId id, std::string_view line) { return say(id, {line}); }

  Lines take(MemberId id) { return std::exchange(inbox[id], {}); }

  /// A member that has registered, its welcome taken.
  MemberId join_server(std::string_view account) {
    const MemberId id = connect(account);
    const std::string nick = "NICK " + std::string(account);
    say(id, {nick, "USER u 0 * :Real Name"});
    return id;
  }

  /// The same, on a channel; what everybody has been sent is taken.
  MemberId join_server(std::string_view account, std::string_view channel) {
    const MemberId id = join_server(account);
    server.line(id, "JOIN " + std::string(channel), now());
    inbox.clear();
    return id;
  }

  static bool has(const Lines& lines, std::string_view part) {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(part) != line.npos; });
  }

  static std::string all(const Lines& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
  }

  /// The codes or commands of the lines, in order: "332 333 353 366".
  static std::string commands(const Lines& lines) {
    std::string result;
    for (std::string_view line : lines) {
      if (line.starts_with('@')) line.remove_prefix(line.find(' ') + 1);
      if (line.starts_with(':')) line.remove_prefix(line.find(' ') + 1);
      result += (result.empty() ? "" : " ") + std::string(line.substr(0, line.find(' ')));
    }
    return result;
  }

  std::chrono::system_clock::time_point wall_start{std::chrono::seconds(1'700'000'000)};
  std::chrono::milliseconds elapsed{1'000'000};
  std::map<MemberId, Lines> inbox;
  std::map<MemberId, std::string> closed;
  Server server;
};

}  // namespace handfast::chat
