// psk.hpp: keys that both sides have beforehand, and what early data may do (RFC 8446 sections 2.2 and 2.3).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <handfast/result.hpp>
#include <handfast/session.hpp>

namespace handfast {

/// The hash of the cipher suites that a key is used with (RFC 8446 section 4.2.11).
enum class PskHash : uint8_t { sha256, sha384 };

/// A key that both sides have beforehand, and the name they know it by. Who has it is authenticated by it, on either side,
/// without any certificate. Immutable, cheap to copy, shared between threads; the key erases itself.
///
/// A client that offers it accepts any server that has it, whatever name it asked for, and a server that takes it asks its client
/// for no certificate, even with ClientAuth::require. A node that has the same key as client and as server can be made to talk to
/// itself by who reflects its messages ("Selfie", RFC 9257 section 4.1): give each direction a key of its own.
class ExternalPsk {
 public:
  /// `identity`: 1 to 65535 bytes, sent in the clear. `key`: 16 to 255 random bytes, never a password: whoever records a
  /// handshake could try passwords in peace (RFC 9257 section 4). For Fault::config_conflict, what is wrong.
  static Result<ExternalPsk> make(std::string_view identity, Bytes key, PskHash hash = PskHash::sha256);

  const std::string& identity() const;
  PskHash hash() const;

  struct State;
  const State& state() const { return *state_; }

 private:
  explicit ExternalPsk(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// Finds the key of an identity that a client shows; none: unknown. Called from the threads of all connections.
using PskLookup = std::function<std::optional<ExternalPsk>(std::string_view identity)>;

/// The key for a server that gives this hint (RFC 4279 section 2; empty: none); none: no key of ours is meant. Called as PskLookup is.
using PskChoice = std::function<std::optional<ExternalPsk>(std::string_view hint)>;

/// A key that a server must ask somewhere else for. As SigningCallback: from all threads, not answered from inside; an error: unknown.
struct PskRequest {
  uint64_t token = 0;
  std::string identity;   ///< as the client has sent it: any bytes, at most 65535
};
using PskCallback = std::function<void(PskRequest request)>;

/// What a server that takes early data has decided. Early data comes before the client has proved that it is there: whoever
/// records it can send it again. The register makes each flight be taken once, by all servers that share it; within one server
/// the application must still do with it only what may be done twice, for a client repeats what was refused.
struct EarlyDataPolicy {
  uint32_t limit = 16384;                       ///< bytes of it on one connection
  std::shared_ptr<StrikeRegister> strikes{};    ///< required
  std::chrono::seconds freshness{10};           ///< what its age may differ from the ticket's age (RFC 8446 section 8.3)
};

}  // namespace handfast
