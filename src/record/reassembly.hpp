// reassembly.hpp: handshake messages out of record fragments (RFC 5246 section 6.2.1): a message may be split over
// records, and a record may hold several.
#pragma once

#include <optional>

#include <handfast/result.hpp>
#include <wire/kind.hpp>

namespace handfast::record {

/// One whole handshake message.
struct HandshakeMessage {
  Kind kind;
  Bytes with_header;
  Bytes body() const { return with_header.subspan(4); }
};

/// Holds the part of a message that has arrived. A message that is whole in its record is not copied.
class Reassembly {
 public:
  explicit Reassembly(size_t longest_message) : longest_(longest_message) {}
  /// From the next message on, which may have come in part.
  void limit(size_t longest_message) { longest_ = longest_message; }

  /// The next fragment; it must live until next() has returned nullopt or keep() was called.
  void add(Bytes fragment);
  /// The next whole message; lives until the next call of anything. Fault::handshake_message_too_long as soon as its header says so.
  Result<std::optional<HandshakeMessage>> next();
  /// Copies what is left of the fragment, which may go away now.
  void keep();
  /// The last message is not needed any more: gives back its memory.
  void drop_taken();
  /// Whether a message has only partly arrived (or has not been taken).
  bool pending() const { return taken_ < held_.size() || !fragment_.empty(); }

 private:
  Buffer held_;       ///< from earlier fragments
  size_t taken_ = 0;  ///< of held_
  size_t awaited_ = 0;  ///< bytes of the message that has come in part, once its header says so
  Bytes fragment_;    ///< of the current one, while held_ is empty
  size_t longest_;
};

}  // namespace handfast::record
