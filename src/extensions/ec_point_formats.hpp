// ec_point_formats.hpp: how points of elliptic curves are written (RFC 8422 section 5.1.2): uncompressed.
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

inline constexpr uint8_t uncompressed_point = 0;

struct EcPointFormats {
  static constexpr auto type = ExtensionType::ec_point_formats;
  static constexpr auto place = Place::client_hello;
  list<uint8_t, 1, 255> ec_point_format_list;
  static void visit(auto& m, auto& v) { v("ec_point_format_list", m.ec_point_format_list); }
};

struct ServerEcPointFormats {
  static constexpr auto type = ExtensionType::ec_point_formats;
  static constexpr auto place = Place::server_hello;
  list<uint8_t, 1, 255> ec_point_format_list;
  static void visit(auto& m, auto& v) { v("ec_point_format_list", m.ec_point_format_list); }
};

}  // namespace handfast::extensions
