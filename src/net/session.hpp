// session.hpp: a TLS connection on a TCP socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <handfast/connection.hpp>

namespace handfast::net {

class Session;

/// How a session ended.
struct Ending {
  const Error* error = nullptr;   ///< null: it was closed in good order; lives during the call
  bool handshake_done = false;    ///< and the peer has not refused us later, as a server of TLS 1.3 may
  bool peer_said_close = false;   ///< the peer's close_notify has come
};

/// What is spoken over a session; belongs to it and dies with it. The calls come from the session's thread, none after
/// ended(). Any of them may write to the session or close it.
class Protocol {
 public:
  virtual ~Protocol() = default;
  /// The handshake is complete: session.summary() says what was agreed. Where a server of TLS 1.3 has asked us for a certificate
  /// and may still refuse it, this waits for the server's first word, see SessionLimits.
  virtual void connected(Session&) {}
  /// Application data; the view lives during the call, and not beyond session.finish() or close().
  virtual void arrived(Session& session, Bytes data) = 0;
  /// A client's early data, before connected(), where the server's configuration takes any: whoever recorded it may be the one
  /// that sends it now. True: dealt with; session.write_early() answers. False, as it is unless overridden: it is kept, and goes
  /// to arrived() once the handshake is complete, which nobody can replay.
  virtual bool arrived_early(Session&, Bytes) { return false; }
  /// Asked for its certificate after the handshake, the client has answered, with the one in session.summary().peer or with none;
  /// or it has closed and will not answer. Before arrived() for the data that came behind the answer.
  virtual void certificate_answered(Session&) {}
  /// A new handshake on the connection (Connection::renegotiate) is over: complete, or refused by the peer, and all is as it was.
  virtual void renegotiated(Session&, bool /*is_complete*/) {}
  /// What was waiting to be sent has gone below the low mark: write on.
  virtual void drained(Session&) {}
  /// The peer has said close_notify: no more data will come. The session is closed unless this is overridden.
  virtual void peer_closed(Session& session);
  /// The last call: closed in good order, or failed.
  virtual void ended(Session&, const Ending&) {}
};

struct SessionLimits {
  size_t high_mark = 256 * 1024;   ///< bytes that wait to be sent, from which on nothing more is received
  size_t low_mark = 64 * 1024;     ///< receiving goes on below this
  std::chrono::milliseconds stall = std::chrono::seconds(30);   ///< without the peer taking a byte that waits for it
  std::chrono::milliseconds linger = std::chrono::seconds(2);   ///< for the peer's close_notify and end after ours
  /// From close() or the report of a failure until the socket is closed, however busy a slow peer keeps it.
  std::chrono::milliseconds closing = std::chrono::minutes(2);
  std::optional<std::chrono::milliseconds> idle{};              ///< without a byte in either direction; none: for ever
  /// For a TLS 1.3 server's first word after it has asked for our certificate, beside twice the measured round trip.
  std::chrono::milliseconds first_word = std::chrono::seconds(1);
};

/// Moves the bytes of one Connection: waits until the socket is readable before it takes memory to receive into, so that an
/// idle session holds none; stops receiving while the peer takes nothing; keeps the handshake's deadline; says
/// close_notify and waits a little for the peer's. Keeps itself alive while its socket is open. One thread.
class Session : public std::enable_shared_from_this<Session> {
 public:
  /// Nothing happens before start().
  static std::shared_ptr<Session> make(asio::ip::tcp::socket socket, Connection connection,
                                       std::unique_ptr<Protocol> protocol, SessionLimits limits = {});
  void start();

  /// Protects the data and sends it, or keeps it until the peer takes it, or a new handshake on the connection is over (see
  /// waiting()). Ignored after finish(), close() or the end, and before the first handshake is complete.
  void write(Bytes data);
  /// The same before the handshake is complete (see Connection::write_early): sends as much of it as goes, and returns how much
  /// that was. A client looks at summary().early_data when connected: if it is false, nothing of it has been taken.
  size_t write_early(Bytes data);
  /// Bytes that the socket has not taken yet.
  size_t waiting() const { return connection_.output().size() + unwritten_.size(); }
  /// Asks for a new handshake on the connection, see Connection::renegotiate.
  Result<> renegotiate();

  /// Receives nothing until resume(): for a protocol that has nowhere to put the peer's data. What has been received
  /// already still arrives.
  void pause() { is_held_ = true; }
  void resume();

