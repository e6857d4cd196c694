// supported_versions.hpp: the versions that the client has, best first (RFC 8446 section 4.2.1).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>
#include <handfast/names.hpp>

namespace handfast::extensions {

struct SupportedVersions {
  static constexpr auto type = ExtensionType::supported_versions;
  static constexpr auto place = Place::client_hello;
  list<Version, 2, 254> versions;
  static void visit(auto& m, auto& v) { v("versions", m.versions); }
};

}  // namespace handfast::extensions
