// trusted_ca_keys.hpp: the roots that a client has (RFC 6066 section 6): shown in the trace, never answered.
#pragma once

#include <string_view>

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/structs.hpp>

namespace handfast::extensions {

enum class IdentifierType : uint8_t { pre_agreed = 0, key_sha1_hash = 1, x509_name = 2, cert_sha1_hash = 3 };
constexpr std::string_view name(IdentifierType type) {
  using enum IdentifierType;
  return type == pre_agreed       ? "pre_agreed"
         : type == key_sha1_hash  ? "key_sha1_hash"
         : type == x509_name      ? "x509_name"
         : type == cert_sha1_hash ? "cert_sha1_hash"
                                  : "";
}

/// The length of an identifier follows from its type: one that is not known is all that is left.
struct TrustedAuthority {
  IdentifierType identifier_type{};
  std::array<uint8_t, 20> sha1_hash{};
  opaque_view<1, 65535> distinguished_name{};
  opaque_rest unknown;
  static void visit(auto& m, auto& v) {
    v("identifier_type", m.identifier_type);
    switch (m.identifier_type) {
      case IdentifierType::pre_agreed: break;
      case IdentifierType::key_sha1_hash:
      case IdentifierType::cert_sha1_hash: v("sha1_hash", m.sha1_hash); break;
      case IdentifierType::x509_name: v("distinguished_name", m.distinguished_name); break;
      default: v("unknown", m.unknown);
    }
  }
};

struct TrustedCaKeys {
  static constexpr auto type = ExtensionType::trusted_ca_keys;
  static constexpr auto place = Place::client_hello;
  structs<TrustedAuthority, 0, 65535> trusted_authorities_list;
  static void visit(auto& m, auto& v) { v("trusted_authorities_list", m.trusted_authorities_list); }
};

}  // namespace handfast::extensions
