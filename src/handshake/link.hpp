// link.hpp: all that a handshake may do to the outside world.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>

#include <handfast/config.hpp>
#include <handfast/connection.hpp>
#include <handshake/exporter.hpp>
#include <handshake/tracer.hpp>
#include <keys/prf12.hpp>
#include <keys/schedule13.hpp>
#include <keys/transcript.hpp>
#include <messages/hello.hpp>
#include <messages/with_header.hpp>
#include <record/reader.hpp>
#include <record/reassembly.hpp>
#include <record/writer.hpp>
#include <wire/codec.hpp>
#include <wire/printer.hpp>

namespace handfast {

class Handshake;
class Link;

/// One whole message as it arrived.
struct Message {
  Kind kind;
  Bytes with_header;   ///< what goes into the transcript
  Bytes body;
};

/// A message together with the transcript before it: what Finished and CertificateVerify are checked against.
template <class M>
struct Received : M {
  crypto::Digest before;        ///< only for messages that say `checks_transcript`
  size_t messages_before = 0;   ///< bytes of transcript messages
  size_t message_size = 0;      ///< bytes of this one among them
};

enum class Taken : bool { no, yes };

/// Proof that no part of a handshake message is pending: keys may change only there (RFC 8446 section 5.1).
class RecordBoundary {
  RecordBoundary() = default;
  friend class Link;
};

/// What a client makes sessions of the tickets to come with (RFC 8446 section 4.6.1).
struct TicketTerms {
  keys::ResumptionSecret secret;
  const ClientConfig* config;             ///< the connection keeps it
  std::string key;                        ///< in the store of sessions
  std::string name;                       ///< that the server was verified for
  std::string server_name_indication;
  uint64_t valid_until;                   ///< seconds since 1970
  size_t tickets = 0;                     ///< that have come
};

/// Application data before the handshake is complete (RFC 8446 section 4.2.10).
struct EarlyDataState {
  size_t room = 0;          ///< client: may still be written; server: may still come
  bool is_open = false;     ///< client: it may be written; server: it comes, and may be answered
  Buffer received{};        ///< by a server, not read yet
  Buffer read{};            ///< what read_early() shows
};

/// What a TLS 1.3 connection keeps for messages after the handshake.
struct Connected13 {
  const catalog::SuiteRow* suite = nullptr;
  keys::TrafficSecret input, output;
  size_t updates_without_data = 0;                    ///< KeyUpdates of the peer in a row
  bool owes_update = false;                           ///< the peer has asked for our next keys
  std::unique_ptr<TicketTerms> tickets{};             ///< of a client that takes them: a server would carry 200 bytes for nothing
  std::optional<crypto::Hash> transcript{};           ///< up to the client's Finished, for certificates asked for later
  CertificateType client_certificate_type = CertificateType::x509;   ///< what the client shows then
  std::vector<Buffer> contexts{};                     ///< of a client: of the requests for its certificate so far
  bool is_answering = false;                          ///< of a server: the client's answer has begun and must not be interrupted
};

/// What binds the next handshake of a connection of TLS 1.2 or older to the last one (RFC 5746 section 3.1).
struct SecureRenegotiation {
  bool peer_has_it = false;
  keys::VerifyData client_verify_data{}, server_verify_data{};   ///< of the last handshake's Finished
};

/// A new handshake on a connection, from its ClientHello to its end (RFC 5746): see renegotiate.hpp.
struct Renegotiating {
  Summary before;                   ///< what holds until the new Finished has verified
  const Identity* shown = nullptr;  ///< Link::shown of before
  bool asks_certificate = false;    ///< of a server: also where its configuration asks for none in the first handshake
  bool is_answered = false;         ///< of a client: the ServerHello has come
  bool input_changed = false;       ///< the peer's new keys are in force
};

/// What an exception that is being handled means: out_of_memory, or application_threw. Nothing of ours throws anything else.
Fault fault_of_caught() noexcept;

/// Lives on the heap and never moves: handshakes hold references to it.
class Link {
 public:
  Link(Side side, const CommonOptions& options, BufferPool& pool, Sink* sink, uint64_t id);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // For handshakes.

  /// Encodes, adds to the transcript, traces, and writes one message.
  template <class M>
  Result<> send(const M& message);
  /// Proof that keys may change now.
  Result<RecordBoundary> boundary() const;
  void protect_input(const RecordBoundary&, const catalog::SuiteRow& suite, std::unique_ptr<record::Protection> protection);
  void protect_output(const catalog::SuiteRow& suite, std::unique_ptr<record::Protection> protection);
  /// Plain again: the server asks for another hello, and early data is refused.
  void unprotect_output();
  /// From here on every record carries this version.
  void use_version(Version version);
  Result<> random(std::span<uint8_t> out) const;
  /// Messages of the handshake wait until release(), so that nothing comes between them.
  void hold() { is_holding_ = true; }
  Result<> release();
  void log_secret(std::string_view label, Bytes secret) const;
  bool has_ignored_messages() const { return ignored_messages_ > 0; }
  bool is_tls13() const { return summary.version == Version::tls13; }
  /// What the connection is: in a new handshake on it that is what it was before.
  Summary& established() { return renegotiating ? renegotiating->before : summary; }
  const Summary& established() const { return renegotiating ? renegotiating->before : summary; }

