// tee.hpp: several sinks as one, and one sink shared between threads.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include <handfast/trace.hpp>

namespace handfast::trace {

/// Hands every event to each of the sinks, which must outlive it.
class Tee : public Sink {
 public:
  explicit Tee(std::vector<Sink*> sinks) : sinks_(std::move(sinks)) {}
  void event(const Origin& origin, const Event& event) override {
    for (auto* sink : sinks_) sink->event(origin, event);
  }

 private:
  std::vector<Sink*> sinks_;
};

/// Lets one event at a time through to a sink that connections on several threads share. The sink must outlive it.
class SharedSink : public Sink {
 public:
  explicit SharedSink(Sink& sink) : sink_(sink) {}
  void event(const Origin& origin, const Event& event) override {
    const std::scoped_lock lock(mutex_);
    sink_.event(origin, event);
  }

 private:
  std::mutex mutex_;
  Sink& sink_;
};

}  // namespace handfast::trace
