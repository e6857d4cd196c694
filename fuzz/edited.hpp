// edited.hpp: the messages of a handshake without records, changed by what the input says: on their way, where the transcripts of both
// sides tell it, or by who sends them, as a peer that lies does, and then in its transcript too: its keys, signatures and Finished are
// right for what it has said.
#pragma once

#include <deque>
#include <handshake/client.hpp>
#include <handshake/flow.hpp>
#include <handshake/server.hpp>

#include "scenes.hpp"

namespace handfast::fuzz {

struct Sent {
  bool is_handshake;   ///< else ChangeCipherSpec
  Buffer bytes;
};

/// Each message takes a byte of the input: how many edits of 4 bytes follow (position, what, byte), and for lies what else.
class Editor {
 public:
  explicit Editor(Bytes script) : script_(script) {}

  bool edit(Buffer& message) {
    const auto before = message;
    edit(message, take() % 4);
    return message != before;
  }

  /// What is said in the place of this message: it, changed; nothing; it twice; another one and it; another one.
  std::vector<Buffer> lie(Buffer message) {
    const auto what = take();
    edit(message, what % 4);
    switch (what / 4 % 16) {
      case 10: return {};
      case 11: return {message, message};
      case 12: return {other(), message};
      case 13: return {message, other()};
      case 14: return {other()};
      case 15: return {with_body(message[0])};
      default: return {message};
    }
  }

 private:
  void edit(Buffer& message, int count) {
    for (; count > 0; --count) {
      const auto high = take(), low = take(), what = take(), byte = take();
      apply(message, static_cast<size_t>(high) << 8 | low, what, byte);
    }
    const auto n = message.size() - 4;
    for (size_t i = 0; i < 3; ++i) message[1 + i] = static_cast<uint8_t>(n >> 8 * (2 - i));
  }
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
  Buffer other() { return with_body(take()); }
  /// The next bytes of the input as a message.
  Buffer with_body(uint8_t type) {
    const size_t wanted = take(), n = std::min(wanted, script_.size());
    Buffer message{type, 0, 0, static_cast<uint8_t>(n)};
    message.insert(message.end(), script_.begin(), script_.begin() + static_cast<std::ptrdiff_t>(n));
    script_ = script_.subspan(n);
    return message;
  }
  uint8_t take() {
    if (script_.empty()) return 0;
    const auto byte = script_[0];
    script_ = script_.subspan(1);
    return byte;
  }
  Bytes script_;
};

/// Puts other bytes in the place of the last message of a transcript.
class Rewriter {
 public:
  /// At each message that has been added.
  void note(const keys::Transcript& transcript) {
    before_.reset();
    if (transcript.has_digest()) before_.emplace(transcript.copy_hash());
  }
  /// False where the last message is not in it.
  bool replace(keys::Transcript& transcript, Bytes last, Bytes other) {
    const auto kept = transcript.messages();
    keys::Transcript rewritten;
    if (kept.empty()) {
      if (!before_ || !transcript.has_digest()) return false;
      auto as_it_is = before_->copy();
      as_it_is.update(last);
      if (!std::ranges::equal(as_it_is.peek().view(), transcript.digest().view())) return false;
      rewritten.resume(before_->copy());
    } else {
      if (kept.size() < last.size() || !std::ranges::equal(kept.last(last.size()), last)) return false;
      rewritten.add(kept.first(kept.size() - last.size()));
      if (transcript.has_digest()) rewritten.use(transcript.copy_hash().algorithm());
    }
    rewritten.add(other);
    transcript = std::move(rewritten);
    return true;
  }

 private:
  std::optional<crypto::Hash> before_;
};

/// Collects what one side sends, or says in its place.
class Outbox : public Sink {
 public:
  void event(const Origin&, const Event& event) override {
    const auto* message = std::get_if<MessageEvent>(&event);
    if (!message) return;
    if (message->direction == Direction::sent) take(*message);
    if (lies) rewriter_.note(link->transcript);
  }
  std::deque<Sent> messages;
  Link* link = nullptr;
  Editor* lies = nullptr;   ///< of a side that lies

 private:
  void take(const MessageEvent& message) {
    const auto n = message.body.size();
    Buffer bytes;
    if (message.content_type == 22)
      bytes = {message.handshake_type, static_cast<uint8_t>(n >> 16), static_cast<uint8_t>(n >> 8), static_cast<uint8_t>(n)};
    bytes.insert(bytes.end(), message.body.begin(), message.body.end());
    if (!lies || message.content_type != 22) {
      messages.push_back({message.content_type == 22, std::move(bytes)});
      return;
    }
    const auto said = lies->lie(bytes);
    Buffer all;
    for (const auto& one : said) all.insert(all.end(), one.begin(), one.end());
    if (all != bytes) rewriter_.replace(link->transcript, bytes, all);
    for (const auto& one : said) messages.push_back({true, one});
  }
  Rewriter rewriter_;
};

/// One side.
struct End {
  Outbox outbox;
  Link link;
  End(Side side, const CommonOptions& options, BufferPool& pool) : link(side, options, pool, &outbox, 0) { outbox.link = &link; }

  /// Gives the other side what this one has sent; whether anything was changed on its way.
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
      if (!outbox.lies) changed |= editor.edit(message.bytes);
      const auto body = Bytes(message.bytes).subspan(4);
      other.link.deliver({messages::kind_of(message.bytes[0], body), message.bytes, body});
      other.take_answers();
    }
    return changed;
  }
  void take_answers() {
    for (auto& one : std::exchange(answers_for(link.side), {})) link.answer(one.token, std::move(one.bytes));
  }
};

inline Target target_of(const Sides& sides) {
  return {"fuzz.example", "fuzz.example", sides.session, "fuzz.example", sides.early_data, sides.fallback};
}

/// Both ends, at the start of their handshake.
struct Ends {
  End client, server;
  explicit Ends(const Sides& sides)
      : client(Side::client, sides.client->options(), sides.client->pool()), server(Side::server, sides.server->options(), sides.server->pool()) {
    start_ = [this, &sides] {
      server.link.start(handfast::server(server.link, sides.server));
      client.link.start(handfast::client(client.link, sides.client, target_of(sides)));
    };
  }
  void start() { start_(); }
  /// Until nothing moves any more; whether anything was changed on its way.
  bool carry(Editor& editor) {
    bool changed = false;
    for (auto round = 0; round < 20 && !(client.outbox.messages.empty() && server.outbox.messages.empty()); ++round) {
      changed |= client.carry_to(server, editor);
      changed |= server.carry_to(client, editor);
    }
    return changed;
  }

 private:
  std::function<void()> start_;
};

}  // namespace handfast::fuzz
