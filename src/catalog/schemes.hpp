// schemes.hpp: one row per signature scheme.
#pragma once

#include <span>
#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

struct SchemeRow {
  Scheme scheme;
  std::string_view name;    ///< in the IANA registry
  bool on_by_default;
};

/// All rows, in order of preference.
std::span<const SchemeRow> schemes();
const SchemeRow* find(Scheme scheme);

}  // namespace handfast::catalog
