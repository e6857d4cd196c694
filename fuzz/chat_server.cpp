// Three members of a chat say and do anything, in any order and at any speed. Whatever the server sends is whole legal
// lines, and only to members it still has.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "chat/message.hpp"
#include "chat/server.hpp"

namespace {

using namespace std::chrono_literals;
using namespace handfast::chat;

constexpr size_t longest_line = tags_limit + 512;

void require(bool holds, const char* what, std::string_view line = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(line.size()), line.data());
  std::abort();
}

class Wire : public Output {
 public:
  void send(MemberId id, std::string_view line) override {
    require(!closed_.contains(id), "a line to a member that is gone", line);
    require(line.ends_with("\r\n"), "a line without its end", line);
    require(line.size() <= longest_line, "a line that is too long", line);
    const auto text = line.substr(0, line.size() - 2);
    require(text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos, "a line with an end inside", line);
  }
  void close(MemberId id, std::string_view) override { require(closed_.insert(id).second, "closed twice"); }

 private:
  std::set<MemberId> closed_;
};

class Session {
 public:
  Session() : now_{.steady = {}, .wall = {}}, server_({}, wire_, now_) {
    for (size_t i = 0; i < ids_.size(); ++i) join(i);
  }

  /// Consumes one action and its operands.
  std::string_view act(std::string_view input) {
    const auto action = static_cast<uint8_t>(input[0]);
    const size_t who = action % ids_.size();
    input.remove_prefix(1);
    switch (action / ids_.size() % 16) {
      case 0:
        server_.drop(ids_[who], "gone", now_);
        join(who);
        return input;
      case 1:
        now_.steady += 45s;
        now_.wall += 45s;
        server_.tick(now_);
        return input;
      case 2:
        if (const auto wake = server_.next_wake(); wake && *wake > now_.steady) now_.steady = *wake;
        server_.tick(now_);
        return input;
      default:
        return say(who, input, action % 2 == 0);
    }
  }

 private:
  void join(size_t who) {
    const std::string nick = {'m', static_cast<char>('0' + who)};
    auto identity = identity_from(nick, std::string(64, 'a'), "127.0.0.1");
    require(identity.has_value(), "a legal identity refused");
    ids_[who] = server_.add(*std::move(identity), now_);
    server_.receive(ids_[who], "NICK " + nick + "\r\nUSER " + nick + " 0 * :x\r\nJOIN #r\r\n", now_);
  }

  /// What stands before the next 0xff, with a line end or without.
  std::string_view say(size_t who, std::string_view input, bool ends) {
    const auto end = std::min(input.find('\xff'), input.size());
    server_.receive(ids_[who], input.substr(0, end), now_);
    if (ends) server_.receive(ids_[who], "\r\n", now_);
    input.remove_prefix(std::min(end + 1, input.size()));
    return input;
  }

  Instant now_;
  Wire wire_;
  Server server_;
  std::array<MemberId, 3> ids_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Session session;
  while (!input.empty()) input = session.act(input);
  return 0;
}
