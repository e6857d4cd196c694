// protection.hpp: how the fragment of a record is protected, one direction, one key (RFC 5246 section 6.2.3, RFC 8446
// section 5.2).
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <handfast/names.hpp>
#include <handfast/result.hpp>
#include <wire/kind.hpp>

namespace handfast::record {

inline constexpr size_t header_size = 5;
inline constexpr size_t max_plaintext = 16384;                   ///< RFC 5246 section 6.2.1
inline constexpr size_t max_protected = max_plaintext + 2048;    ///< RFC 5246 section 6.2.3
inline constexpr size_t max_inner_plaintext = max_plaintext + 1;   ///< content, type and padding, RFC 8446 section 5.4
inline constexpr size_t max_protected13 = max_plaintext + 256;   ///< RFC 8446 section 5.2

/// A protected fragment and, once it was opened in place, what it held.
struct Opened {
  ContentType type;              ///< of the header; then, where it is hidden, whatever byte stood inside
  std::span<uint8_t> fragment;   ///< then the content, a part of it
  size_t size;                   ///< then of all that was protected: the content, in TLS 1.3 also its type and padding
};

/// Protects the records of one direction. Sequence numbers are the reader's and writer's business, and so is the order of the wire,
/// which TLS 1.0 needs: an IV is the end of the record before.
class Protection {
 public:
  virtual ~Protection() = default;
  /// Bytes of the protected fragment of a plaintext of this size, at most max_plaintext.
  virtual size_t sealed_size(size_t plaintext) const = 0;
  /// Writes the protected fragment, sealed_size(plaintext.size()) bytes, to `out`, which does not overlap the plaintext.
  virtual Result<> seal(uint8_t* out, ContentType type, Version version, uint64_t sequence, Bytes plaintext) = 0;
  /// Opens a protected fragment in place. The version is that of the record's header. Nothing, or Fault::bad_record_mac
  /// for whatever is wrong with it, and record_without_content for one that is authentic but padding alone.
  virtual std::optional<Fault> open(Version version, uint64_t sequence, Opened& record) = 0;
  /// Whether the content type is inside and the header says application_data (RFC 8446 section 5.2).
  virtual bool hides_type() const { return false; }
  /// How many records this key may protect (RFC 8446 section 5.5).
  virtual uint64_t record_limit() const { return UINT64_MAX; }
  /// Whether an IV is the end of the record before, which everybody has seen (RFC 2246 section 6.2.3.2): nobody may choose what
  /// stands at the front of application data after that.
  virtual bool chains_iv() const { return false; }
  /// Padding makes no record's plaintext, with type and padding, longer than this (RFC 8449 section 4).
  virtual void limit_padding(size_t) {}
  /// "AES-128-GCM (ipsec-mb)". Lives as long as this.
  virtual std::string_view description() const = 0;
};

}  // namespace handfast::record
