// output.hpp: where a sink's text goes.
#pragma once

#include <cstdio>
#include <functional>
#include <string_view>

namespace handfast::trace {

/// Takes whole lines, each with its line feed.
using Output = std::function<void(std::string_view)>;

/// Writes to a stream, which must outlive the sink, and flushes it: what was seen must be there after a crash.
inline Output to_stream(std::FILE* stream) {
  return [stream](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
  };
}

}  // namespace handfast::trace
