// printer.hpp: the presentation language, walked through field by field for the trace.
#pragma once

#include <array>
#include <string_view>

#include <handfast/trace.hpp>
#include <wire/presentation.hpp>

namespace handfast::wire {

/// Turns the fields of a message into calls of a FieldVisitor.
class Printer {
 public:
  explicit Printer(FieldVisitor& out) : out_(out) {}
  FieldVisitor& out() { return out_; }

  template <Number T>
  Printer& operator()(std::string_view field, const T& value) {
    std::string_view meaning;
    if constexpr (requires { name(value); }) meaning = name(value);
    out_.number(field, static_cast<uint64_t>(value), sizeof(T), meaning);
    return *this;
  }
  template <size_t N>
  Printer& operator()(std::string_view field, const std::array<uint8_t, N>& value) {
    out_.bytes(field, value);
    return *this;
  }
  template <size_t Min, size_t Max>
  Printer& operator()(std::string_view field, const opaque<Min, Max>& value) {
    out_.bytes(field, value.bytes);
    return *this;
  }
  template <size_t Min, size_t Max>
  Printer& operator()(std::string_view field, const opaque_view<Min, Max>& value) {
    out_.bytes(field, value.bytes);
    return *this;
  }
  Printer& operator()(std::string_view field, const uint24& value) {
    out_.number(field, value.value, 3, {});
    return *this;
  }
  Printer& operator()(std::string_view field, const opaque_rest& value) {
    out_.bytes(field, value.bytes);
    return *this;
  }
  template <size_t Min, size_t Max>
  Printer& operator()(std::string_view field, const opaque_text<Min, Max>& value) {
    out_.text(field, value.text);
    return *this;
  }
  template <class T, size_t Min, size_t Max>
  Printer& operator()(std::string_view field, const list<T, Min, Max>& value) {
    out_.enter(field, true);
    for (const auto& item : value.items) (*this)("", item);
    out_.leave();
    return *this;
  }
  template <size_t ItemMin, size_t ItemMax, size_t Min, size_t Max, bool is_text>
  Printer& operator()(std::string_view field, const blocks<ItemMin, ItemMax, Min, Max, is_text>& value) {
    out_.enter(field, true);
    for (auto item : value) {
      if constexpr (is_text)
        out_.text("", as_text(item));
      else
        out_.bytes("", item);
    }
    out_.leave();
    return *this;
  }
  template <class T>
    requires Described<const T, Printer> || SelfDescribed<const T, Printer>
  Printer& operator()(std::string_view field, const T& value) {
    out_.enter(field, requires { T::is_list; });
    if constexpr (SelfDescribed<const T, Printer>)
      value.visit_self(*this);
    else
      T::visit(value, *this);
    out_.leave();
    return *this;
  }

 private:
  FieldVisitor& out_;
};

/// A message to be walked through by a sink, while it lives.
template <class M>
Fields fields_of(const M& message) {
  return Fields(&message, [](const void* object, FieldVisitor& visitor) {
    Printer printer(visitor);
    M::visit(*static_cast<const M*>(object), printer);
  });
}

}  // namespace handfast::wire
