// json.hpp: the trace as JSON, one object a line; docs/trace.md describes it.
#pragma once

#include <handfast/trace.hpp>
#include <trace/output.hpp>

namespace handfast::trace {

/// Not thread-safe; see SharedSink.
class JsonTrace : public Sink {
 public:
  struct Options {
    bool message_bodies = false;    ///< handshake messages in hex as well ("body")
    bool application_data = false;  ///< the content of application data records in hex ("plaintext")
  };

  explicit JsonTrace(Output output) : JsonTrace(std::move(output), Options{}) {}
  JsonTrace(Output output, Options options) : output_(std::move(output)), options_(options) {}
  void event(const Origin& origin, const Event& event) override;

 private:
  Output output_;
  Options options_;
};

}  // namespace handfast::trace
