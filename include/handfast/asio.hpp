// asio.hpp: a Connection over an Asio stream, in the shape of asio::ssl::stream. Needs stand-alone Asio 1.18 or newer; the
// library itself does not use it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/compose.hpp>
#include <asio/detached.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <handfast/connection.hpp>

namespace handfast {

/// The category of error codes that are faults; the message is the fault's words, Stream::error() has the facts too.
inline const std::error_category& fault_category() {
  class Category : public std::error_category {
   public:
    const char* name() const noexcept override { return "handfast"; }
    std::string message(int value) const override {
      if (value < 1 || value > static_cast<int>(Fault::last_) + 1) return "unknown fault";
      return std::string(info(static_cast<Fault>(value - 1)).text);
    }
  };
  static const Category category;
  return category;
}

/// Lets `code == Fault::truncated` be written. The value is the fault's number and one: 0 stands for success.
inline std::error_code make_error_code(Fault fault) { return {static_cast<int>(fault) + 1, fault_category()}; }

}  // namespace handfast

template <>
struct std::is_error_code_enum<handfast::Fault> : std::true_type {};

namespace handfast {

/// A TLS connection over `Socket`, an Asio stream (or a reference to one). As with asio::ssl::stream, one read and one write
/// may be under way at the same time, all on one strand, and the stream must outlive and not move under them.
///
///     Stream<asio::ip::tcp::socket> stream(std::move(socket), *Connection::client(config, "example.org"));
///     co_await stream.async_handshake(asio::use_awaitable);
///     co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
///
/// An operation that fails with a fault has sent its alert; error() says more than the code. The end of the peer's data is
/// asio::error::eof after its close_notify, and Fault::truncated without.
template <class Socket>
class Stream {
 public:
  using next_layer_type = std::remove_reference_t<Socket>;
  using lowest_layer_type = typename next_layer_type::lowest_layer_type;
  using executor_type = typename next_layer_type::executor_type;

  template <class Next>
  Stream(Next&& next, Connection connection)
      : next_(std::forward<Next>(next)),
        connection_(std::move(connection)),
        turn_(next_.get_executor(), std::chrono::steady_clock::time_point::max()),
        room_(next_.get_executor()) {}

  executor_type get_executor() { return next_.get_executor(); }
  next_layer_type& next_layer() { return next_; }
  const next_layer_type& next_layer() const { return next_; }
  lowest_layer_type& lowest_layer() { return next_.lowest_layer(); }
  const lowest_layer_type& lowest_layer() const { return next_.lowest_layer(); }

  /// What was agreed, the session, the exporter. Its functions that move bytes are the stream's to call.
  const Connection& connection() const { return connection_; }
  /// Why the connection failed, with every fact; null while it has not.
  const Error* error() const { return connection_.error(); }

  /// Completes when the handshake is done: void(std::error_code). Its deadline is checked when bytes arrive; who waits for a
  /// peer that may stay silent sets a timer beside it and closes the lowest layer.
  template <class Token>
  auto async_handshake(Token&& token) {
    return start(HandshakeStep{}, std::forward<Token>(token));
  }

  /// Completes when some data has come: void(std::error_code, size_t).
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return start_sized(ReadStep<Buffers>{buffers}, std::forward<Token>(token));
  }

