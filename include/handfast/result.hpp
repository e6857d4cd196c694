// result.hpp: bytes, alerts, faults, errors and results, the vocabulary of every function that can fail.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handfast {

/// A view of bytes; whoever hands one out says how long it lives.
using Bytes = std::span<const uint8_t>;
/// Owned bytes that are not secret (secrets erase themselves).
using Buffer = std::vector<uint8_t>;

inline Bytes as_bytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }
inline std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// AlertDescription, RFC 8446 section 6 and the registry it refers to.
enum class Alert : uint8_t {
  close_notify = 0,
  unexpected_message = 10,
  bad_record_mac = 20,
  decryption_failed = 21,
  record_overflow = 22,
  decompression_failure = 30,
  handshake_failure = 40,
  no_certificate = 41,
  bad_certificate = 42,
  unsupported_certificate = 43,
  certificate_revoked = 44,
  certificate_expired = 45,
  certificate_unknown = 46,
  illegal_parameter = 47,
  unknown_ca = 48,
  access_denied = 49,
  decode_error = 50,
  decrypt_error = 51,
  export_restriction = 60,
  protocol_version = 70,
  insufficient_security = 71,
  internal_error = 80,
  inappropriate_fallback = 86,
  user_canceled = 90,
  no_renegotiation = 100,
  missing_extension = 109,
  unsupported_extension = 110,
  certificate_unobtainable = 111,
  unrecognized_name = 112,
  bad_certificate_status_response = 113,
  bad_certificate_hash_value = 114,
  unknown_psk_identity = 115,
  certificate_required = 116,
  no_application_protocol = 120,
  ech_required = 121,
};

/// The RFC's name of an alert, or "unknown_alert".
std::string_view name(Alert alert);

/// Everything that can go wrong, named once; info() gives its alert, rule and words.
enum class Fault : uint16_t {
  // records
  not_tls,
  plain_http,
  sslv2_hello,
  record_type_unknown,
  record_version_wrong,
  record_too_long,
  plaintext_too_long,
  empty_fragment,
  empty_record_flood,
  warning_alert_flood,
  bad_record_mac,
  sequence_number_exhausted,
  key_change_inside_message,
  record_type_hidden_wrong,
  record_without_content,
  record_size_limit_too_small,
  record_size_limit_exceeded,
  max_fragment_length_wrong,
  aead_limit_reached,
  early_data_too_long,
  key_update_malformed,
  key_update_flood,
  ticket_flood,
  early_application_data,
  handshake_message_too_long,
  // messages
  malformed_message,
  unexpected_message,
  value_too_long,
  duplicate_extension,
  too_many_extensions,
  extension_not_offered,
  extension_not_allowed,
  // hellos
  version_not_supported,
  version_not_offered,
  suite_not_offered,
  suite_not_for_version,
  compression_not_null,
  no_common_suite,
  no_suite_for_certificate,
  no_common_group,
  no_common_signature_scheme,
  secure_renegotiation_missing,
  secure_renegotiation_mismatch,
  renegotiation_changed,
  extended_master_secret_missing,
  extended_master_secret_changed,
  server_name_unknown,
  no_common_protocol,
  protocol_not_offered,
  resumed_session_changed,
  uncompressed_points_missing,
  legacy_version_wrong,
  session_id_not_echoed,
  downgrade_detected,
  inappropriate_fallback,
  missing_extension,
  key_share_malformed,
  key_share_missing,
  retry_changes_nothing,
  retry_contradicted,
  second_hello_changed,
  cookie_invalid,
  pre_shared_key_not_last,
  pre_shared_key_malformed,
  pre_shared_key_not_offered,
  pre_shared_key_required,
  binder_invalid,
  early_data_not_offered,
  // key exchange and proofs
  group_not_offered,
  public_value_invalid,
  finite_field_group_too_small,
  finite_field_group_unsafe,
  psk_identity_unknown,
  scheme_not_offered,
  scheme_not_for_key,
  signature_invalid,
  finished_invalid,
  // certificates
  server_certificate_missing,
  client_certificate_missing,
  certificate_type_unsuitable,
  certificate_malformed,
  chain_too_long,
  issuer_unknown,
  self_signed,
  certificate_signature_invalid,
  issuer_not_ca,
  path_too_long,
  name_constraint_violated,
  name_mismatch,
  common_name_only,
  certificate_expired,
  certificate_not_yet_valid,
  purpose_not_allowed,
  key_usage_not_allowed,
  key_too_weak,
  digest_too_weak,
  certificate_revoked,
  crl_missing,
  crl_expired,
  crl_not_yet_valid,
  crl_invalid,
  certificate_policy_violated,
  certificate_not_accepted,
  certificate_context_wrong,
  certificate_type_not_offered,
  raw_public_key_unknown,
  certificate_compression_not_offered,
  certificate_decompression_failed,
  staple_invalid,
  staple_missing,
  identity_changed,
  // the connection
  alert_received,
  truncated,
  transport_failed,
  connection_closed,
  handshake_timeout,
  handshake_incomplete,
  early_data_unavailable,
  // our own side
  out_of_memory,
  application_threw,
  randomness_failed,
  crypto_failed,
  signing_failed,
  // configuration
  file_unreadable,
  file_not_writable,
  pem_malformed,
  key_encrypted,
  key_mismatch,
  key_unsupported,
  config_empty_list,
  config_unknown_name,
  config_conflict,
  config_identity_missing,
  config_trust_missing,
  server_name_invalid,
  exporter_unavailable,
  channel_binding_unavailable,
  client_certificate_unavailable,
  key_update_unavailable,
  renegotiation_unavailable,
  session_malformed,
  last_ = session_malformed,
};

/// One row of the fault table; `docs/faults.md` is made from it.
struct FaultInfo {
  Fault fault;
  Alert alert;              ///< what the peer is told when we find it
  std::string_view id;      ///< stable cause id, e.g. "hello.suite_not_offered"
  std::string_view rule;    ///< the RFC section that was broken; empty where none speaks of it
  std::string_view text;    ///< what is wrong, in words
};

/// The row of a fault. Lives as long as the program.
const FaultInfo& info(Fault fault);

/// Who ended the connection.
enum class Who : uint8_t {
  local,      ///< we refused what the peer did, or something of ours failed
  peer,       ///< the peer sent a fatal alert
  transport,  ///< the bytes stopped
};

/// A fault where it happened.
struct Error {
  Fault fault;
  Who who = Who::local;
  std::optional<Alert> alert{};      ///< the fatal alert that was sent (local) or received (peer)
  std::vector<std::string> facts{};  ///< what an explanation needs: every failed check, both lists, a file's name

  /// One line: the fault's words, then its facts.
  std::string message() const;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Fault fault, std::vector<std::string> facts = {}) {
  return std::unexpected(Error{fault, Who::local, {}, std::move(facts)});
}

}  // namespace handfast

/// Unwraps a Result or returns its error. Stands alone as the initialiser of one named local or as a statement of its
/// own, never inside braces, call arguments or ?: (g++ 12 skips destructors there).
#define TRY(expr)                                                   \
  __extension__({                                                   \
    auto r_ = (expr);                                               \
    if (!r_) return std::unexpected(std::move(r_).error());         \
    *std::move(r_);                                                 \
  })
