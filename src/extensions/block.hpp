// block.hpp: the extensions of one message: `Extension extensions<0..2^16-1>;`. In the hellos they may be absent
// altogether (RFC 5246 section 7.4.1.2).
#pragma once

#include <algorithm>
#include <optional>
#include <tuple>
#include <wire/reader.hpp>

#include <extensions/all.hpp>

namespace handfast::extensions {

template <Place place, class List>
struct Selected;
template <Place place, class... E>
struct Selected<place, std::tuple<E...>> {
  using type = decltype(std::tuple_cat(
      std::conditional_t<E::place == place, std::tuple<std::optional<E>>, std::tuple<>>{}...));
};

/// That a message may have. Some 60 are registered; what is sorted and looked through here must not grow with what a peer sends.
inline constexpr size_t most_extensions = 128;

/// The extensions that may stand in this message: the known ones by type, the others as they came.
template <Place place>
class Block {
 public:
  template <class E>
  const E* find() const {
    const auto& slot = std::get<std::optional<E>>(known_);
    return slot ? &*slot : nullptr;
  }
  template <class E>
  E& add(E extension = {}) {
    return std::get<std::optional<E>>(known_).emplace(std::move(extension));
  }

  template <class E>
  void remove() {
    std::get<std::optional<E>>(known_).reset();
  }
  template <class E>
  E* find() {
    auto& slot = std::get<std::optional<E>>(known_);
    return slot ? &*slot : nullptr;
  }

  /// An extension that has no struct here (GREASE, RFC 8701).
  void add_unknown(ExtensionType type, Bytes data) { keep_unknown(static_cast<uint16_t>(type), data); }
  /// The extensions of a list whose length was read elsewhere.
  static Result<Block> parse(Bytes items) {
    wire::Reader reader(items);
    Block block;
    block.read_items(reader);
    if (auto why = reader.fault()) return fail(*why);
    return block;
  }

  /// Calls f(type, data) for every extension that has no struct here; data lives as long as this.
  template <class F>
  void each_unknown(F f) const {
    for (Bytes rest = unknown_; rest.size() >= 4;) {
      auto n = static_cast<size_t>(rest[2] << 8 | rest[3]);
      f(ExtensionType(static_cast<uint16_t>(rest[0] << 8 | rest[1])), rest.subspan(4, n));
      rest = rest.subspan(4 + n);
    }
  }
  /// Calls f(type) for every extension in this block.
  template <class F>
  void each_type(F f) const {
    each_known([&](const auto& extension) { f(extension.type); });
    each_unknown([&](ExtensionType type, Bytes) { f(type); });
  }
  bool has(ExtensionType type) const {
    bool found = false;
    each_type([&](ExtensionType present) { found = found || present == type; });
    return found;
  }

  void visit_self(auto& reader) { read(reader); }
  void visit_self(auto& out) const {
    if constexpr (requires { out.block(0, 65535, [] {}); })
      write(out);
    else
      print(out);
  }

 private:
  static constexpr bool may_be_absent = place == Place::client_hello || place == Place::server_hello;

  template <class F>
  void each_known(F f) const {
    std::apply([&](const auto&... slot) { ((slot ? f(*slot) : void()), ...); }, known_);
  }

  template <class Reader>
  void read(Reader& reader) {
    if (may_be_absent && reader.empty()) return;
    Reader all(reader.block(0, 65535));
    read_items(all);
    reader.reject(all.fault());
  }
  template <class Reader>
  void read_items(Reader& all) {
    std::vector<uint16_t> types;
    types.reserve(16);
    while (!all.empty()) {
      auto type = static_cast<uint16_t>(all.uint(2));
      auto data = all.block(0, 65535);
      if (types.size() == most_extensions) return all.reject(Fault::too_many_extensions);
      types.push_back(type);
      if (read_known(ExtensionType(type), data, all)) continue;
      make_room(4 + data.size(), all.left());
      keep_unknown(type, data);
    }
    if (place == Place::client_hello && stands_before_last(types, ExtensionType::pre_shared_key))
      all.reject(Fault::pre_shared_key_not_last);
    std::ranges::sort(types);
    if (std::ranges::adjacent_find(types) != types.end()) all.reject(Fault::duplicate_extension);
  }
  static bool stands_before_last(const std::vector<uint16_t>& types, ExtensionType type) {
    auto found = std::ranges::find(types, static_cast<uint16_t>(type));
    return found != types.end() && found + 1 != types.end();
  }
  template <class Reader>
  bool read_known(ExtensionType type, Bytes data, Reader& all) {
    auto try_one = [&](auto& slot) {
      using E = typename std::remove_reference_t<decltype(slot)>::value_type;
      if (E::type != type) return false;
      Reader inner(data);
      E extension;
      E::visit(extension, inner);
      all.reject(inner.fault());
      slot = std::move(extension);
      return true;
    };
    return std::apply([&](auto&... slot) { return (try_one(slot) || ...); }, known_);
  }
  /// For n more bytes, and never for more than can still come.
  void make_room(size_t n, size_t left) {
    const auto needed = unknown_.size() + n;
    if (needed > unknown_.capacity()) unknown_.reserve(std::min(std::max(needed, 2 * unknown_.capacity()), needed + left));
  }
  void keep_unknown(uint16_t type, Bytes data) {
    const auto n = data.size();
    const uint8_t header[] = {static_cast<uint8_t>(type >> 8), static_cast<uint8_t>(type), static_cast<uint8_t>(n >> 8),
                              static_cast<uint8_t>(n)};
    unknown_.insert(unknown_.end(), std::begin(header), std::end(header));
    unknown_.insert(unknown_.end(), data.begin(), data.end());
  }

  template <class Writer>
  void write(Writer& writer) const {
    bool any = false;
    each_type([&](ExtensionType) { any = true; });
    if (may_be_absent && !any) return;
    auto write_one = [&](const auto& extension) {
      writer("extension_type", extension.type);
      writer.block(0, 65535, [&] { std::remove_reference_t<decltype(extension)>::visit(extension, writer); });
    };
    writer.block(0, 65535, [&] {
      each_known([&](const auto& extension) {
        if (extension.type != ExtensionType::pre_shared_key) write_one(extension);
      });
      writer.bytes(unknown_);
      each_known([&](const auto& extension) {  // RFC 8446 section 4.2.11: the last one
        if (extension.type == ExtensionType::pre_shared_key) write_one(extension);
      });
    });
  }

  template <class Printer>
  void print(Printer& printer) const {
    each_known([&](const auto& extension) {
      printer.out().enter(name(extension.type), false);
      std::remove_reference_t<decltype(extension)>::visit(extension, printer);
      printer.out().leave();
    });
    each_unknown([&](ExtensionType type, Bytes data) {
      auto known_name = name(type);
      printer.out().enter(known_name.empty() ? "unknown" : known_name, false);
      printer("extension_type", type);
      printer.out().bytes("extension_data", data);
      printer.out().leave();
    });
  }

  typename Selected<place, All>::type known_;
  Buffer unknown_;
};

}  // namespace handfast::extensions
