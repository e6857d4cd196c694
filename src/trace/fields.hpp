// fields.hpp: a message's fields as a tree, for sinks that need to look at them more than once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <handfast/trace.hpp>

namespace handfast::trace {

/// One field, as FieldVisitor reported it. Owns its values.
struct Field {
  enum class Kind : uint8_t { number, bytes, text, structure, list };
  std::string name;        ///< empty for an item of a list
  Kind kind = Kind::structure;
  uint64_t value = 0;      ///< of a number
  size_t width = 0;        ///< bytes that the number takes on the wire
  std::string meaning;     ///< the registered name of a number
  std::string text;        ///< text; or the bytes, not hex
  std::vector<Field> members;

  /// The first field of this name here or below; null: none.
  const Field* find(std::string_view wanted) const;
};

/// The fields of a message under one nameless structure.
Field field_tree(const Fields& fields);

/// A number as its registered name, or as 0x1234.
std::string number_text(const Field& number);

/// The tree as lines of "name  value", values aligned, at most `width` columns; everything printable. Bytes
/// beyond the 32nd of a field are counted, not shown.
std::vector<std::string> field_lines(const Field& tree, size_t width, bool ascii);

}  // namespace handfast::trace
