// play.hpp: a connection meets a peer that has every key and still does what the input wants: it changes bytes of its own messages (and
// goes on as if it had meant them), writes records of any content between and after them, and asks for whatever a peer may ask for.
#pragma once

#include <core.hpp>
#include <handshake/connected13.hpp>
#include <handshake/post_handshake.hpp>
#include <handshake/renegotiate.hpp>

#include "edited.hpp"

namespace handfast::fuzz {

/// Takes the input apart.
class Script {
 public:
  explicit Script(Bytes bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto byte = rest_[0];
    rest_ = rest_.subspan(1);
    return byte;
  }
  /// A length and so many bytes.
  Bytes bytes() {
    const size_t wanted = byte(), n = std::min(wanted, rest_.size());
    const auto bytes = rest_.first(n);
    rest_ = rest_.subspan(n);
    return bytes;
  }

 private:
  Bytes rest_;
};

/// Changes bytes of messages that are about to be written, in place, and in the transcript.
class Flips : public Sink {
 public:
  struct Flip {
    uint8_t message, position, with;
  };
  std::vector<Flip> flips;
  Link* link = nullptr;
  Sink* then = nullptr;

  void event(const Origin& origin, const Event& event) override {
    if (const auto* message = std::get_if<MessageEvent>(&event); message && !flips.empty()) {
      if (message->direction == Direction::sent) change(*message);
      rewriter_.note(link->transcript);
    }
    if (then) then->event(origin, event);
  }

 private:
  void change(const MessageEvent& message) {
    const auto number = number_++;
    if (message.content_type != 22) return;
    auto with_header = std::span(const_cast<uint8_t*>(message.body.data()) - 4, message.body.size() + 4);   // Link's own buffer
    const Buffer before(with_header.begin(), with_header.end());
    for (const auto& flip : flips)
      if (flip.message == number) with_header[flip.position % with_header.size()] ^= flip.with;
    if (!std::ranges::equal(before, with_header)) rewriter_.replace(link->transcript, before, with_header);
  }
  Rewriter rewriter_;
  uint8_t number_ = 0;
};

/// The peer: a connection that is open to the harness.
class Peer {
 public:
  Peer(Side side, const Sides& sides, std::vector<Flips::Flip> flips, Sink* sink) : core_(make(side, sides)) {
    flips_.flips = std::move(flips);
    flips_.link = &core_->link;
    flips_.then = sink;
    guarded([&] {
      if (side == Side::server)
        core_->link.start(handfast::server(core_->link, sides.server));
      else
        core_->link.start(handfast::client(core_->link, sides.client, target_of(sides)));
      return core_->follow_handshake();
    });
  }

  void feed(Bytes bytes) {
    while (!bytes.empty() && !core_->error) {
      auto room = core_->link.reader.input();
      const auto n = std::min(room.size(), bytes.size());
      if (n == 0) return;
      std::copy_n(bytes.begin(), n, room.begin());
      bytes = bytes.subspan(n);
      core_->link.reader.received(n);
      do {
        core_->application_data = {};
        guarded([&] { return core_->process(); });
      } while (!core_->application_data.empty());
      take_answers();
    }
  }
  Buffer drain() {
    auto& writer = core_->link.writer;
    Buffer bytes(writer.output().begin(), writer.output().end());
    writer.sent(bytes.size());
    return bytes;
  }
  void write(uint8_t type, Bytes content) { static_cast<void>(core_->link.write(ContentType{type}, content)); }

  /// What a peer may do of itself.
  void act(uint8_t what) {
    auto& link = core_->link;
    if (core_->error || core_->output_closed) return;
    if (what % 8 == 0) core_->close_output();
    if (what % 8 == 1) static_cast<void>(link.send_alert(what / 8 % 4, Alert{static_cast<uint8_t>(what / 4)}));
    if (core_->state != State::connected) return;
    if (what % 8 == 2 && link.connected13) guarded([&] { return update_keys(link, messages::KeyUpdateRequest{static_cast<uint8_t>(what / 8 % 2)}); });
    if (what % 8 == 3 && !link.is_tls13() && link.done)
      guarded([&] {
        core_->renegotiate((what & 8) != 0);
        return core_->follow_handshake();
      });
    if (what % 8 == 4 && link.connected13 && link.done && core_->server_config && link.connected13->transcript)
      guarded([&] {
        core_->certificate_requested = true;
        link.start(ask_for_certificate(link, core_->server_config));
        return core_->follow_handshake();
      });
    if (what % 8 == 5) write(23, as_bytes("data"));
  }
  Connection::Core& core() { return *core_; }

