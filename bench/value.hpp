// value.hpp: the value of a Result that must have one.
#pragma once

#include <handfast/result.hpp>
#include <stdexcept>

namespace bench {

template <class T>
T value(handfast::Result<T> result) {
  if (!result) throw std::runtime_error("Handfast: " + result.error().message());
  return *std::move(result);
}

}  // namespace bench
