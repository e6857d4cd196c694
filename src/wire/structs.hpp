// structs.hpp: vectors of structures, kept as they stand on the wire.
#pragma once

#include <wire/reader.hpp>
#include <wire/writer.hpp>

namespace handfast {

/// `T field<Min..Max>;` of structures whose members are numbers and `opaque_view`s: in one piece, so that what a peer
/// sends does not grow in memory. each() decodes them one by one; their views live as long as this.
template <class T, size_t Min, size_t Max>
class structs {
 public:
  static constexpr bool is_list = true;   ///< for printers
  Buffer wire;

  bool empty() const { return wire.empty(); }
  /// Calls f(item, index) in order; f may return false to stop.
  template <class F>
  void each(F f) const {
    wire::Reader reader(wire);
    for (size_t i = 0; !reader.empty(); ++i) {
      T item;
      T::visit(item, reader);
      if (reader.failed()) return;
      if constexpr (std::is_same_v<decltype(f(item, i)), bool>) {
        if (!f(item, i)) return;
      } else {
        f(item, i);
      }
    }
  }
  size_t size() const {
    size_t n = 0;
    each([&](const T&, size_t) { ++n; });
    return n;
  }
  /// The item's fields must be within their bounds: one that is not is cut off by its length, and the writer refuses
  /// the whole.
  void add(const T& item) {
    wire::Writer writer(wire);
    T::visit(item, writer);
    fits_ = fits_ && !writer.fault();
  }

  void visit_self(auto& reader) {
    auto bytes = reader.block(Min, Max);
    wire::Reader items(bytes);
    while (!items.empty()) {
      T item;
      T::visit(item, items);
    }
    reader.reject(items.fault());
    if (!reader.failed()) wire.assign(bytes.begin(), bytes.end());
  }
  void visit_self(auto& out) const {
    if constexpr (requires { out.block(0, 65535, [] {}); }) {
      out.block(Min, Max, [&] { out.bytes(wire); });
      if (!fits_) out.reject(Fault::value_too_long);
    } else {
      each([&](const T& item, size_t) { out("", item); });
    }
  }

 private:
  bool fits_ = true;
};

}  // namespace handfast
