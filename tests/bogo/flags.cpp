#include "flags.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>
#include <variant>

namespace handfast::bogo {
namespace {

struct Ignored {};       ///< how BoringSSL does it inside, or what Handfast does in any case
struct IgnoredValue {};  ///< the same with a value
struct Base64 {
  std::string Flags::*target;
};
using Target = std::variant<Ignored, IgnoredValue, bool Flags::*, int Flags::*, std::string Flags::*, std::vector<int> Flags::*, Base64>;

struct Row {
  std::string_view name;
  Target target;
};

const Row rows[] = {
    {"port", &Flags::port},
    {"resume-count", &Flags::resume_count},
    {"shim-id", &Flags::shim_id},
    {"resumption-delay", &Flags::resumption_delay},
    {"server", &Flags::server},
    {"ipv6", &Flags::ipv6},
    {"min-version", &Flags::min_version},
    {"max-version", &Flags::max_version},
    {"max-cert-list", &Flags::max_cert_list},
    {"no-tls1", &Flags::no_tls1},
    {"no-tls11", &Flags::no_tls11},
    {"no-tls12", &Flags::no_tls12},
    {"no-tls13", &Flags::no_tls13},
    {"cipher", &Flags::cipher},
    {"key-file", &Flags::key_file},
    {"cert-file", &Flags::cert_file},
    {"host-name", &Flags::host_name},
    {"advertise-alpn", &Flags::advertise_alpn},
    {"select-alpn", &Flags::select_alpn},
    {"psk", &Flags::psk},
    {"psk-identity", &Flags::psk_identity},
    {"signed-cert-timestamps", Base64{&Flags::signed_cert_timestamps}},
    {"curves", &Flags::curves},
    {"signing-prefs", &Flags::signing_prefs},
    {"verify-prefs", &Flags::verify_prefs},
    {"reject-alpn", &Flags::reject_alpn},
    {"no-ticket", &Flags::no_ticket},
    {"enable-early-data", &Flags::enable_early_data},
    {"enable-grease", &Flags::enable_grease},
    {"verify-peer", &Flags::verify_peer},
    {"verify-fail", &Flags::verify_fail},
    {"require-any-client-certificate", &Flags::require_any_client_certificate},
    {"enable-signed-cert-timestamps", &Flags::enable_signed_cert_timestamps},
    {"enable-ocsp-stapling", &Flags::enable_ocsp_stapling},
    {"fallback-scsv", &Flags::fallback_scsv},
    {"renegotiate-once", &Flags::renegotiate_once},
    {"renegotiate-freely", &Flags::renegotiate_freely},
    {"renegotiate-explicit", &Flags::renegotiate_explicit},
    {"export-keying-material", &Flags::export_keying_material},
    {"read-size", &Flags::read_size},
    {"export-label", &Flags::export_label},
    {"export-context", &Flags::export_context},
    {"use-export-context", &Flags::use_export_context},
    {"export-traffic-secrets", &Flags::export_traffic_secrets},
    {"async", &Flags::async},
    {"shim-writes-first", &Flags::shim_writes_first},
    {"shim-shuts-down", &Flags::shim_shuts_down},
    {"check-close-notify", &Flags::check_close_notify},
    {"write-different-record-sizes", &Flags::write_different_record_sizes},
    {"read-with-unfinished-write", &Flags::read_with_unfinished_write},
    {"key-update", &Flags::key_update},
    {"send-alert", &Flags::send_alert},
    {"use-exporter-between-reads", &Flags::use_exporter_between_reads},
    {"expect-version", &Flags::expect_version},
    {"expect-cipher", &Flags::expect_cipher},
    {"expect-cipher-aes", &Flags::expect_cipher_aes},
    {"expect-curve-id", &Flags::expect_curve_id},
    {"expect-peer-signature-algorithm", &Flags::expect_peer_signature_algorithm},
    {"expect-total-renegotiations", &Flags::expect_total_renegotiations},
    {"expect-server-name", &Flags::expect_server_name},
    {"expect-alpn", &Flags::expect_alpn},
    {"expect-advertised-alpn", &Flags::expect_advertised_alpn},
    {"expect-peer-cert-file", &Flags::expect_peer_cert_file},
    {"expect-signed-cert-timestamps", Base64{&Flags::expect_signed_cert_timestamps}},
    {"expect-early-data-reason", &Flags::expect_early_data_reason},
    {"expect-msg-callback", &Flags::expect_msg_callback},
    {"expect-ocsp-response", Base64{&Flags::expect_ocsp_response}},
    {"expect-extended-master-secret", &Flags::expect_extended_master_secret},
    {"expect-session-miss", &Flags::expect_session_miss},
    {"expect-no-session", &Flags::expect_no_session},
    {"expect-session-id", &Flags::expect_session_id},
    {"expect-no-session-id", &Flags::expect_no_session_id},
    {"expect-ticket-renewal", &Flags::expect_ticket_renewal},
    {"expect-ticket-supports-early-data", &Flags::expect_ticket_supports_early_data},
    {"expect-accept-early-data", &Flags::expect_accept_early_data},
    {"expect-reject-early-data", &Flags::expect_reject_early_data},
    {"expect-no-offer-early-data", &Flags::expect_no_offer_early_data},
    {"expect-hrr", &Flags::expect_hrr},
    {"expect-no-hrr", &Flags::expect_no_hrr},
    {"expect-verify-result", &Flags::expect_verify_result},
    {"handshake-never-done", &Flags::handshake_never_done},
    {"expect-secure-renegotiation", &Flags::expect_secure_renegotiation},
    // A handshake is never begun by a call of its own, and a call more does nothing.
    {"implicit-handshake", Ignored{}},
    {"handshake-twice", Ignored{}},
    {"no-op-extra-handshake", Ignored{}},
    // There is one way to name a certificate and one to judge the peer's.
    {"use-custom-verify-callback", Ignored{}},
    {"use-old-client-cert-callback", Ignored{}},
    {"use-early-callback", Ignored{}},
    {"install-ddos-callback", Ignored{}},
    {"new-x509-credential", Ignored{}},
    // So it always is: sessions are bound to the trust that they were made under, records of TLS 1.0 are split, the server chooses,
    // of no protocols none is chosen, and what was written is taken whole.
    {"reverify-on-resume", Ignored{}},
    {"decline-alpn", Ignored{}},
    {"cbc-record-splitting", Ignored{}},
    {"server-preference", Ignored{}},
    {"partial-write", Ignored{}},
    // Whoever the runner says to be is accepted: chains and keyUsage are judged by other tests.
    {"trust-cert", IgnoredValue{}},
    {"enforce-rsa-key-usage", Ignored{}},
    // A HelloRequest that is not followed is answered, and does no harm.
    {"renegotiate-ignore", Ignored{}},
    // Tickets are sealed by what a configuration names.
    {"use-ticket-callback", Ignored{}},
    {"renew-ticket", Ignored{}},
    // What is told is whether early data was taken; the numbers behind it are not. Processors have AES.
    {"expect-ticket-age-skew", IgnoredValue{}},
    {"expect-cipher-no-aes", IgnoredValue{}},
};

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (c == '=') break;
    const auto digit = digits.find(c);
    if (digit == digits.npos) return {};
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return out;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

bool takes_value(const Target& target) {
  return !std::holds_alternative<Ignored>(target) && !std::holds_alternative<bool Flags::*>(target);
}

bool set(const Target& target, std::string_view value, Flags& flags) {
  if (const auto* flag = std::get_if<bool Flags::*>(&target)) flags.*(*flag) = true;
  if (const auto* text = std::get_if<std::string Flags::*>(&target)) flags.*(*text) = value;
  if (const auto* encoded = std::get_if<Base64>(&target)) {
    auto decoded = decode_base64(value);
    if (!decoded) return false;
    flags.*(encoded->target) = *std::move(decoded);
  }
  const auto* one = std::get_if<int Flags::*>(&target);
  const auto* list = std::get_if<std::vector<int> Flags::*>(&target);
  if (!one && !list) return true;
  const auto parsed = number(value);
  if (!parsed) return false;
  if (one) flags.*(*one) = *parsed;
  if (list) (flags.*(*list)).push_back(*parsed);
  return true;
}

bool remove_prefix(std::string_view& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

/// Which connections a flag is for.
std::vector<Flags*> targets_of(std::string_view& name, AllFlags& all) {
  if (remove_prefix(name, "on-initial-")) return {&all.initial};
  if (remove_prefix(name, "on-resume-")) return {&all.resume};
  if (remove_prefix(name, "on-retry-")) return {&all.retry};
  return {&all.initial, &all.resume, &all.retry};
}

}  // namespace

std::expected<AllFlags, std::string> parse_flags(int count, const char* const* arguments) {
  AllFlags all;
  const std::span given(arguments, static_cast<size_t>(count));
  for (size_t i = 0; i < given.size(); ++i) {
    std::string_view name = given[i];
    remove_prefix(name, "-");
    remove_prefix(name, "on-shim-");
    const auto targets = targets_of(name, all);
    const auto row = std::ranges::find(rows, name, &Row::name);
    if (row == std::end(rows)) return std::unexpected("unknown flag: " + std::string(given[i]));
    std::string_view value;
    if (takes_value(row->target)) {
      if (++i == given.size()) return std::unexpected("no value: " + std::string(name));
      value = given[i];
    }
    for (auto* target : targets)
      if (!set(row->target, value, *target)) return std::unexpected("not a value of " + std::string(name) + ": " + std::string(value));
  }
  return all;
}

}  // namespace handfast::bogo
