// tracer.hpp: the way of an event to its sink. Without a sink it costs one branch.
#pragma once

#include <handfast/config.hpp>
#include <handfast/trace.hpp>

namespace handfast {

class Tracer {
 public:
  Tracer(Sink* sink, uint64_t connection, Side side, const Environment& environment)
      : sink_(sink), connection_(connection), side_(side), environment_(environment) {
    if (sink_) start_ = environment_.steady_clock();
  }

  explicit operator bool() const { return sink_ != nullptr; }
  void operator()(const Event& event) const {
    if (sink_) sink_->event({connection_, side_, environment_.steady_clock() - start_}, event);
  }
  /// A choice; `make` is called only when somebody listens.
  template <class Make>
  void decision(Make make) const {
    if (sink_) (*this)(Event(make()));
  }

 private:
  Sink* sink_;
  uint64_t connection_;
  Side side_;
  const Environment& environment_;
  std::chrono::steady_clock::time_point start_{};
};

}  // namespace handfast
