// session.hpp: what is kept to resume a connection, on either side.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <handfast/names.hpp>
#include <handfast/result.hpp>

namespace handfast {

/// What a client needs to resume: immutable, holds secrets, erases itself.
class Session {
 public:
  /// For keeping in a file. Whoever reads it can read the connections it resumes: write it with mode 0600.
  Buffer serialize() const;
  static Result<std::shared_ptr<const Session>> parse(Bytes bytes);

  std::string_view server_name() const;
  Version version() const;
  Suite suite() const;
  /// Ticket (RFC 5077) or session id (RFC 5246).
  bool has_ticket() const;

  struct State;
  const State& state() const { return *state_; }
  explicit Session(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

/// Where a client keeps its sessions between connections, by server name (and port, where ConnectOptions give one). Called from
/// the threads of all connections that share it.
class ClientSessions {
 public:
  virtual ~ClientSessions() = default;
  virtual void put(const std::string& key, std::shared_ptr<const Session> session) = 0;
  /// The newest session, or null. One of TLS 1.3 is not kept after this: a ticket that is shown twice tells who watches that it
  /// is the same client (RFC 8446 appendix C.4), and its early data would be refused.
  virtual std::shared_ptr<const Session> take(const std::string& key) = 0;
  /// Forgets all of this server's.
  virtual void remove(const std::string& key) = 0;

  /// Keeps the newest sessions of each of at most `limit` servers in memory: one of TLS 1.2, or up to eight of TLS 1.3.
  static std::shared_ptr<ClientSessions> in_memory(size_t limit = 256);
};

/// Turns what a server keeps of a session into tickets (RFC 5077, RFC 8446 section 4.6.1) and back. Servers that shall take
/// each other's tickets share one, or have ones with the same keys behind them. Called from the threads of all connections.
class TicketProtector {
 public:
  virtual ~TicketProtector() = default;
  /// How long a ticket is good; with TLS 1.3 at most seven days.
  virtual std::chrono::seconds lifetime() const = 0;
  /// A ticket that only open() can read, and that nobody can alter. With ServerOptions::stateless_retry it is called for
  /// anybody who says hello, and must remember nothing of it.
  virtual Result<Buffer> seal(Bytes plaintext, std::chrono::system_clock::time_point now) = 0;
  /// What was sealed; empty for a ticket that is not ours, altered, or under a key that is gone.
  virtual std::optional<Buffer> open(Bytes ticket, std::chrono::system_clock::time_point now) = 0;
};

/// Keys in memory: AES-256-GCM, a new key every `rotation`, old ones accepted until the tickets under them have expired.
/// Thread-safe; share one between the configurations that replace each other.
class TicketKeys : public TicketProtector {
 public:
  struct Options {
    std::chrono::seconds rotation = std::chrono::hours(12);
    std::chrono::seconds lifetime = std::chrono::hours(24);   ///< of a ticket
  };
  TicketKeys();
  explicit TicketKeys(Options options);
  ~TicketKeys() override;
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  /// Starts a new key now; tickets under the older ones stay good for their lifetime.
  Result<> rotate(std::chrono::system_clock::time_point now);

  std::chrono::seconds lifetime() const override;
  /// `now` starts the first key and rotates when due.
  Result<Buffer> seal(Bytes plaintext, std::chrono::system_clock::time_point now) override;
  std::optional<Buffer> open(Bytes ticket, std::chrono::system_clock::time_point now) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The replayable moment of one flight of early data.
struct EarlyDataUse {
  Bytes ticket;                                 ///< SHA-256 of the ticket; the view lives during the call
  std::chrono::system_clock::time_point from;   ///< before it no server can have taken this flight
  std::chrono::system_clock::time_point until;  ///< from here on none takes it any more
};

/// Remembers which tickets' early data was taken, so that no flight is taken twice (RFC 8446 section 8.1). Servers that share
/// their tickets must share it too. Called from the threads of all connections.
class StrikeRegister {
 public:
  virtual ~StrikeRegister() = default;
  /// True for the first use of this ticket until `use.until`; false for every other one and whenever it is not certain: early data
  /// is then refused, and the client sends it again after the handshake. A register behind servers with clocks of their own
  /// must remember longer by as much as they differ.
  virtual bool first_use(const EarlyDataUse& use, std::chrono::system_clock::time_point now) = 0;

  /// Remembers at most `limit` tickets (about 100 bytes each); one more is refused. `begins`: flights that may have been taken
  /// before it are refused, for nobody remembers them.
  static std::shared_ptr<StrikeRegister> in_memory(std::chrono::system_clock::time_point begins, size_t limit = 65536);
};

/// A server's sessions by session id (RFC 5246 section 7.4.1.2), for clients that have no tickets: bounded, the least
/// recently used leaves first. Thread-safe.
class SessionCache {
 public:
  explicit SessionCache(size_t limit = 1024, std::chrono::seconds lifetime = std::chrono::hours(2));
  ~SessionCache();
  SessionCache(const SessionCache&) = delete;
  SessionCache& operator=(const SessionCache&) = delete;

  void put(Bytes session_id, Buffer session, std::chrono::system_clock::time_point now);
  std::optional<Buffer> find(Bytes session_id, std::chrono::system_clock::time_point now);
  void remove(Bytes session_id);
  size_t size() const;
  /// How many it keeps; with 0 the server gives out no session ids.
  size_t limit() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace handfast
