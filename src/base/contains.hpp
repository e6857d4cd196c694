// contains.hpp: std::ranges::contains, which g++ 12 does not have.
#pragma once

#include <algorithm>
#include <vector>

namespace handfast {

template <class T>
bool contains(const std::vector<T>& items, T item) {
  return std::ranges::find(items, item) != items.end();
}

}  // namespace handfast
