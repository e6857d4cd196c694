// alert.cpp: the names of alerts.
#include <handfast/result.hpp>

namespace handfast {

std::string_view name(Alert alert) {
  using enum Alert;
  switch (alert) {
    case close_notify: return "close_notify";
    case unexpected_message: return "unexpected_message";
    case bad_record_mac: return "bad_record_mac";
    case decryption_failed: return "decryption_failed";
    case record_overflow: return "record_overflow";
    case decompression_failure: return "decompression_failure";
    case handshake_failure: return "handshake_failure";
    case no_certificate: return "no_certificate";
    case bad_certificate: return "bad_certificate";
    case unsupported_certificate: return "unsupported_certificate";
    case certificate_revoked: return "certificate_revoked";
    case certificate_expired: return "certificate_expired";
    case certificate_unknown: return "certificate_unknown";
    case illegal_parameter: return "illegal_parameter";
    case unknown_ca: return "unknown_ca";
    case access_denied: return "access_denied";
    case decode_error: return "decode_error";
    case decrypt_error: return "decrypt_error";
    case export_restriction: return "export_restriction";
    case protocol_version: return "protocol_version";
    case insufficient_security: return "insufficient_security";
    case internal_error: return "internal_error";
    case inappropriate_fallback: return "inappropriate_fallback";
    case user_canceled: return "user_canceled";
    case no_renegotiation: return "no_renegotiation";
    case missing_extension: return "missing_extension";
    case unsupported_extension: return "unsupported_extension";
    case certificate_unobtainable: return "certificate_unobtainable";
    case unrecognized_name: return "unrecognized_name";
    case bad_certificate_status_response: return "bad_certificate_status_response";
    case bad_certificate_hash_value: return "bad_certificate_hash_value";
    case unknown_psk_identity: return "unknown_psk_identity";
    case certificate_required: return "certificate_required";
    case no_application_protocol: return "no_application_protocol";
    case ech_required: return "ech_required";
  }
  return "unknown_alert";
}

}  // namespace handfast
