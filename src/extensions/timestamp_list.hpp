// timestamp_list.hpp: what a SignedCertificateTimestampList looks like; what is in it nobody here reads.
#pragma once

#include <handfast/result.hpp>

namespace handfast::extensions {

/// SerializedSCT list<1..2^16-1>, each opaque<1..2^16-1> (RFC 6962 section 3.3).
inline bool is_timestamp_list(Bytes list) {
  const auto length = [](Bytes bytes) { return static_cast<size_t>(bytes[0] << 8 | bytes[1]); };
  if (list.size() <= 2 || length(list) != list.size() - 2) return false;
  for (list = list.subspan(2); !list.empty(); list = list.subspan(2 + length(list)))
    if (list.size() < 2 || length(list) == 0 || length(list) > list.size() - 2) return false;
  return true;
}

}  // namespace handfast::extensions
