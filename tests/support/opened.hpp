// opened.hpp: one protected fragment, opened in place, as a Result.
#pragma once

#include <record/protection.hpp>

namespace handfast::support {

inline Result<record::Opened> open(record::Protection& protection, ContentType type, Version version,
                                   uint64_t sequence, std::span<uint8_t> fragment) {
  record::Opened record{type, fragment, 0};
  if (auto why = protection.open(version, sequence, record)) return fail(*why);
  return record;
}

}  // namespace handfast::support