  // For the connection.

  void start(Handshake first);
  /// One whole message; the handshake runs until it needs something else.
  void deliver(const Message& message);
  /// False while an answer is awaited: input stays queued.
  bool accepts_messages() const { return waiting_.offer != nullptr; }
  /// Bytes that the next message of the peer may have, without its header.
  size_t longest_message() const;
  /// A signature is awaited.
  bool awaits_answer() const { return waiting_.frame && !waiting_.offer; }
  /// The awaited answer; dropped when its token is not the one awaited.
  void answer(uint64_t token, Result<Buffer> bytes);
  /// Ends the handshake where it is; its frame and secrets are gone when this returns.
  void abandon();
  /// The handshake is over: lets go of what only it needed.
  void release_handshake();
  Result<> send_alert(uint8_t level, Alert alert);
  /// How far the peer came, for reports: "after ServerHello", "before any message of the peer".
  std::string moment() const;
  /// Writes and traces the records of this content.
  Result<> write(ContentType type, Bytes content);

  const Side side;
  const CommonOptions& options;
  const Tracer trace;
  record::Reader reader;
  record::Writer writer;
  record::Reassembly reassembly;
  keys::Transcript transcript;
  Summary summary;                               ///< of the handshake; see established()
  std::shared_ptr<const Session> session;        ///< what the client may resume later
  std::optional<Exporter> exporter;
  EarlyDataState early_data;
  std::optional<Connected13> connected13;        ///< once a TLS 1.3 handshake is complete
  SecureRenegotiation secure_renegotiation;
  std::unique_ptr<Renegotiating> renegotiating;   ///< while there is a new handshake
  messages::Random client_random{};              ///< what the key log names this connection by
  size_t max_fragment = 0;                       ///< RFC 6066 section 4: agreed on; 0: it was not
  bool ignores_change_cipher_spec = false;       ///< RFC 8446 section D.4, during a TLS 1.3 handshake
  std::string client_address{};                  ///< AcceptOptions::client_address
  const Identity* shown = nullptr;               ///< of a server: what the client has seen; it belongs to the configuration
  Buffer session_id;                             ///< of the server's cache: forgotten when the connection fails
  std::optional<Error> error;
  bool done = false;
  std::string_view last_message{};               ///< received

 private:
  friend class Handshake;
  struct Waiting {
    std::coroutine_handle<> frame{};
    void* awaiter = nullptr;
    Result<Taken> (*offer)(void*, Link&, const Message&) = nullptr;
    Fault refused{};   ///< what it means when the awaited answer is an error
  };
  void run();
  void deliver_to_waiting(const Message& message);
  void refuse(const Message& message);
  bool may_ignore(const Message& message) const;
  void trace_unread(const Message& message) const;

  Waiting waiting_;
  std::unique_ptr<Handshake> current_, next_;
  Buffer scratch_;
  Result<Buffer> answer_;
  uint64_t token_ = 0;
  size_t ignored_messages_ = 0;
  size_t received_ = 0;   ///< bytes of the peer's messages in this handshake
  Buffer held_;
  bool is_holding_ = false;
};

template <class M>
Result<> Link::send(const M& message) {
  scratch_.clear();
  scratch_.reserve(512);   // what most messages fit in
  constexpr bool is_handshake = content_type(M::kind) == ContentType::handshake;
  constexpr bool is_in_transcript = is_handshake && !requires { M::is_outside_transcript; };
  if constexpr (is_handshake)
    TRY(messages::encode_with_header(message, scratch_));
  else
    TRY(wire::encode(message, scratch_));
  auto body = Bytes(scratch_).subspan(is_handshake ? 4 : 0);
  if constexpr (is_in_transcript) transcript.add(scratch_);
  if (trace)
    trace(MessageEvent{Direction::sent, M::name, static_cast<uint8_t>(content_type(M::kind)), handshake_type(M::kind),
                       body, wire::fields_of(message)});
  if constexpr (is_in_transcript) {
    if (is_holding_) {
      held_.insert(held_.end(), scratch_.begin(), scratch_.end());
      return {};
    }
  }
  return write(content_type(M::kind), scratch_);
}

}  // namespace handfast