  /// Says close_notify behind what waits; the peer's data still arrive. A new handshake on the connection is brought to its end first.
  void finish();
  /// Says close_notify behind what waits, as finish() does, and drops what the peer still sends; the socket is closed when the peer
  /// has ended too, or after the linger time.
  void close();
  /// Ends at once, with an alert where the handshake is not done.
  void drop(Alert alert = Alert::user_canceled);
  /// Answers a SigningRequest; on the session's thread.
  void complete(uint64_t token, Result<Buffer> signature);

  Connection& connection() { return connection_; }
  const Summary& summary() const { return connection_.summary(); }
  const asio::ip::tcp::endpoint& peer() const { return peer_; }
  uint64_t bytes_received() const { return received_; }   ///< application data
  uint64_t bytes_sent() const { return sent_; }           ///< application data, given to write()
  Protocol& protocol() { return *protocol_; }

 private:
  using Clock = std::chrono::steady_clock;
  enum class Stage : uint8_t {
    open,      ///< handshake and data
    closing,   ///< close() was called: our close_notify goes out, the peer's end is awaited
    lingering, ///< the end was reported; the last bytes go out and the peer's are dropped
    over,      ///< the socket is closed
  };

  Session(asio::ip::tcp::socket socket, Connection connection, std::unique_ptr<Protocol> protocol, SessionLimits limits);
  bool is_over() const { return stage_ == Stage::over; }
  size_t unsent() const { return connection_.output().size(); }   ///< of waiting(), what could go
  void schedule();
  void settle();
  void announce();
  void announce_connected();
  void announce_answer();
  void announce_renegotiation();
  void close_connection();
  bool awaits_first_word();
  void conclude();

  void on_readable();
  bool receive_once();
  bool discard_once();
  void deliver();
  void deliver_early();
  void transport_ended(const asio::error_code& code);
  void flush();
  bool must_hold() const;
  void catch_up();

  void fail(const Error& error);
  void report(const Error* error);
  void limit_closing();
  void send_end();
  void shut();

  void await_readable();
  void await_writable();
  void arm_timer();
  void on_timer();
  std::optional<Clock::time_point> due() const;

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  asio::ip::tcp::endpoint peer_;
  Connection connection_;
  std::unique_ptr<Protocol> protocol_;
  SessionLimits limits_;
  std::optional<Clock::time_point> armed_;     ///< when the timer fires
  std::optional<Clock::time_point> stalled_;   ///< since when the peer takes nothing of what waits
  Clock::time_point moved_{};                  ///< when a byte last moved
  Clock::time_point end_sent_at_{};
  std::optional<Clock::time_point> over_by_;   ///< from close() or report() on
  std::optional<Clock::time_point> spoke_at_;        ///< our first byte, and the peer's: the time between is a round trip
  std::optional<Clock::time_point> answered_at_;
  std::optional<Clock::time_point> first_word_due_;  ///< connected() is not called before, unless the server speaks
  uint64_t received_ = 0;
  uint64_t sent_ = 0;
  uint64_t early_sent_ = 0;          ///< counted in sent_ once it is known to be taken
  Buffer early_kept_;                ///< early data for arrived()
  Buffer unwritten_;                 ///< while a new handshake is under way
  size_t renegotiations_ = 0;        ///< that have been announced
  Stage stage_ = Stage::open;
  bool in_turn_ = false;             ///< settle() comes at the end of what runs now
  bool scheduled_ = false;           ///< settle() has been posted
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
  bool is_paused_ = false;           ///< nothing is received until the peer has taken what waits
  bool is_held_ = false;             ///< nothing is received until resume() is called
  bool input_is_full_ = false;       ///< nothing is received until complete() is called, or unwritten_ is gone
  bool owes_drained_ = false;
  bool said_connected_ = false;
  bool awaits_answer_ = false;       ///< the client has been asked for its certificate
  bool was_renegotiating_ = false;
  bool owes_close_ = false;          ///< our close_notify follows when a new handshake is over
  bool said_peer_closed_ = false;
  bool wants_drop_ = false;
  bool write_failed_ = false;        ///< the peer takes no more; what it said before may still be read
  bool sent_end_ = false;
  bool peer_ended_ = false;          ///< its end of the TCP connection
};

}  // namespace handfast::net
