// connection.hpp: one TLS connection without any I/O. The caller moves the bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <handfast/config.hpp>
#include <handfast/identity.hpp>
#include <handfast/names.hpp>
#include <handfast/result.hpp>
#include <handfast/session.hpp>
#include <handfast/trace.hpp>

namespace handfast {

/// What was agreed. Fields are set as the handshake learns them.
struct Summary {
  std::optional<Version> version;
  std::optional<Suite> suite;
  std::optional<Group> group;             ///< of the key exchange; none with static RSA, a pre-shared key alone or before TLS 1.3 in a resumption
  std::optional<Scheme> server_scheme;    ///< the server's signature: over the key exchange, or with TLS 1.3 its CertificateVerify
  std::optional<Scheme> client_scheme;    ///< the client's CertificateVerify
  std::string server_name;                ///< asked for (SNI, or the address that was connected to)
  std::string alpn;                       ///< empty: none
  bool resumed = false;
  bool resumed_by_ticket = false;
  std::string external_psk;               ///< the identity of the key that authenticated both sides; empty: none did
  bool early_data = false;                ///< it was sent and taken
  bool extended_master_secret = false;
  bool encrypt_then_mac = false;
  bool client_certificate_requested = false;
  bool client_certificate_sent = false;   ///< now, or in the session that was resumed
  bool application_data_received = false; ///< of the peer, after the handshake
  size_t renegotiations = 0;              ///< handshakes that were completed on this connection after the first one
  std::shared_ptr<const PeerIdentity> peer;   ///< null: the peer showed no certificate
};

enum class State : uint8_t {
  handshaking,
  connected,
  closed,   ///< both sides have said close_notify, or we have and nothing more is expected
  failed,   ///< see error()
};

/// What a single client connection adds to its configuration.
struct ConnectOptions {
  std::shared_ptr<const Session> session{};   ///< resume this one, whatever the configuration's store holds
  std::string server_name_indication{};       ///< SNI to send instead of the verified name
  Sink* sink = nullptr;                       ///< must outlive the connection
  uint64_t id = 0;                            ///< the number of this connection in its events
  uint16_t port = 0;                          ///< keeps the sessions of servers on different ports apart; 0: they are not
  bool early_data = false;                    ///< write_early() will be used, where the session allows it
  /// An earlier try, with a higher version, has failed: says so (TLS_FALLBACK_SCSV, RFC 7507), so that a server that has a higher
  /// one refuses. Fault::config_conflict where the configuration has TLS 1.3, above which there is none.
  bool fallback = false;
};

/// What a single server connection adds to its configuration.
struct AcceptOptions {
  Sink* sink = nullptr;           ///< must outlive the connection
  uint64_t id = 0;                ///< the number of this connection in its events
  std::string client_address{};   ///< in any form: the cookie of a stateless retry is good for this address alone
};

/// What binds an authentication inside the connection to the connection.
enum class ChannelBinding : uint8_t {
  tls_exporter,          ///< RFC 9266
  tls_server_end_point,  ///< RFC 5929 section 4
};

/// One TLS connection, client or server. Not thread-safe: one thread at a time.
///
/// The caller receives into input() and says received(n); takes application data from read(); gives it to write();
/// sends what output() holds and says sent(n). When something fails, the alert is already in output(), and every later
/// call returns the same error.
class Connection {
 public:
  /// Connects to `server_name` (a DNS name or an IP address): sends it as SNI and verifies the server's certificate
  /// against it. The ClientHello is in output() when this returns.
  static Result<Connection> client(std::shared_ptr<const ClientConfig> config, std::string_view server_name,
                                   ConnectOptions options = {});
  /// Waits for a client's hello. Fault::out_of_memory alone.
  static Result<Connection> server(std::shared_ptr<const ServerConfig> config, AcceptOptions options = {});

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// Room to receive into, valid until the next call of anything else. Empty when what has arrived must be read first.
  std::span<uint8_t> input();
  /// The first n bytes of input() have been filled from the transport.
  Result<> received(size_t n);
  /// The transport has ended, and what has arrived has been read. An error (Fault::truncated) unless the peer has said
  /// close_notify or we have given up the handshake with close(). `failure`: what broke it, where it did not end in good
  /// order (Fault::transport_failed).
  Result<> received_end(std::string_view failure = {});

