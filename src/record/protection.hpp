// protection.hpp: how the fragment of a record is protected (RFC 5246 section 6.2.3), one direction, one key.
#pragma once

#include <memory>
#include <string_view>

#include <handfast/names.hpp>
#include <handfast/result.hpp>
#include <wire/kind.hpp>

namespace handfast::record {

inline constexpr size_t header_size = 5;
inline constexpr size_t max_plaintext = 16384;                   ///< RFC 5246 section 6.2.1
inline constexpr size_t max_protected = max_plaintext + 2048;    ///< RFC 5246 section 6.2.3

/// Protects the records of one direction. Sequence numbers are the reader's and writer's business.
class Protection {
 public:
  virtual ~Protection() = default;
  /// Bytes of the protected fragment of a plaintext of this size.
  virtual size_t sealed_size(size_t plaintext) const = 0;
  /// Writes the protected fragment, sealed_size(plaintext.size()) bytes, to `out`, which does not overlap the plaintext.
  virtual Result<> seal(uint8_t* out, ContentType type, Version version, uint64_t sequence, Bytes plaintext) = 0;
  /// Opens a protected fragment in place; the result is a part of `fragment`. Fault::bad_record_mac for whatever is wrong with it.
  virtual Result<std::span<uint8_t>> open(ContentType type, Version version, uint64_t sequence, std::span<uint8_t> fragment) = 0;
  /// "AES-128-GCM (ipsec-mb)". Lives as long as this.
  virtual std::string_view description() const = 0;
};

}  // namespace handfast::record
