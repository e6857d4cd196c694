// edited.hpp: the messages of a handshake without records, changed on their way by what the input says.
#pragma once

#include <deque>
#include <handshake/client.hpp>
#include <handshake/flow.hpp>
#include <handshake/server.hpp>

#include "configs.hpp"

namespace handfast::fuzz {

struct Sent {
  bool is_handshake;   ///< else ChangeCipherSpec
  Buffer bytes;
};

/// Collects what one side sends.
class Outbox : public Sink {
 public:
  void event(const Origin&, const Event& event) override {
    const auto* message = std::get_if<MessageEvent>(&event);
    if (!message || message->direction != Direction::sent) return;
    const auto n = message->body.size();
    Buffer bytes;
    if (message->content_type == 22)
      bytes = {message->handshake_type, static_cast<uint8_t>(n >> 16), static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)};
    bytes.insert(bytes.end(), message->body.begin(), message->body.end());
    messages.push_back({message->content_type == 22, std::move(bytes)});
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

/// One side.
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
      if (!message.is_handshake) {   // in TLS 1.3 it says nothing
        if (!link.is_tls13()) other.link.deliver({change_cipher_spec_kind, message.bytes, message.bytes});
        continue;
      }
      changed |= editor.edit(message.bytes);
      const auto body = Bytes(message.bytes).subspan(4);
      other.link.deliver({messages::kind_of(message.bytes[0], body), message.bytes, body});
    }
    return changed;
  }
};

}  // namespace handfast::fuzz
