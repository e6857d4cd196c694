// ec_point_formats.hpp: how points of elliptic curves are written (RFC 8422 section 5.1.2): uncompressed.
#pragma once

#include <string_view>

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

enum class EcPointFormat : uint8_t { uncompressed = 0, ansi_x962_compressed_prime = 1, ansi_x962_compressed_char2 = 2 };
constexpr std::string_view name(EcPointFormat format) {
  using enum EcPointFormat;
  return format == uncompressed                 ? "uncompressed"
         : format == ansi_x962_compressed_prime ? "ansiX962_compressed_prime"
         : format == ansi_x962_compressed_char2 ? "ansiX962_compressed_char2"
                                                : "";
}

struct EcPointFormats {
  static constexpr auto type = ExtensionType::ec_point_formats;
  static constexpr auto place = Place::client_hello;
  list<EcPointFormat, 1, 255> ec_point_format_list;
  static void visit(auto& m, auto& v) { v("ec_point_format_list", m.ec_point_format_list); }
};

struct ServerEcPointFormats {
  static constexpr auto type = ExtensionType::ec_point_formats;
  static constexpr auto place = Place::server_hello;
  list<EcPointFormat, 1, 255> ec_point_format_list;
  static void visit(auto& m, auto& v) { v("ec_point_format_list", m.ec_point_format_list); }
};

}  // namespace handfast::extensions