  /// The next piece of application data; empty: none for now. The view lives until the next call of read, input,
  /// received, complete or close.
  Result<Bytes> read();
  /// Protects data and adds it to output(), which grows as needed: send it before writing more. Only when can_write(): otherwise
  /// Fault::handshake_incomplete, or Fault::connection_closed after close(), and the connection goes on.
  Result<> write(Bytes data);
  /// Connected, not closed by us, and not renegotiating().
  bool can_write() const;
  /// TLS 1.3: new keys for what we write from here on (KeyUpdate, RFC 8446 section 4.6.3), and where asked for, for what the peer
  /// writes. Only when connected. It also happens by itself before a key has protected as much as it may.
  Result<> update_keys(bool ask_peer = false);
  /// How many bytes write_early() still takes now; 0: none.
  size_t early_data_room() const;
  /// Application data before the handshake is complete (0-RTT, RFC 8446 section 2.3). A client may write it as soon as it exists,
  /// if it asked for it (ConnectOptions::early_data) and resumes a session that allows it. Whoever records it can send it again,
  /// it is not safe when the session's keys are lost, and the server may refuse it: look at Summary::early_data when connected,
  /// and write it again then. A server that has taken early data answers it so; who gets the answer is not proved yet.
  /// Fault::early_data_unavailable where it is not possible, or not so much; the connection goes on.
  Result<> write_early(Bytes data);
  /// All early data that has come since the last call; only with ServerOptions::early_data. read() never returns any. The view
  /// lives until the next call of read_early, received or close.
  Result<Bytes> read_early();
  /// What is to be sent. Lives until the next call of anything but output.
  Bytes output() const;
  /// The first n bytes of output() have been sent.
  void sent(size_t n);

  /// Says close_notify. Nothing can be written after it; data of the peer can still be read. During a handshake, also a new one
  /// that has taken can_write() away, it is the end of the connection.
  void close();
  /// Gives up a handshake for a reason of the application's; the alert is sent.
  void abort(Alert alert);

  /// The answer to a SigningRequest or a PskRequest, on the thread that owns the connection. An answer to a request that nobody waits
  /// for any more is dropped.
  Result<> complete(uint64_t token, Result<Buffer> answer);

  /// Until when the handshake must be done, a new one (renegotiate()), or a client's answer to request_client_certificate() be here;
  /// none when it is.
  std::optional<std::chrono::steady_clock::time_point> deadline() const;
  /// Fails the connection when its deadline has passed.
  Result<> check_deadline();

  State state() const;
  bool connected() const { return state() == State::connected; }
  /// Connected, and the peer is known to take us. A client of TLS 1.3 is connected before the server has judged its certificate
  /// (RFC 8446 section 4.4.4): only with the first record under the server's application keys this is likely.
  bool peer_confirmed() const;
  /// The peer refused us with a fatal alert: during the handshake, or a server of TLS 1.3 also later, before its first
  /// application data.
  bool refused_by_peer() const;
  /// The peer has said close_notify: no more data will come.
  bool peer_closed() const;
  /// Why the connection failed; null while it has not.
  const Error* error() const;
  /// What was agreed so far; lives as long as the connection, and changes with it. Of a connection that is not connected yet, or has
  /// failed in its handshake, `peer` is whoever it claimed to be.
  const Summary& summary() const;

  /// For resuming later; null while there is none (no extended master secret, nothing offered by the server).
  std::shared_ptr<const Session> session() const;

  /// Keying material of `length` bytes (RFC 5705, RFC 8446 section 7.5): at most 8160 with TLS 1.3, else 65535, and then only with
  /// extended master secret (RFC 7627 section 5.4). Fault::exporter_unavailable, value_too_long, handshake_incomplete.
  Result<Buffer> exporter(std::string_view label, std::optional<Bytes> context, size_t length) const;

  /// The value that both sides have, and no other connection (tls_exporter) or no other server (tls_server_end_point).
  /// Fault::exporter_unavailable; Fault::channel_binding_unavailable where there is no tls_server_end_point: the server has shown no
  /// certificate but a key, or one whose signature has no hash (Ed25519, Ed448), or, on the server, a session was resumed.
  Result<Buffer> channel_binding(ChannelBinding type) const;

  /// Asks the client for its certificate now: with TLS 1.3 by a request of its own (RFC 8446 section 4.6.2), with TLS 1.2 and older
  /// in a new handshake, see renegotiate(). summary().peer is set when it has come and the client has proved that it holds its key,
  /// and stays as it was when it has none; the answer has a deadline(). A certificate that is not accepted fails the connection, and
  /// so does none with ClientAuth::require. Fault::client_certificate_unavailable on a client, without
  /// ServerOptions::post_handshake_auth, when a client of TLS 1.3 has not offered it or an older one does not have RFC 5746, and
  /// while an answer is still to come; the connection goes on then.
  Result<> request_client_certificate();
  /// It has been asked so, and has not answered, refused or closed yet.
  bool awaits_client_certificate() const;

  /// TLS 1.2 and older: asks for a new handshake on this connection (RFC 5246 section 7.4.1.1, RFC 5746): a client says hello, a
  /// server sends HelloRequest. Data of the peer can be read all the time; ours may be written when it is over, see
  /// can_write(). Until the peer's new Finished has been verified, summary(), session() and exporter() stay as they were; then
  /// Summary::renegotiations counts on. A peer that says no_renegotiation leaves the connection as it was; no answer at all fails it
  /// at its deadline(), and so does a peer that changes what must stay: version, server name, ALPN, extended master secret, and,
  /// unless Renegotiation::allow_identity_change is set, its certificate. Fault::renegotiation_unavailable with TLS 1.3, with a peer
  /// that does not have RFC 5746, and while one is under way; the connection goes on then.
  Result<> renegotiate();
  /// A new handshake has been asked for by us, or is under way.
  bool renegotiating() const;

  struct Core;

 private:
  explicit Connection(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace handfast
