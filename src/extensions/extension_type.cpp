// extension_type.cpp: the names of the IANA registry "TLS ExtensionType Values".
#include <extensions/extension_type.hpp>

#include <iterator>
#include <utility>

#include <catalog/grease.hpp>

namespace handfast::extensions {
namespace {

/// From 0 on; 40 and 46 are reserved.
constexpr std::string_view names[] = {
    "server_name", "max_fragment_length", "client_certificate_url", "trusted_ca_keys", "truncated_hmac",
    "status_request", "user_mapping", "client_authz", "server_authz", "cert_type", "supported_groups",
    "ec_point_formats", "srp", "signature_algorithms", "use_srtp", "heartbeat",
    "application_layer_protocol_negotiation", "status_request_v2", "signed_certificate_timestamp",
    "client_certificate_type", "server_certificate_type", "padding", "encrypt_then_mac", "extended_master_secret",
    "token_binding", "cached_info", "tls_lts", "compress_certificate", "record_size_limit", "pwd_protect",
    "pwd_clear", "password_salt", "ticket_pinning", "tls_cert_with_extern_psk", "delegated_credential",
    "session_ticket", "TLMSP", "TLMSP_proxying", "TLMSP_delegate", "supported_ekt_ciphers", "", "pre_shared_key",
    "early_data", "supported_versions", "cookie", "psk_key_exchange_modes", "", "certificate_authorities",
    "oid_filters", "post_handshake_auth", "signature_algorithms_cert", "key_share", "transparency_info",
    "connection_id_deprecated", "connection_id", "external_id_hash", "external_session_id",
    "quic_transport_parameters", "ticket_request", "dnssec_chain", "sequence_number_encryption_algorithms", "rrc",
    "tls_flags",
};

/// Above them; the first three are not registered, but clients send them.
constexpr std::pair<uint16_t, std::string_view> others[] = {
    {13172, "next_protocol_negotiation"}, {17513, "application_settings_old"}, {17613, "application_settings"},
    {0xfd00, "ech_outer_extensions"},     {0xfe0d, "encrypted_client_hello"},  {0xff01, "renegotiation_info"},
};

}  // namespace

std::string_view name(ExtensionType type) {
  const auto number = static_cast<uint16_t>(type);
  if (number < std::size(names)) return names[number];
  for (const auto& [other, text] : others)
    if (other == number) return text;
  return catalog::grease(type);
}

}  // namespace handfast::extensions
