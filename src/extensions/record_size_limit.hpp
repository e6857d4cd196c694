// record_size_limit.hpp: the longest plaintext of a record that a side takes (RFC 8449).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct RecordSizeLimit {
  static constexpr auto type = ExtensionType::record_size_limit;
  static constexpr auto place = Place::client_hello;
  uint16_t record_size_limit = 0;
  static void visit(auto& m, auto& v) { v("record_size_limit", m.record_size_limit); }
};

/// Of TLS 1.2.
struct ServerRecordSizeLimit {
  static constexpr auto type = ExtensionType::record_size_limit;
  static constexpr auto place = Place::server_hello;
  uint16_t record_size_limit = 0;
  static void visit(auto& m, auto& v) { v("record_size_limit", m.record_size_limit); }
};

struct EncryptedRecordSizeLimit {
  static constexpr auto type = ExtensionType::record_size_limit;
  static constexpr auto place = Place::encrypted_extensions;
  uint16_t record_size_limit = 0;
  static void visit(auto& m, auto& v) { v("record_size_limit", m.record_size_limit); }
};

}  // namespace handfast::extensions
