// supported_versions.hpp: the versions that the client has, best first, and the one that the server chose (RFC 8446
// section 4.2.1).
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

struct SelectedVersion {
  static constexpr auto type = ExtensionType::supported_versions;
  static constexpr auto place = Place::server_hello;
  Version selected_version{};
  static void visit(auto& m, auto& v) { v("selected_version", m.selected_version); }
};

struct RetryVersion {
  static constexpr auto type = ExtensionType::supported_versions;
  static constexpr auto place = Place::hello_retry_request;
  Version selected_version{};
  static void visit(auto& m, auto& v) { v("selected_version", m.selected_version); }
};

}  // namespace handfast::extensions
