// groups.hpp: one row per named group.
#pragma once

#include <span>
#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

/// How a group's two values become a secret. TLS 1.2's ECDHE suites use elliptic curves only.
enum class Exchange : uint8_t {
  curve,   ///< RFC 7748, RFC 8422
  ffdhe,   ///< RFC 7919
  hybrid,  ///< a curve and ML-KEM-768 together
};

struct GroupRow {
  Group group;
  Exchange exchange;
  std::string_view name;   ///< in the IANA registry
  std::string_view alias;  ///< what people type
  bool on_by_default;
};

/// All rows, in order of preference.
std::span<const GroupRow> groups();
const GroupRow* find(Group group);

}  // namespace handfast::catalog
