// max_fragment_length.hpp: how long a record's content may be, in four steps (RFC 6066 section 4).
#pragma once

#include <string_view>

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

enum class FragmentLength : uint8_t { bytes_512 = 1, bytes_1024 = 2, bytes_2048 = 3, bytes_4096 = 4 };
constexpr std::string_view name(FragmentLength length) {
  using enum FragmentLength;
  return length == bytes_512    ? "2^9"
         : length == bytes_1024 ? "2^10"
         : length == bytes_2048 ? "2^11"
         : length == bytes_4096 ? "2^12"
                                : "";
}

struct MaxFragmentLength {
  static constexpr auto type = ExtensionType::max_fragment_length;
  static constexpr auto place = Place::client_hello;
  FragmentLength max_fragment_length{};
  static void visit(auto& m, auto& v) { v("max_fragment_length", m.max_fragment_length); }
};

/// Of TLS 1.2 and before.
struct ServerMaxFragmentLength {
  static constexpr auto type = ExtensionType::max_fragment_length;
  static constexpr auto place = Place::server_hello;
  FragmentLength max_fragment_length{};
  static void visit(auto& m, auto& v) { v("max_fragment_length", m.max_fragment_length); }
};

struct EncryptedMaxFragmentLength {
  static constexpr auto type = ExtensionType::max_fragment_length;
  static constexpr auto place = Place::encrypted_extensions;
  FragmentLength max_fragment_length{};
  static void visit(auto& m, auto& v) { v("max_fragment_length", m.max_fragment_length); }
};

}  // namespace handfast::extensions
