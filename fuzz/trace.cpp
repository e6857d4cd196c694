// What is written about a connection with a peer that says what the input wants: each line of JSON is JSON, each line of the key log has
// the form of NSS, and nothing that a peer says reaches a terminal as anything but text.
#include <nlohmann/json.hpp>
#include <sys/mman.h>
#include <trace/json.hpp>
#include <trace/keylog.hpp>
#include <trace/ladder.hpp>
#include <trace/tee.hpp>
#include <unistd.h>

#include "play.hpp"

using namespace handfast;

namespace {

void require(bool holds, const char* what, std::string_view line) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(line.size()), line.data());
  std::abort();
}

void check_json(std::string_view line) {
  require(line.ends_with('\n') && line.find('\n') == line.size() - 1, "not one line", line);
  require(nlohmann::json::accept(line), "no JSON", line);
}

/// Line feeds and what is printable; colours are not asked for.
void check_text(std::string_view text, bool ascii) {
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    require(byte == '\n' || (byte >= ' ' && byte != 0x7f), "a control character", text);
    require(byte < 0x80 || !ascii, "not ASCII", text);
  }
  // C1 controls; zero width and direction marks; embeddings and overrides; isolates.
  for (const auto& [first, last] : {std::pair{"\xc2\x80", "\xc2\x9f"}, {"\xe2\x80\x8b", "\xe2\x80\x8f"}, {"\xe2\x80\xaa", "\xe2\x80\xae"}, {"\xe2\x81\xa6", "\xe2\x81\xa9"}})
    for (std::string hidden = first; hidden <= last; ++hidden.back())
      require(text.find(hidden) == text.npos, "a hidden character", text);
}

bool is_hex(std::string_view text) {
  return text.size() % 2 == 0 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// LABEL, the client's random in hex, the secret in hex.
void check_key_log(std::string_view line) {
  const auto first = line.find(' '), second = line.find(' ', first + 1);
  require(first != line.npos && second != line.npos && line.ends_with('\n'), "not three words and an end", line);
  const auto label = line.substr(0, first), random = line.substr(first + 1, second - first - 1);
  const auto secret = line.substr(second + 1, line.size() - second - 2);
  require(!label.empty() && std::ranges::all_of(label, [](char c) { return c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }),
          "no label", line);
  require(random.size() == 64 && is_hex(random), "no random", line);
  require(!secret.empty() && is_hex(secret), "no secret", line);
}

/// A file in memory that the key log of the library writes to.
class KeyLogReader {
 public:
  KeyLogReader() : descriptor_(memfd_create("keys", MFD_CLOEXEC)), log_(fuzz::must(trace::KeyLogFile::open("/proc/self/fd/" + std::to_string(descriptor_)))) {}
  std::shared_ptr<KeyLog> log() const { return log_; }
  /// All lines since the last call.
  void check_lines() {
    std::string text(static_cast<size_t>(lseek(descriptor_, 0, SEEK_END)), 0);
    require(pread(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()) && ftruncate(descriptor_, 0) == 0, "a file", {});
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1)))
      check_key_log(rest.substr(0, std::min(rest.size(), rest.find('\n') + 1)));
  }

 private:
  int descriptor_;
  std::shared_ptr<trace::KeyLogFile> log_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const auto how = data[0];
  fuzz::Script script({data + 1, size - 1});
  trace::JsonTrace json(check_json, {.message_bodies = (how & 1) != 0, .application_data = (how & 2) != 0});
  const bool ascii = (how & 4) != 0;
  trace::Ladder ladder([&](std::string_view text) { check_text(text, ascii); },
                       {.ascii = ascii, .steps = (how & 8) != 0, .verbosity = how / 16 % 3, .width = size_t{72} + how / 4});
  trace::Tee both({&json, &ladder});
  static KeyLogReader keys;
  fuzz::key_log->to = keys.log();
  fuzz::Play(script, &both).run();
  fuzz::key_log->to.reset();
  keys.check_lines();
  return 0;
}
