// server_name.hpp: which of the server's names the client wants (RFC 6066 section 3).
#pragma once

#include <type_traits>

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct ServerName {
  static constexpr auto type = ExtensionType::server_name;
  static constexpr auto place = Place::client_hello;

  struct Entry {
    uint8_t name_type = 0;   // host_name
    opaque_text<1, 65535> host_name;
    static void visit(auto& m, auto& v) { v("name_type", m.name_type)("host_name", m.host_name); }
  };
  /// RFC 6066 allows one name of a type, and there is one type.
  struct List {
    Entry entry;
    void visit_self(auto& v) { read_or_write(*this, v); }
    void visit_self(auto& v) const { read_or_write(*this, v); }
    static void read_or_write(auto& m, auto& v) {
      if constexpr (requires { v.take(0); }) {
        std::remove_reference_t<decltype(v)> inner(v.block(1, 65535));
        Entry::visit(m.entry, inner);
        v.reject(inner.fault());
        if (m.entry.name_type != 0) v.reject(Fault::malformed_message);
      } else if constexpr (requires { v.block(1, 65535, [] {}); }) {
        v.block(1, 65535, [&] { Entry::visit(m.entry, v); });
      } else {
        Entry::visit(m.entry, v);
      }
    }
  };
  List server_name_list;
  static void visit(auto& m, auto& v) { v("server_name_list", m.server_name_list); }
};

/// The server has used the name.
struct ServerNameAcknowledged {
  static constexpr auto type = ExtensionType::server_name;
  static constexpr auto place = Place::server_hello;
  static void visit(auto&, auto&) {}
};

/// The same in TLS 1.3.
struct EncryptedServerName {
  static constexpr auto type = ExtensionType::server_name;
  static constexpr auto place = Place::encrypted_extensions;
  static void visit(auto&, auto&) {}
};

}  // namespace handfast::extensions
