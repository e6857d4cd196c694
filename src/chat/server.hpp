#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/identity.hpp"

namespace handfast::chat {

class State;

/// Names one connection for its whole life; never used again.
using MemberId = std::uint64_t;

/// The time, as the caller read it: `steady` drives the timers, `wall` is shown to people.
struct Instant {
  std::chrono::steady_clock::time_point steady;
  std::chrono::system_clock::time_point wall;

  /// Both clocks, now.
  static Instant read() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }
};

/// What a Server says to the network. It is called from inside the Server's functions and must not call back into
/// the Server: what it finds out (a broken connection, a full queue) it reports with drop() later.
class Output {
 public:
  virtual ~Output() = default;

  /// Sends `line` to `id`: one line with its CRLF, at most 512 bytes and a server-time tag. The view is valid during
  /// the call. The network bounds what waits for a slow reader, and drops a member that passes that bound.
  virtual void send(MemberId id, std::string_view line) = 0;

  /// The Server has let go of `id`: send what waits, then close the connection. `reason` is for the log and valid
  /// during the call. No drop() is needed afterwards.
  virtual void close(MemberId id, std::string_view reason) = 0;
};

/// How floods are slowed: `burst` lines at once, then one every `interval`; up to `queue` lines wait for their turn,
/// a member that sends more is closed with "Excess Flood". A line that does the work of several (a list of channels to join, a
/// long answer) counts as several.
struct FloodLimit {
  std::size_t burst = 20;
  std::chrono::milliseconds interval{250};
  std::size_t queue = 128;
};

struct ServerConfig {
  std::string name = "chat.localhost";  ///< the server's name: a host name, at most 63 bytes
  std::string network = "Handfast";     ///< one word, shown in 001 and 005
  std::string version = "handfast";     ///< one word, shown in 002, 004 and 351
  std::vector<std::string> motd;        ///< lines of the message of the day; none: 422
  FloodLimit flood;
  std::size_t connections_per_account = 16;       ///< at a time; see Server::refusal
  std::chrono::seconds registration_timeout{30};  ///< from add() to the end of registration
  std::chrono::seconds ping_interval{120};        ///< silence after which a member is asked PING
  std::chrono::seconds ping_timeout{60};          ///< silence after the PING that ends the connection
};

/// An IRC server without sockets and TLS: bytes or lines of the members in, lines out through an Output.
///
/// The network calls add() when a connection has proved its identity, receive() with what it reads, drop() when the
/// connection has ended, and tick() when the time next_wake() has come. All calls from one thread at a time; `now`
/// never goes back. An unknown id, also one that was closed, is ignored everywhere.
class Server {
 public:
  /// `output` must outlive the server.
  Server(ServerConfig config, Output& output, Instant now);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Why add() should not be called for one more connection of the identity's account, for its owner to read; none: it may.
  std::optional<std::string> refusal(const Identity& identity) const;

  /// A new connection, before it has sent anything.
  MemberId add(Identity identity, Instant now);

  /// Bytes read from the member's connection, in any split. Keeps at most one line and the flood queue of it.
  void receive(MemberId id, std::string_view bytes, Instant now);

  /// One whole line without its CRLF: for callers that cut lines themselves.
  void line(MemberId id, std::string_view text, Instant now);

  /// The connection has ended; the others see `reason` as the member's quit message.
  void drop(MemberId id, std::string_view reason, Instant now);

  /// Runs what is due: waiting lines of slowed members, PINGs, timeouts.
  void tick(Instant now);

  /// When tick() has next to be called: ask after each call above. None: nothing is due.
  std::optional<std::chrono::steady_clock::time_point> next_wake() const;

  /// Says ERROR with `reason` to all members and closes them: for a shutdown.
  void close_all(std::string_view reason, Instant now);

  /// Members, with those who have not registered yet.
  std::size_t member_count() const;
  std::size_t channel_count() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace handfast::chat
