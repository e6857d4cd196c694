// supported_groups.hpp: the client's groups for ECDHE, best first (RFC 8422 section 5.1.1, RFC 8446 section 4.2.7).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>
#include <handfast/names.hpp>

namespace handfast::extensions {

struct SupportedGroups {
  static constexpr auto type = ExtensionType::supported_groups;
  static constexpr auto place = Place::client_hello;
  list<Group, 2, 65535> named_group_list;
  static void visit(auto& m, auto& v) { v("named_group_list", m.named_group_list); }
};

/// The server's, for the client to know next time.
struct ServerSupportedGroups {
  static constexpr auto type = ExtensionType::supported_groups;
  static constexpr auto place = Place::encrypted_extensions;
  list<Group, 2, 65535> named_group_list;
  static void visit(auto& m, auto& v) { v("named_group_list", m.named_group_list); }
};

}  // namespace handfast::extensions
