// ladder.hpp: handshakes drawn as a ladder for the terminal.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include <handfast/trace.hpp>
#include <trace/canvas.hpp>
#include <trace/steps.hpp>

namespace handfast::trace {

struct LadderOptions {
  bool colour = false;
  bool ascii = false;       ///< no line drawing characters, nothing beyond ASCII
  bool steps = false;       ///< messages are numbered, as textbooks do, and the fields that matter stand beside each
  int verbosity = 0;        ///< 1: every field of every message; 2: records and hex dumps as well
  size_t width = 100;       ///< columns of the terminal; 72 to 140 are used
  std::string client = "client";
  std::string server = "server";
};

/// Draws what happens, when it happens, in three columns: client, wire, server. The events of one side are enough; where
/// both sides of a connection (the same Origin.connection) come in, each message is drawn once, when it is sent, and what
/// each side makes of it stands in its own column. What a peer says is made harmless before it is shown. Secrets are
/// named, never shown. Not thread-safe; see SharedSink.
class Ladder : public Sink {
 public:
  explicit Ladder(Output output, LadderOptions options = {});
  void event(const Origin& origin, const Event& event) override;

 private:
  /// What is known of one connection.
  struct Progress {
    bool seen[2] = {};                   ///< by side: its events come in
    bool connected[2] = {};
    bool is_protected[2][2] = {};        ///< by side and direction: keys are on
    bool is_plain = false;               ///< the suite protects without encrypting
    bool is_tls13 = false;               ///< and keys are on
    std::optional<Side> last_sender;
    std::set<std::string> decided;       ///< "what chosen", to say it once
    Steps steps;
  };
  struct Step;  // one event being drawn

  Progress& progress_of(const Origin& origin);
  void draw_header(const Origin& origin);

  LadderOptions options_;
  Canvas canvas_;
  std::map<uint64_t, Progress> connections_;
  std::optional<uint64_t> current_;
};

}  // namespace handfast::trace
