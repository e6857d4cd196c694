// writer.hpp: the presentation language, written.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <wire/presentation.hpp>

namespace handfast::wire {

/// Appends to a buffer; the first value beyond its bound is kept as a fault.
class Writer {
 public:
  explicit Writer(Buffer& out) : out_(out) {}
  std::optional<Fault> fault() const { return fault_; }
  void reject(Fault why) { fault_ = why; }

  void uint(uint64_t value, size_t width) {
    while (width-- > 0) out_.push_back(static_cast<uint8_t>(value >> 8 * width));
  }
  void bytes(Bytes value) { out_.insert(out_.end(), value.begin(), value.end()); }
  /// What `body` writes, behind its length.
  template <class Body>
  void block(size_t min, size_t max, Body body) {
    auto width = prefix_width(max);
    auto at = out_.size();
    uint(0, width);
    body();
    auto n = out_.size() - at - width;
    if (n < min || n > max) fault_ = Fault::value_too_long;
    for (size_t i = 0; i < width; ++i) out_[at + i] = static_cast<uint8_t>(n >> 8 * (width - 1 - i));
  }

  template <Number T>
  Writer& operator()(std::string_view, const T& value) {
    uint(static_cast<uint64_t>(value), sizeof(T));
    return *this;
  }
  template <size_t N>
  Writer& operator()(std::string_view, const std::array<uint8_t, N>& value) {
    bytes(value);
    return *this;
  }
  template <size_t Min, size_t Max>
  Writer& operator()(std::string_view, const opaque<Min, Max>& value) {
    block(Min, Max, [&] { bytes(value.bytes); });
    return *this;
  }
  template <size_t Min, size_t Max>
  Writer& operator()(std::string_view, const opaque_view<Min, Max>& value) {
    block(Min, Max, [&] { bytes(value.bytes); });
    return *this;
  }
  Writer& operator()(std::string_view, const uint24& value) {
    uint(value.value, 3);
    return *this;
  }
  Writer& operator()(std::string_view, const opaque_rest& value) {
    bytes(value.bytes);
    return *this;
  }
  template <size_t Min, size_t Max>
  Writer& operator()(std::string_view, const opaque_text<Min, Max>& value) {
    block(Min, Max, [&] { bytes(as_bytes(value.text)); });
    return *this;
  }
  template <class T, size_t Min, size_t Max>
  Writer& operator()(std::string_view, const list<T, Min, Max>& value) {
    block(Min, Max, [&] {
      for (const auto& item : value.items) (*this)("", item);
    });
    return *this;
  }
  template <size_t ItemMin, size_t ItemMax, size_t Min, size_t Max, bool is_text>
  Writer& operator()(std::string_view, const blocks<ItemMin, ItemMax, Min, Max, is_text>& value) {
    if (!value.well_formed()) fault_ = Fault::value_too_long;
    block(Min, Max, [&] { bytes(value.wire); });
    return *this;
  }
  template <class T>
    requires Described<const T, Writer> || SelfDescribed<const T, Writer>
  Writer& operator()(std::string_view, const T& value) {
    if constexpr (SelfDescribed<const T, Writer>)
      value.visit_self(*this);
    else
      T::visit(value, *this);
    return *this;
  }

 private:
  Buffer& out_;
  std::optional<Fault> fault_;
};

}  // namespace handfast::wire
