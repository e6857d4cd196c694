#include "tracing.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <trace/json.hpp>
#include <trace/ladder.hpp>
#include <unistd.h>

namespace handfast::app {

Outcome<std::unique_ptr<Tracing>> Tracing::open(const TlsOptions& options) {
  auto tracing = std::make_unique<Tracing>();
  const bool is_asked_for = !options.trace.empty() || options.verbosity > 0 || !options.trace_file.empty();
  if (!is_asked_for) return tracing;
  std::FILE* stream = stderr;
  if (!options.trace_file.empty()) {
    tracing->file_.reset(std::fopen(options.trace_file.c_str(), "we"));
    stream = tracing->file_.get();
    if (!stream) {
      return std::unexpected(
          fmt::format("cannot write the trace to '{}': {}", options.trace_file, std::strerror(errno)));
    }
  }
  if (options.trace == "json") {
    tracing->sink_ = std::make_unique<trace::JsonTrace>(
        trace::to_stream(stream), trace::JsonTrace::Options{options.verbosity > 0, options.verbosity > 1});
  } else {
    trace::LadderOptions ladder;
    ladder.colour = wants_colour(stream);
    ladder.verbosity = options.verbosity;
    ladder.width = terminal_width(stream);
    tracing->sink_ = std::make_unique<trace::Ladder>(trace::to_stream(stream), ladder);
  }
  return tracing;
}

size_t terminal_width(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

bool wants_colour(std::FILE* stream) {
  const char* const no_colour = std::getenv("NO_COLOR");
  return isatty(fileno(stream)) && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace handfast::app