  /// Completes when the next layer has taken some of the data (64 KiB at most at once): void(std::error_code, size_t).
  /// Fault::handshake_incomplete while a new handshake on the connection is under way, where the peer may start one
  /// (Renegotiation::allow_peer): reading brings it to its end.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return start_sized(WriteStep<Buffers>{buffers}, std::forward<Token>(token));
  }

  /// Says close_notify and completes when the peer's has come: void(std::error_code). Data that the peer still sends are
  /// dropped; a peer that ends without close_notify gives Fault::truncated.
  template <class Token>
  auto async_shutdown(Token&& token) {
    return start(ShutdownStep{}, std::forward<Token>(token));
  }

  /// The answer to a SigningRequest, on the stream's strand, while async_handshake is under way.
  Result<> complete(uint64_t token, Result<Buffer> signature) {
    auto completed = connection_.complete(token, std::move(signature));
    room_.cancel();
    wake_reader();
    start(FlushStep{}, asio::detached);
    return completed;
  }

 private:
  /// The end of an operation.
  struct Done {
    std::error_code code{};
    size_t size = 0;
  };

  // What an operation does between its waits. Each returns its end, or nothing when it needs bytes from the peer.

  struct HandshakeStep {
    static constexpr bool waits_for_output = false;   // whoever sends goes on until nothing is left
    std::optional<Done> operator()(Stream& stream) {
      stream.feed();
      static_cast<void>(stream.connection_.check_deadline());
      if (auto failed = stream.failure()) return failed;
      if (stream.connection_.state() != State::handshaking) return Done{};
      return std::nullopt;
    }
  };

  template <class Buffers>
  struct ReadStep {
    static constexpr bool waits_for_output = false;
    Buffers buffers;
    std::optional<Done> operator()(Stream& stream) {
      if (asio::buffer_size(buffers) == 0) return Done{};
      while (true) {
        if (const size_t size = stream.copy_to(buffers)) return Done{{}, size};
        if (auto failed = stream.failure()) return failed;
        if (stream.connection_.peer_closed()) return Done{asio::error::eof};
        if (!stream.feed()) return std::nullopt;
      }
    }
  };

  template <class Buffers>
  struct WriteStep {
    static constexpr bool waits_for_output = true;   // or a fast writer would fill the memory
    Buffers buffers;
    std::optional<Done> operator()(Stream& stream) {
      if (stream.is_broken_) return Done{asio::error::broken_pipe};
      size_t size = 0;
      for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers); ++it) {
        const asio::const_buffer piece(*it);
        const size_t taken = std::min(piece.size(), most_at_once - size);
        const auto written = stream.connection_.write({static_cast<const uint8_t*>(piece.data()), taken});
        if (!written) return Done{written.error().fault};
        size += taken;
      }
      return Done{{}, size};
    }
  };

  struct ShutdownStep {
    static constexpr bool waits_for_output = false;
    bool has_begun = false;
    std::optional<Done> operator()(Stream& stream) {
      if (!has_begun) stream.pending_ = {};
      if (!std::exchange(has_begun, true)) stream.connection_.close();
      while (true) {
        const auto dropped = stream.connection_.read();
        if (auto failed = stream.failure()) return failed;
        if (stream.connection_.peer_closed()) return Done{};
        if (dropped->empty() && !stream.feed()) return std::nullopt;
      }
    }
  };

  struct FlushStep {
    static constexpr bool waits_for_output = false;
    std::optional<Done> operator()(Stream&) { return Done{}; }
  };

  /// Runs a step until it is done, sending and receiving in between.
  template <class Step, bool is_sized>
  struct Operation {
    enum class Wait : uint8_t { nothing, first, sending, turn, receiving, room };

    Stream& stream;
    Step step;
    std::optional<Done> done{};
    Wait wait = Wait::nothing;
    bool has_waited = false;

    template <class Self>
    void operator()(Self& self, std::error_code code = {}, size_t size = 0) {
      if (const auto lost = resumed(code, size)) done = Done{*lost};
      if (!done) done = step(stream);
      const bool sends = !stream.connection_.output().empty();
      if (stream.is_sending_ && done && sends && Step::waits_for_output) return await_turn(self);
      if (sends && !stream.is_sending_ && !stream.is_broken_) return send(self);
      if (!done) return stream.has_unfed() ? await_room(self) : receive(self);
      if (!has_waited) return post(self);
      if constexpr (is_sized) {
        self.complete(done->code, done->size);
      } else {
        self.complete(done->code);
      }
    }

   private:
    /// What a wait has brought; an error of the transport that ends the operation.
    std::optional<std::error_code> resumed(std::error_code code, size_t size) {
      switch (std::exchange(wait, Wait::first)) {
        case Wait::sending:
          stream.is_sending_ = false;
          stream.turn_.cancel();
          if (stream.wants_look_) stream.wake_reader();
          if (code) stream.is_broken_ = true;
          if (code && !(done && done->code)) return code;
          break;
        case Wait::receiving:
          stream.is_receiving_ = false;
          if (std::exchange(stream.wants_look_, false) && code == asio::error::operation_aborted) break;
          if (code == asio::error::eof) {
            static_cast<void>(stream.connection_.received_end());   // the step finds the error
          } else if (code) {
            return code;
          }
          stream.incoming_end_ = size;
          break;
        case Wait::room:
          if (!stream.is_open()) return asio::error::operation_aborted;
          break;
        default: break;
      }
      return std::nullopt;
    }

    template <class Self>
    void await_turn(Self& self) {
      wait = Wait::turn;
      has_waited = true;
      stream.turn_.async_wait(std::move(self));
    }

    // The connection takes nothing more until complete() is called. Closing the lowest layer, which ends every other wait, does not
    // end this one, nor does the deadline of the handshake: so it looks now and then.
    template <class Self>
    void await_room(Self& self) {
      wait = Wait::room;
      has_waited = true;
      stream.room_.expires_after(look_again);
      stream.room_.async_wait(std::move(self));
    }

    // A copy is sent: the view of the output would not outlive what the other direction does meanwhile.
    template <class Self>
    void send(Self& self) {
      wait = Wait::sending;
      has_waited = true;
      stream.is_sending_ = true;
      const Bytes output = stream.connection_.output();
      stream.outgoing_.assign(output.begin(), output.end());
      stream.connection_.sent(stream.outgoing_.size());
      asio::async_write(stream.next_, asio::buffer(stream.outgoing_), std::move(self));
    }

    template <class Self>
    void receive(Self& self) {
      wait = Wait::receiving;
      has_waited = true;
      stream.incoming_.resize(most_received);
      stream.incoming_begin_ = stream.incoming_end_ = 0;
      stream.is_receiving_ = true;
      stream.next_.async_read_some(asio::buffer(stream.incoming_), std::move(self));
    }

    template <class Self>
    void post(Self& self) {
      has_waited = true;
      const auto executor = stream.get_executor();
      asio::post(executor, std::move(self));
    }
  };

  template <class Step, class Token>
  auto start(Step step, Token&& token) {
    return asio::async_compose<Token, void(std::error_code)>(Operation<Step, false>{*this, std::move(step)}, token, next_);
  }

  template <class Step, class Token>
  auto start_sized(Step step, Token&& token) {
    return asio::async_compose<Token, void(std::error_code, size_t)>(Operation<Step, true>{*this, std::move(step)}, token,
                                                                     next_);
  }

  std::optional<Done> failure() const {
    if (const Error* error = connection_.error()) return Done{error->fault};
    return std::nullopt;
  }

  template <class Buffers>
  size_t copy_to(const Buffers& buffers) {
    if (pending_.empty()) {
      const auto data = connection_.read();
      if (!data) return 0;
      pending_ = *data;
    }
    const size_t size = asio::buffer_copy(buffers, asio::const_buffer(pending_.data(), pending_.size()));
    pending_ = pending_.subspan(size);
    return size;
  }

  /// Gives the connection what has come and it has room for; false when there was nothing.
  bool feed() {
    bool has_fed = false;
    while (incoming_begin_ < incoming_end_ && pending_.empty()) {
      const auto room = connection_.input();
      if (room.empty()) break;
      const size_t size = std::min(room.size(), incoming_end_ - incoming_begin_);
      std::memcpy(room.data(), incoming_.data() + incoming_begin_, size);
      incoming_begin_ += size;
      has_fed = true;
      if (!connection_.received(size)) break;
    }
    return has_fed;
  }

  /// Bytes have come that the connection has no room for.
  bool has_unfed() const { return incoming_begin_ < incoming_end_; }

  /// Makes an operation that waits for bytes look at the connection again, which may have some for it by now: nothing is lost with
  /// a read that is cancelled. A write would be; the reader waits for its end.
  void wake_reader() {
    if constexpr (requires(lowest_layer_type& lowest) { lowest.cancel(); }) {
      wants_look_ = is_receiving_;
      if (wants_look_ && !is_sending_) lowest_layer().cancel();
    }
  }

  bool is_open() {
    if constexpr (requires(lowest_layer_type& lowest) { lowest.is_open(); }) {
      return lowest_layer().is_open();
    } else {
      return true;
    }
  }

  static constexpr std::chrono::milliseconds look_again{100};
  static constexpr size_t most_at_once = 64 * 1024;
  static constexpr size_t most_received = 16 * 1024;

  Socket next_;
  Connection connection_;
  asio::steady_timer turn_;          ///< never fires: cancelled when a send has ended
  asio::steady_timer room_;          ///< cancelled by complete()
  std::vector<uint8_t> outgoing_;    ///< what is being sent
  std::vector<uint8_t> incoming_;    ///< what is being received
  size_t incoming_begin_ = 0, incoming_end_ = 0;
  Bytes pending_;                    ///< application data that the reader had no room for
  bool is_sending_ = false;
  bool is_receiving_ = false;
  bool wants_look_ = false;          ///< the read under way is cancelled, or will be, by wake_reader()
  bool is_broken_ = false;           ///< nothing more can be sent
};

template <class Next>
Stream(Next&&, Connection) -> Stream<std::remove_cvref_t<Next>>;

}  // namespace handfast
