// trace.hpp: every step of a connection as an event, and the sinks that take them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <handfast/names.hpp>
#include <handfast/result.hpp>

namespace handfast {

enum class Side : uint8_t { client, server };
enum class Direction : uint8_t { sent, received };

/// Walks through a message field by field, in wire order, with the RFC's field names.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  /// A number of `width` bytes; `meaning` is its registered name or empty.
  virtual void number(std::string_view field, uint64_t value, size_t width, std::string_view meaning) = 0;
  virtual void bytes(std::string_view field, Bytes value) = 0;
  /// A value that reads as text (a host name, a protocol name).
  virtual void text(std::string_view field, std::string_view value) = 0;
  /// A structure or a list; its members follow until leave(). Items of a list have an empty field name.
  virtual void enter(std::string_view field, bool is_list) = 0;
  virtual void leave() = 0;
};

/// A message that can be walked through. Valid only during the event that carries it.
class Fields {
 public:
  Fields() = default;
  Fields(const void* object, void (*walk)(const void*, FieldVisitor&)) : object_(object), walk_(walk) {}
  explicit operator bool() const { return walk_ != nullptr; }
  void visit(FieldVisitor& visitor) const {
    if (walk_) walk_(object_, visitor);
  }

 private:
  const void* object_ = nullptr;
  void (*walk_)(const void*, FieldVisitor&) = nullptr;
};

// Events. Views in them live only during the call of the sink.

/// One record on the wire (RFC 5246 section 6.2).
struct RecordEvent {
  Direction direction;
  uint8_t content_type;    ///< 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data
  Version version;         ///< as in the record header
  size_t length;           ///< of the fragment on the wire, header not counted
  bool is_protected;
  uint64_t sequence;       ///< implicit sequence number in this direction and epoch
  Bytes plaintext;         ///< the content; for application data too
};

/// One whole handshake message or ChangeCipherSpec.
struct MessageEvent {
  Direction direction;
  std::string_view name;   ///< "ClientHello", ...
  uint8_t content_type;
  uint8_t handshake_type;  ///< 0 where content_type is not 22
  Bytes body;              ///< without the handshake header
  Fields fields;           ///< empty when the message was refused before it was parsed
};

/// Text that lives for ever: nothing but a literal can become one.
struct Literal : std::string_view {
  consteval Literal(const char* text) : std::string_view(text) {}
};

/// A choice: what was chosen, because of what, and what else stood there.
struct DecisionEvent {
  Literal what;            ///< "version", "cipher_suite", "group", "signature_scheme", "identity", "alpn", "resumption", ...
  std::string chosen;
  std::string because;
  std::vector<std::string> rejected;  ///< "NAME: reason"
};

struct FailedCheck {
  Fault fault;
  int depth = 0;           ///< 0 is the peer's own certificate
  std::string subject;
  std::string detail;      ///< the facts: dates, names
};

struct CertificateSummary {
  std::string subject, issuer, key, not_before, not_after;  ///< dates as 2026-11-21T00:00:00Z
  std::vector<std::string> names;                           ///< DNS names, addresses
  std::string sha256;                                       ///< fingerprint, lower-case hex
};

/// What was found about the peer's certificate chain.
struct CertificateEvent {
  Side owner;              ///< whose certificates these are
  bool accepted;
  bool verified;           ///< false when verification was switched off
  std::string expected_name;
  std::vector<CertificateSummary> chain;
  std::vector<FailedCheck> failed;
  bool remembered = false; ///< accepted by the verdict on an earlier connection, a short time ago
};

/// A secret was derived; its value is never in an event.
struct SecretEvent {
  std::string_view secret;   ///< "premaster_secret", "master_secret", "key_block", ...
  std::string_view from;     ///< how: "ECDHE: our private key and the server's public value"
};

/// From the next record of this direction on, this protection is in force.
struct KeyChangeEvent {
  Direction direction;
  Suite suite;
  std::string_view protection;  ///< "AES-128-GCM (ipsec-mb)", ...
};

struct AlertEvent {
  Direction direction;
  uint8_t level;           ///< 1 warning, 2 fatal
  Alert description;
  bool is_protected;
};

/// The handshake is complete; the connection's Summary can be read now.
struct ConnectedEvent {
  Version version;
  Suite suite;
  bool resumed;
  bool mutual;             ///< both sides showed a certificate (now, or in the session that was resumed)
};

/// The connection failed.
struct FaultEvent {
  const Error& error;
};

struct ClosedEvent {
  Direction direction;     ///< who said close_notify
};

using Event = std::variant<RecordEvent, MessageEvent, DecisionEvent, CertificateEvent, SecretEvent, KeyChangeEvent, AlertEvent,
                           ConnectedEvent, FaultEvent, ClosedEvent>;

/// Where an event comes from.
struct Origin {
  uint64_t connection;     ///< the number given to Connection::client/server
  Side side;               ///< our own role
  std::chrono::nanoseconds since_start;  ///< steady time since the connection was made
};

/// Takes events in the middle of a step: must not call or destroy the connection. Called on each connection's thread, without a lock. An
/// exception of it fails the connection (Fault::application_threw).
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void event(const Origin& origin, const Event& event) = 0;
};

/// Takes secrets, for decrypting captures (NSS key log format). Only who asks for it gets it.
class KeyLog {
 public:
  virtual ~KeyLog() = default;
  /// `label` as in the format ("CLIENT_RANDOM"). May be called from the threads of several connections.
  virtual void secret(std::string_view label, Bytes client_random, Bytes secret) = 0;
};

}  // namespace handfast
