// declassify.hpp: the places where what was computed from secrets becomes public.
#pragma once

#include <handfast/result.hpp>

namespace handfast {

/// Says that these bytes, computed from secrets, may be branched on from here on. Does nothing; the constant-time tests put
/// a function in its place that tells memcheck, which watches the secrets.
void declassify(Bytes bytes);

/// The same for a value.
template <class T>
T declassified(T value) {
  declassify({reinterpret_cast<const uint8_t*>(&value), sizeof value});
  return value;
}

}  // namespace handfast
