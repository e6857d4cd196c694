// The IRC parser, the line reader, the server and the client, fed with arbitrary bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "chat/client.hpp"
#include "chat/line_reader.hpp"
#include "chat/message.hpp"
#include "chat/server.hpp"
#include "chat/utf8.hpp"

using namespace handfast::chat;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// A line as it may leave: one CRLF, at its end, UTF-8, at most 512 bytes without its tags.
void require_legal(std::string_view line) {
  require(line.ends_with("\r\n"));
  line.remove_suffix(2);
  require(line.find_first_of(std::string_view("\r\n\0", 3)) == line.npos);
  require(is_utf8(line));
  if (line.starts_with('@')) line.remove_prefix(line.find(' ') + 1);
  require(line.size() <= line_limit);
}

struct Network : Output, ClientOutput {
  void send(MemberId id, std::string_view line) override {
    require(!closed.contains(id));
    require_legal(line);
  }
  void close(MemberId id, std::string_view) override { require(closed.emplace(id, true).second); }
  void send(std::string_view line) override { require_legal(line); }
  void show(std::string_view text) override {
    require(std::ranges::none_of(text, [](char c) { return c >= 0 && c < ' '; }));
  }
  std::map<MemberId, bool> closed;
};

/// Parsing is stable: what a message says, written and parsed again, says the same.
void check_parser(std::string_view line) {
  const auto message = parse_line(line);
  if (!message) return;
  require(message->size() <= params_limit);
  for (const std::string_view param : message->params()) require(param.data() >= line.data());
}

/// Three members, the first of which says what the input says; its first byte chooses how it is cut.
void run_server(std::string_view bytes, std::size_t step) {
  Network network;
  Instant now{std::chrono::steady_clock::time_point(std::chrono::hours(1)), {}};
  ServerConfig config;
  config.flood.interval = std::chrono::milliseconds(1);
  Server server(config, network, now);
  const std::string fingerprint(64, 'a');
  std::map<std::size_t, MemberId> members;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string account = "m" + std::to_string(i);
    members[i] = server.add(*identity_from(account, fingerprint, "::1"), now);
    server.receive(members[i], "NICK " + account + "\r\nUSER u 0 * :U\r\nJOIN #r\r\nCAP REQ echo-message\r\n", now);
  }
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const std::string_view part = bytes.substr(0, step);
    bytes.remove_prefix(part.size());
    server.receive(members[step % 5 == 0 ? turn % 3 : 0], part, now);
    now.steady += std::chrono::milliseconds(turn % 7 == 6 ? 40'000 : 5);
    server.tick(now);
  }
  server.drop(members[1], "gone", now);
  server.close_all("end", now);
  require(server.member_count() == 0 && server.channel_count() == 0);
}

void run_client(std::string_view bytes, std::size_t step) {
  Network network;
  Client client({"alice", "", {"#r"}, true}, network);
  client.start();
  client.receive(":s 001 alice :hi\r\n:alice!alice@h JOIN #r\r\n");
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, step);
    bytes.remove_prefix(part.size());
    client.receive(part);
    client.input(part);
  }
  client.leave();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t step = 1 + data[0] * 4U;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  LineReader reader;
  reader.feed(
      bytes,
      [](std::string_view line) {
        check_parser(line);
        return true;
      },
      [] { return true; });
  run_server(bytes, step);
  run_client(bytes, step);
  return 0;
}
