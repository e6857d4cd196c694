// flags.hpp: what BoGo's runner asks of the shim on its command line.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace handfast::bogo {

/// The flags of one connection, by the runner's names. A number of 0 and an empty text mean that the flag was not given.
struct Flags {
  // where and how often
  int port = 0, resume_count = 0, shim_id = -1, resumption_delay = 0;
  bool server = false, ipv6 = false;
  // what is configured
  int min_version = 0, max_version = 0, max_cert_list = 0;
  bool no_tls1 = false, no_tls11 = false, no_tls12 = false, no_tls13 = false;
  std::string cipher, key_file, cert_file, host_name, advertise_alpn, select_alpn, psk, psk_identity, signed_cert_timestamps;
  std::vector<int> curves, signing_prefs, verify_prefs;
  bool reject_alpn = false, no_ticket = false, enable_early_data = false, enable_grease = false;
  bool verify_peer = false, verify_fail = false, require_any_client_certificate = false;
  bool enable_signed_cert_timestamps = false, enable_ocsp_stapling = false, fallback_scsv = false;
  bool renegotiate_once = false, renegotiate_freely = false, renegotiate_explicit = false;
  // what is done
  int export_keying_material = 0, read_size = 0;
  std::string export_label, export_context;
  bool use_export_context = false, export_traffic_secrets = false, async = false, shim_writes_first = false, shim_shuts_down = false;
  bool check_close_notify = false, write_different_record_sizes = false, read_with_unfinished_write = false, key_update = false;
  bool send_alert = false, use_exporter_between_reads = false;
  // what is expected
  int expect_version = 0, expect_cipher = 0, expect_cipher_aes = 0, expect_curve_id = 0, expect_peer_signature_algorithm = 0;
  int expect_total_renegotiations = 0;
  std::string expect_server_name, expect_alpn, expect_advertised_alpn, expect_peer_cert_file, expect_signed_cert_timestamps;
  std::string expect_early_data_reason, expect_msg_callback, expect_ocsp_response;
  bool expect_extended_master_secret = false, expect_session_miss = false, expect_no_session = false, expect_session_id = false;
  bool expect_no_session_id = false, expect_ticket_renewal = false, expect_ticket_supports_early_data = false;
  bool expect_accept_early_data = false, expect_reject_early_data = false, expect_no_offer_early_data = false;
  bool expect_hrr = false, expect_no_hrr = false, expect_verify_result = false, handshake_never_done = false, expect_secure_renegotiation = false;
};

/// The first connection's, those of the ones that resume, and those that hold from where a server has refused early data.
struct AllFlags {
  Flags initial, resume, retry;
};

/// The error is a flag that is not known here, or whose value is none.
std::expected<AllFlags, std::string> parse_flags(int count, const char* const* arguments);

}  // namespace handfast::bogo
