// tracing.hpp: the sink that the command line asked for.
#pragma once

#include <cstdio>
#include <memory>

#include <handfast/trace.hpp>

#include "tls_options.hpp"

namespace handfast::app {

/// The trace of a command; nothing when none was asked for.
class Tracing {
 public:
  /// The error says which file cannot be written.
  static Outcome<std::unique_ptr<Tracing>> open(const TlsOptions& options);

  /// Null when nobody listens. Lives as long as this.
  Sink* sink() const { return sink_.get(); }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::unique_ptr<Sink> sink_;
};

/// Columns of the terminal behind a stream; 100 where there is none.
size_t terminal_width(std::FILE* stream);
/// Whether the stream is a terminal and NO_COLOR is not set.
bool wants_colour(std::FILE* stream);

}  // namespace handfast::app
