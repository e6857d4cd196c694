// presentation.hpp: the types of the RFCs' presentation language (RFC 5246 section 4, RFC 8446 section 3).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <handfast/result.hpp>

namespace handfast {

/// Bytes of the length prefix of a vector: it follows from the upper bound.
constexpr size_t prefix_width(size_t max) { return max <= 0xff ? 1 : max <= 0xffff ? 2 : 3; }

/// `opaque field<Min..Max>;`
template <size_t Min, size_t Max>
struct opaque {
  Buffer bytes;
  bool operator==(const opaque&) const = default;
};

/// `opaque field<Min..Max>;` as a view of bytes that somebody else holds.
template <size_t Min, size_t Max>
struct opaque_view {
  Bytes bytes;
};

/// `uint24`.
struct uint24 {
  uint32_t value = 0;
  bool operator==(const uint24&) const = default;
};

/// Opaque bytes without a length of their own: all that is left.
struct opaque_rest {
  Buffer bytes;
  bool operator==(const opaque_rest&) const = default;
};

/// `opaque field<Min..Max>;` of text.
template <size_t Min, size_t Max>
struct opaque_text {
  std::string text;
  bool operator==(const opaque_text&) const = default;
};

/// `T field<Min..Max>;` of numbers; Min and Max count bytes.
template <class T, size_t Min, size_t Max>
struct list {
  std::vector<T> items;
  bool operator==(const list&) const = default;
};

/// `Item field<Min..Max>;` where an Item is itself `opaque<ItemMin..ItemMax>`: kept as it stood on the wire, in one
/// piece, so that what a peer sends does not grow in memory. Iterating gives each item's bytes, which live as long as
/// this.
template <size_t ItemMin, size_t ItemMax, size_t Min, size_t Max, bool is_text = false>
class blocks {
 public:
  class iterator {
   public:
    using value_type = Bytes;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    explicit iterator(Bytes rest) : rest_(rest) {}
    Bytes operator*() const { return rest_.subspan(width, length()); }
    iterator& operator++() {
      rest_ = rest_.subspan(width + length());
      return *this;
    }
    iterator operator++(int) {
      auto before = *this;
      ++*this;
      return before;
    }
    bool operator==(const iterator& other) const { return rest_.size() == other.rest_.size(); }

   private:
    size_t length() const {
      size_t n = 0;
      for (size_t i = 0; i < width; ++i) n = n << 8 | rest_[i];
      return n;
    }
    Bytes rest_;
  };

  static constexpr size_t width = prefix_width(ItemMax);
  Buffer wire;

  iterator begin() const { return iterator(wire); }
  iterator end() const { return iterator(Bytes{}); }
  bool empty() const { return wire.empty(); }
  size_t size() const {
    size_t n = 0;
    for (auto item : *this) n += (static_cast<void>(item), 1);
    return n;
  }
  /// The item's length must be within its bounds: the writer checks the whole, a too long item is cut off there.
  void add(Bytes item) {
    for (size_t i = width; i-- > 0;) wire.push_back(static_cast<uint8_t>(item.size() >> 8 * i));
    wire.insert(wire.end(), item.begin(), item.end());
  }
  /// Whether every length within fits.
  bool well_formed() const {
    for (Bytes rest = wire; !rest.empty();) {
      if (rest.size() < width) return false;
      size_t n = 0;
      for (size_t i = 0; i < width; ++i) n = n << 8 | rest[i];
      if (n < ItemMin || n > ItemMax || n > rest.size() - width) return false;
      rest = rest.subspan(width + n);
    }
    return true;
  }
};

template <class T>
concept Number = std::is_enum_v<T> || std::unsigned_integral<T>;

/// Has `static void visit(auto& message, auto& visitor)`, which names each field in wire order.
template <class T, class V>
concept Described = requires(T& m, V& v) { T::visit(m, v); };

/// Reads, writes and prints itself, because it is more than a row of fields.
template <class T, class V>
concept SelfDescribed = requires(T& m, V& v) { m.visit_self(v); };

}  // namespace handfast
