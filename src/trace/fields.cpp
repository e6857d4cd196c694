#include <trace/fields.hpp>

#include <algorithm>
#include <base/printable.hpp>
#include <fmt/format.h>
#include <trace/hex.hpp>

namespace handfast::trace {
namespace {

class Gatherer : public FieldVisitor {
 public:
  explicit Gatherer(Field& root) : open_{&root} {}

  void number(std::string_view field, uint64_t value, size_t width, std::string_view meaning) override {
    auto& added = add(field, Field::Kind::number);
    added.value = value;
    added.width = width;
    added.meaning = meaning;
  }
  void bytes(std::string_view field, Bytes value) override { add(field, Field::Kind::bytes).text = as_text(value); }
  void text(std::string_view field, std::string_view value) override { add(field, Field::Kind::text).text = value; }
  void enter(std::string_view field, bool is_list) override {
    open_.push_back(&add(field, is_list ? Field::Kind::list : Field::Kind::structure));
  }
  void leave() override { open_.pop_back(); }

 private:
  Field& add(std::string_view name, Field::Kind kind) {
    auto& field = open_.back()->members.emplace_back();
    field.name = name;
    field.kind = kind;
    return field;
  }
  std::vector<Field*> open_;  // only the last member of each grows, so the pointers stay good
};

bool has_members(const Field& field) { return field.kind == Field::Kind::structure || field.kind == Field::Kind::list; }

bool is_plain_list(const Field& field) {
  return field.kind == Field::Kind::list && std::ranges::none_of(field.members, has_members);
}

std::string bytes_text(const std::string& bytes) {
  constexpr size_t shown = 32;
  if (bytes.empty()) return "empty";
  auto hex = hex_text(as_bytes(bytes).first(std::min(bytes.size(), shown)));
  return bytes.size() > shown ? fmt::format("{}... ({} bytes)", hex, bytes.size()) : hex;
}

std::string value_text(const Field& field, bool ascii) {
  switch (field.kind) {
    case Field::Kind::number: return number_text(field);
    case Field::Kind::bytes: return bytes_text(field.text);
    case Field::Kind::text: return '"' + printable_text(field.text, ascii) + '"';
    case Field::Kind::structure:
    case Field::Kind::list: break;
  }
  std::string joined;
  for (const auto& item : field.members) joined += (joined.empty() ? "" : ", ") + value_text(item, ascii);
  return joined.empty() ? "empty" : joined;
}

constexpr size_t indent_step = 2;

size_t name_column(const Field& tree, size_t indent) {
  size_t column = 0;
  for (const auto& field : tree.members) {
    const bool is_heading = has_members(field) && !is_plain_list(field) && !field.members.empty();
    column = std::max(column, is_heading ? name_column(field, indent + indent_step) : indent + field.name.size());
  }
  return column;
}

class Layout {
 public:
  Layout(size_t column, size_t width, bool ascii) : column_(column), width_(width), ascii_(ascii) {}

  void members(const Field& tree, size_t indent) {
    for (const auto& field : tree.members) {
      const bool nested = has_members(field) && !is_plain_list(field);
      if (!nested)
        line(indent, field.name, value_text(field, ascii_));
      else if (field.members.empty())
        line(indent, field.name, "present, empty");
      else
        line(indent, field.name, "");
      if (nested) members(field, indent + indent_step);
    }
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  void line(size_t indent, std::string_view name, std::string_view value) {
    auto head = fmt::format("{:{}}{}", "", indent, printable_text(name, ascii_));
    if (value.empty()) return lines_.push_back(std::move(head));
    for (const auto& part : wrapped(value, width_ > column_ + 12 ? width_ - column_ - 2 : 10)) {
      lines_.push_back(fmt::format("{:<{}}  {}", head, column_, part));
      head.clear();
    }
  }

  size_t column_, width_;
  bool ascii_;
  std::vector<std::string> lines_;
};

}  // namespace

const Field* Field::find(std::string_view wanted) const {
  for (const auto& member : members) {
    if (member.name == wanted) return &member;
    if (const auto* below = member.find(wanted)) return below;
  }
  return nullptr;
}

Field field_tree(const Fields& fields) {
  Field root;
  Gatherer gatherer(root);
  fields.visit(gatherer);
  return root;
}

std::string number_text(const Field& number) {
  if (!number.meaning.empty()) return number.meaning;
  return number.width <= 2 ? fmt::format("{:#0{}x}", number.value, 2 + 2 * number.width) : fmt::format("{}", number.value);
}

std::vector<std::string> field_lines(const Field& tree, size_t width, bool ascii) {
  constexpr size_t widest_column = 36;
  Layout layout(std::min(name_column(tree, 0), widest_column), width, ascii);
  layout.members(tree, 0);
  return layout.take();
}

}  // namespace handfast::trace
