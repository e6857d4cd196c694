// A client and a server of TLS 1.3 shake hands without records while the input changes the messages between them: what
// stands inside them reaches both sides as if its sender had said it. Every message is in the transcript, so that no
// change leaves two sides that are done.
#include <deque>
#include <handshake/client.hpp>
#include <handshake/flow.hpp>
#include <handshake/server.hpp>

#include "configs.hpp"

using namespace handfast;

namespace {

struct Sent {
  Kind kind;
  Buffer with_header;
};

/// Collects what one side sends.
class Outbox : public Sink {
 public:
  void event(const Origin&, const Event& event) override {
    const auto* message = std::get_if<MessageEvent>(&event);
    if (!message || message->direction != Direction::sent || message->content_type != 22) return;
    const auto n = message->body.size();
    Sent sent{{},
              {message->handshake_type, static_cast<uint8_t>(n >> 16), static_cast<uint8_t>(n >> 8),
               static_cast<uint8_t>(n)}};
    sent.with_header.insert(sent.with_header.end(), message->body.begin(), message->body.end());
    messages.push_back(std::move(sent));
  }
  std::deque<Sent> messages;
};

/// Each message takes a byte of the input: how many edits of 4 bytes follow, position, what, byte.
class Editor {
 public:
  explicit Editor(Bytes script) : script_(script) {}

  bool edit(Buffer& message) {
    const auto before = message;
    for (auto count = take() % 4; count > 0; --count) {
      const size_t at = static_cast<size_t>(take()) << 8 | take();
      const auto what = take(), byte = take();
      apply(message, at, what, byte);
    }
    const auto n = message.size() - 4;
    for (size_t i = 0; i < 3; ++i) message[1 + i] = static_cast<uint8_t>(n >> 8 * (2 - i));
    return message != before;
  }

 private:
  static void apply(Buffer& message, size_t at, uint8_t what, uint8_t byte) {
    if (what % 8 == 7) message[0] = byte;  // another type
    const auto length = message.size() - 4;
    if (length == 0) return;
    const auto place = message.begin() + 4 + static_cast<std::ptrdiff_t>(at % length);
    if (what % 8 < 4)
      *place ^= byte;
    else if (what % 8 == 4)
      message.insert(place, byte);
    else if (what % 8 == 5)
      message.erase(place);
    else if (what % 8 == 6)
      *place = byte;
  }
  uint8_t take() {
    if (script_.empty()) return 0;
    const auto byte = script_[0];
    script_ = script_.subspan(1);
    return byte;
  }
  Bytes script_;
};

struct End {
  Outbox outbox;
  Link link;
  End(Side side, const CommonOptions& options, BufferPool& pool) : link(side, options, pool, &outbox, 0) {}

  /// Gives the other side what this one has sent; whether anything was changed.
  bool carry_to(End& other, Editor& editor) {
    bool changed = false;
    while (!outbox.messages.empty()) {
      auto message = std::move(outbox.messages.front());
      outbox.messages.pop_front();
      if (other.link.error || other.link.done) continue;
      changed |= editor.edit(message.with_header);
      const auto body = Bytes(message.with_header).subspan(4);
      other.link.deliver({messages::kind_of(message.with_header[0], body), message.with_header, body});
    }
    return changed;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const auto& sides = fuzz::sides(1 + data[0] % 2);
  Editor editor(Bytes(data + 1, size - 1));
  End client(Side::client, sides.client->options(), sides.client->pool());
  End server(Side::server, sides.server->options(), sides.server->pool());
  server.link.start(handfast::server(server.link, sides.server));
  client.link.start(handfast::client(client.link, sides.client, Target{"fuzz.example", "fuzz.example", nullptr}));
  bool changed = false;
  for (auto round = 0; round < 10; ++round) {
    changed |= client.carry_to(server, editor);
    changed |= server.carry_to(client, editor);
  }
  const bool complete = client.link.done && server.link.done;
  if (complete == changed) std::abort();
  return 0;
}
