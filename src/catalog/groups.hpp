// groups.hpp: one row per named group.
#pragma once

#include <span>
#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

struct GroupRow {
  Group group;
  std::string_view name;    ///< in the IANA registry
  std::string_view alias;   ///< what people type
  bool on_by_default;
};

/// All rows, in order of preference.
std::span<const GroupRow> groups();
const GroupRow* find(Group group);

}  // namespace handfast::catalog
