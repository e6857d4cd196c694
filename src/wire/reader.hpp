// reader.hpp: the presentation language, read.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <wire/presentation.hpp>

namespace handfast::wire {

/// A sticky cursor: after the first fault every read yields zero, so one check at the end is enough.
class Reader {
 public:
  explicit Reader(Bytes in) : in_(in) {}

  bool empty() const { return in_.empty(); }
  /// Bytes that have not been read.
  size_t left() const { return in_.size(); }
  /// The first fault; bytes left over are one too.
  std::optional<Fault> fault() const { return fault_ || in_.empty() ? fault_ : Fault::malformed_message; }
  bool failed() const { return fault_.has_value(); }
  void reject(std::optional<Fault> why) {
    if (!why || fault_) return;
    fault_ = why;
    in_ = {};
  }

  Bytes take(size_t n) {
    if (n > in_.size()) {
      reject(Fault::malformed_message);
      return {};
    }
    auto out = in_.first(n);
    in_ = in_.subspan(n);
    return out;
  }
  Bytes rest() { return take(in_.size()); }
  uint64_t uint(size_t width) {
    uint64_t value = 0;
    for (auto b : take(width)) value = value << 8 | b;
    return value;
  }
  /// A vector of Min..Max bytes behind its length.
  Bytes block(size_t min, size_t max) {
    auto n = uint(prefix_width(max));
    if (n < min || n > max) reject(Fault::malformed_message);
    return take(n);
  }

  template <Number T>
  Reader& operator()(std::string_view, T& value) {
    value = static_cast<T>(uint(sizeof(T)));
    return *this;
  }
  template <size_t N>
  Reader& operator()(std::string_view, std::array<uint8_t, N>& value) {
    auto bytes = take(N);
    if (bytes.size() == N) std::copy(bytes.begin(), bytes.end(), value.begin());
    return *this;
  }
  template <size_t Min, size_t Max>
  Reader& operator()(std::string_view, opaque<Min, Max>& value) {
    auto bytes = block(Min, Max);
    value.bytes.assign(bytes.begin(), bytes.end());
    return *this;
  }
  template <size_t Min, size_t Max>
  Reader& operator()(std::string_view, opaque_view<Min, Max>& value) {
    value.bytes = block(Min, Max);
    return *this;
  }
  Reader& operator()(std::string_view, uint24& value) {
    value.value = static_cast<uint32_t>(uint(3));
    return *this;
  }
  Reader& operator()(std::string_view, opaque_rest& value) {
    auto bytes = rest();
    value.bytes.assign(bytes.begin(), bytes.end());
    return *this;
  }
  template <size_t Min, size_t Max>
  Reader& operator()(std::string_view, opaque_text<Min, Max>& value) {
    value.text = as_text(block(Min, Max));
    return *this;
  }
  template <class T, size_t Min, size_t Max>
  Reader& operator()(std::string_view, list<T, Min, Max>& value) {
    Reader inner(block(Min, Max));
    value.items.reserve(inner.in_.size() / sizeof(T));
    while (!inner.empty()) inner("", value.items.emplace_back());
    reject(inner.fault());
    return *this;
  }
  template <size_t ItemMin, size_t ItemMax, size_t Min, size_t Max, bool is_text>
  Reader& operator()(std::string_view, blocks<ItemMin, ItemMax, Min, Max, is_text>& value) {
    auto bytes = block(Min, Max);
    value.wire.assign(bytes.begin(), bytes.end());
    if (value.well_formed()) return *this;
    value.wire.clear();
    reject(Fault::malformed_message);
    return *this;
  }
  template <class T>
    requires Described<T, Reader> || SelfDescribed<T, Reader>
  Reader& operator()(std::string_view, T& value) {
    if constexpr (SelfDescribed<T, Reader>)
      value.visit_self(*this);
    else
      T::visit(value, *this);
    return *this;
  }

 private:
  Bytes in_;
  std::optional<Fault> fault_;
};

}  // namespace handfast::wire