 private:
  std::unique_ptr<Connection::Core> make(Side side, const Sides& sides) {
    if (side == Side::server) return std::make_unique<Connection::Core>(sides.server, AcceptOptions{.sink = &flips_});
    auto core = std::make_unique<Connection::Core>(sides.client, ConnectOptions{.sink = &flips_});
    core->target = target_of(sides);
    core->target.session.reset();
    return core;
  }
  template <class Step>
  void guarded(Step step) {
    static_cast<void>(core_->guard([&]() -> Result<> { return step(); }));
  }
  void take_answers() {
    for (auto& one : std::exchange(answers_for(core_->link.side), {}))
      guarded([&] {
        core_->link.answer(one.token, std::move(one.bytes));
        return core_->follow_handshake();
      });
  }
  Flips flips_;
  std::unique_ptr<Connection::Core> core_;
};

/// The connection and its peer, and what the input makes of them.
class Play {
 public:
  /// The first bytes of the script: the setting, who the peer is, and which bytes of its messages change. `sinks`: of both.
  Play(Script& script, Sink* sink)
      : script_(script), sides_(sides(script.byte())), side_(script.byte() & 1 ? Side::client : Side::server),
        peer_(side_ == Side::client ? Side::server : Side::client, sides_, flips(script), sink), victim_(make_victim(sink)) {}

  void run() {
    static_cast<void>(victim_.write_early(as_bytes("early")));
    while (!script_.empty()) step();
    for (auto round = 0; round < 10 && pump(); ++round) {
    }
    if (victim_.error() && (victim_.connected() || victim_.write(as_bytes("x")))) std::abort();
  }
  Connection& victim() { return victim_; }

 private:
  static std::vector<Flips::Flip> flips(Script& script) {
    std::vector<Flips::Flip> flips(script.byte() % 4);
    for (auto& flip : flips) flip = {script.byte(), script.byte(), script.byte()};
    return flips;
  }
  Connection make_victim(Sink* sink) const {
    auto options = connect_options(sides_);
    options.sink = sink;
    return side_ == Side::client ? must(Connection::client(sides_.client, "fuzz.example", options))
                                 : must(Connection::server(sides_.server, {.sink = sink}));
  }

  bool pump() {
    const auto from_victim = drain(victim_);
    peer_.feed(from_victim);
    const auto from_peer = peer_.drain();
    give(from_peer);
    return !from_victim.empty() || !from_peer.empty();
  }
  void give(Bytes bytes) {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece_, bytes.size()))) {
      const bool lives = feed(victim_, bytes.first(std::min(piece_, bytes.size())));
      answer(victim_, side_);
      if (!lives) break;
    }
    while (true) {   // what waited for an answer
      const auto data = victim_.read();
      if (!data || data->empty()) break;
    }
    static_cast<void>(victim_.read_early());
  }

  void step() {
    switch (script_.byte() % 16) {
      case 0: act(script_.byte()); break;
      case 1: peer_.act(script_.byte()); break;
      case 2: write_record(Content{script_.byte(), script_.bytes()}); break;
      case 3: write_message(Content{script_.byte(), script_.bytes()}, 1); break;
      case 4: write_message(Content{script_.byte(), script_.bytes()}, 2); break;
      case 5: give(script_.bytes()); break;   // without keys
      case 6: write_long(); break;
      case 7:
        for (auto n = script_.byte() % 40; n > 0; --n) write_record({static_cast<uint8_t>(22 + n % 2), {}});
        break;
      case 8: piece_ = 1U + script_.byte(); break;
      case 9:
        for (auto n = script_.byte() % 12; n > 0; --n) write_message({0, {}}, 1);   // HelloRequest
        break;
      default: pump(); break;
    }
  }
  /// Of a record or a message; in braces, its parts are read in this order whatever the compiler.
  struct Content {
    uint8_t type;
    Bytes bytes;
  };
  void write_record(Content content) { peer_.write(content.type, content.bytes); }
  /// In so many records.
  void write_message(Content content, size_t records) {
    Buffer message{content.type, 0, 0, static_cast<uint8_t>(content.bytes.size())};
    message.insert(message.end(), content.bytes.begin(), content.bytes.end());
    const auto first = message.size() / records;
    write_record({22, Bytes(message).first(first)});
    if (first < message.size()) write_record({22, Bytes(message).subspan(first)});
  }
  void write_long() {
    const auto type = script_.byte(), size = script_.byte(), fill = script_.byte();
    write_record({type, Buffer(size * 300U, fill)});
  }

  void act(uint8_t what) {
    auto ignore = [](auto&& result) { static_cast<void>(result); };
    switch (what % 16) {
      case 0: ignore(victim_.update_keys((what & 16) != 0)); break;
      case 1: ignore(victim_.renegotiate()); break;
      case 2: ignore(victim_.request_client_certificate()); break;
      case 3: ignore(victim_.write(Buffer(what * 100U))); break;
      case 4: ignore(victim_.write_early(Buffer(what))); break;
      case 5: victim_.close(); break;
      case 6: victim_.abort(Alert{what}); break;
      case 7: ignore(victim_.check_deadline()); break;
      case 8: ignore(victim_.exporter("EXPERIMENTAL", Bytes{}, what)); break;
      case 9: ignore(victim_.channel_binding(ChannelBinding::tls_exporter)); break;
      case 10: ignore(victim_.channel_binding(ChannelBinding::tls_server_end_point)); break;
      case 11: ignore(victim_.received_end()); break;
      case 12: keep_session(); break;
      default: break;
    }
  }
  void keep_session() const {
    const auto session = victim_.session();
    if (session && !Session::parse(session->serialize())) std::abort();
  }

  Script& script_;
  const Sides& sides_;
  Side side_;
  Peer peer_;
  Connection victim_;
  size_t piece_ = SIZE_MAX;
};

}  // namespace handfast::fuzz
