// extension_type.hpp: ExtensionType, the registered numbers.
#pragma once

#include <cstdint>
#include <string_view>

namespace handfast::extensions {

/// IANA registry "TLS ExtensionType Values": those that something here is about. name() knows the others too.
enum class ExtensionType : uint16_t {
  server_name = 0,
  max_fragment_length = 1,
  client_certificate_url = 2,
  trusted_ca_keys = 3,
  truncated_hmac = 4,
  status_request = 5,
  supported_groups = 10,
  ec_point_formats = 11,
  signature_algorithms = 13,
  use_srtp = 14,
  heartbeat = 15,
  application_layer_protocol_negotiation = 16,
  status_request_v2 = 17,
  signed_certificate_timestamp = 18,
  client_certificate_type = 19,
  server_certificate_type = 20,
  padding = 21,
  encrypt_then_mac = 22,
  extended_master_secret = 23,
  cached_info = 25,
  compress_certificate = 27,
  record_size_limit = 28,
  delegated_credential = 34,
  session_ticket = 35,
  pre_shared_key = 41,
  early_data = 42,
  supported_versions = 43,
  cookie = 44,
  psk_key_exchange_modes = 45,
  certificate_authorities = 47,
  oid_filters = 48,
  post_handshake_auth = 49,
  signature_algorithms_cert = 50,
  key_share = 51,
  application_settings = 17613,
  encrypted_client_hello = 0xfe0d,
  renegotiation_info = 0xff01,
};

/// The registered name; empty for a number without one.
std::string_view name(ExtensionType type);

}  // namespace handfast::extensions
