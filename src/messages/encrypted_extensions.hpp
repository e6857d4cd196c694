// encrypted_extensions.hpp: what the server answers that need not be seen by others (RFC 8446 section 4.3.1).
#pragma once

#include <extensions/block.hpp>
#include <string_view>
#include <wire/kind.hpp>

namespace handfast::messages {

struct EncryptedExtensions {
  static constexpr Kind kind = handshake_kind(8);
  static constexpr std::string_view name = "EncryptedExtensions";
  extensions::Block<extensions::Place::encrypted_extensions> extensions;
  static void visit(auto& m, auto& v) { v("extensions", m.extensions); }
};

}  // namespace handfast::messages
