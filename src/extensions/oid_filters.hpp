// oid_filters.hpp: what a client certificate must have (RFC 8446 section 4.2.5).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/structs.hpp>

namespace handfast::extensions {

struct OidFilter {
  opaque_view<1, 255> certificate_extension_oid;
  opaque_view<0, 65535> certificate_extension_values;
  static void visit(auto& m, auto& v) {
    v("certificate_extension_oid", m.certificate_extension_oid)("certificate_extension_values", m.certificate_extension_values);
  }
};

struct OidFilters {
  static constexpr auto type = ExtensionType::oid_filters;
  static constexpr auto place = Place::certificate_request;
  structs<OidFilter, 0, 65535> filters;
  static void visit(auto& m, auto& v) { v("filters", m.filters); }
};

}  // namespace handfast::extensions
