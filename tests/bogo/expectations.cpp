#include "expectations.hpp"

#include <base/file.hpp>
#include <crypto/pem.hpp>
#include <handshake/session_state.hpp>

namespace handfast::bogo {
namespace {

/// The first of these that is wrong.
class Checks {
 public:
  template <class T>
  void equal(std::string_view what, const T& is, const T& wanted) {
    if (wrong_.empty() && is != wanted) wrong_ = fmt::format("{} is {}, expected {}", what, is, wanted);
  }
  void holds(std::string_view what, bool is) { equal(what, is, true); }
  void fails(std::string_view what, bool is) { equal(what, is, false); }
  std::string wrong() const { return wrong_; }

 private:
  std::string wrong_;
};

template <class T>
int number(const std::optional<T>& value) {
  return value ? static_cast<int>(*value) : 0;
}

bool same_chain(const Summary& summary, const std::string& file) {
  const auto text = read_file(file);
  if (!text || !summary.peer) return false;
  const auto identity = Identity::with_callback(as_text(text->view()), [](SigningRequest) {});
  return identity && identity->chain() == summary.peer->chain;
}

void check_agreed(Checks& check, const Summary& summary, const Flags& flags) {
  // Only what was done on this connection is told: a resumption before TLS 1.3 has no key exchange, and none has a signature.
  const bool has_exchange = !summary.resumed || summary.version == Version::tls13;
  if (flags.expect_version != 0) check.equal("version", number(summary.version), flags.expect_version);
  if (flags.expect_cipher != 0) check.equal("cipher", number(summary.suite), flags.expect_cipher);
  if (flags.expect_cipher_aes != 0) check.equal("cipher", number(summary.suite), flags.expect_cipher_aes);
  if (flags.expect_curve_id != 0 && has_exchange) check.equal("group", number(summary.group), flags.expect_curve_id);
  if (flags.expect_peer_signature_algorithm != 0 && !summary.resumed)
    check.equal("signature scheme", number(flags.server ? summary.client_scheme : summary.server_scheme),
                flags.expect_peer_signature_algorithm);
  if (!flags.expect_server_name.empty()) check.equal("server name", summary.server_name, flags.expect_server_name);
  check.equal("protocol", summary.alpn, flags.server ? flags.select_alpn : flags.expect_alpn);
  // TLS 1.3 has nothing else.
  if (flags.expect_extended_master_secret) check.holds("extended master secret", summary.extended_master_secret || summary.version == Version::tls13);
}

void check_peer(Checks& check, const Summary& summary, const Flags& flags) {
  if (!flags.expect_peer_cert_file.empty()) check.holds("the expected chain", same_chain(summary, flags.expect_peer_cert_file));
  if (!flags.expect_signed_cert_timestamps.empty() && !summary.resumed)
    check.holds("the expected timestamps", summary.peer && as_text(summary.peer->timestamps) == flags.expect_signed_cert_timestamps);
  if (flags.expect_verify_result && flags.verify_fail) check.fails("verified", summary.peer && summary.peer->verified);
  if (!flags.psk.empty()) check.fails("a certificate", summary.peer != nullptr);
  else if (!flags.server || flags.require_any_client_certificate) check.holds("a certificate", summary.peer != nullptr);
}

void check_resumption(Checks& check, const Connection& connection, const Flags& flags, bool resuming, size_t cached_sessions) {
  const auto& summary = connection.summary();
  check.equal("resumed", summary.resumed, resuming && !flags.expect_session_miss);
  if (!resuming && flags.expect_session_id) check.holds("a session id", cached_sessions > 0);
  if (!resuming && flags.expect_no_session_id) check.equal("sessions with an id", cached_sessions, size_t{0});
  if (flags.server || summary.version == Version::tls13) return;
  const auto session = connection.session();
  if (flags.expect_no_session) check.fails("a session", session != nullptr);
  // Without extended master secret none is kept (RFC 7627 section 5.3).
  else if ((!summary.resumed || flags.expect_ticket_renewal) && summary.extended_master_secret) check.holds("a session", session != nullptr);
}

void check_early_data(Checks& check, const Summary& summary, const Flags& flags) {
  if (flags.expect_accept_early_data) check.holds("early data", summary.early_data);
  if (flags.expect_reject_early_data) check.fails("early data", summary.early_data);
  if (!flags.expect_early_data_reason.empty()) check.equal("early data", summary.early_data, flags.expect_early_data_reason == "accept");
}

}  // namespace

std::string wrong_after_handshake(const Connection& connection, const Observer& seen, const Flags& flags, bool resuming,
                                  size_t cached_sessions) {
  Checks check;
  const auto& summary = connection.summary();
  check_agreed(check, summary, flags);
  check_peer(check, summary, flags);
  check_resumption(check, connection, flags, resuming, cached_sessions);
  check_early_data(check, summary, flags);
  if (!flags.expect_advertised_alpn.empty())
    check.equal("the client's protocols", seen.offered_protocols, flags.expect_advertised_alpn);
  // A resumption has no certificate, and so nothing about it.
  if (!flags.expect_ocsp_response.empty() && !summary.resumed) check.holds("the expected OCSP response", seen.staple == flags.expect_ocsp_response);
  if (flags.expect_hrr) check.holds("a HelloRetryRequest", seen.retried);
  if (flags.expect_no_hrr) check.fails("a HelloRetryRequest", seen.retried);
  // TLS 1.3 has nothing else here either.
  if (flags.expect_secure_renegotiation) check.holds("secure renegotiation", seen.secure_renegotiation || summary.version == Version::tls13);
  check.fails("the end of the handshake", flags.handshake_never_done);
  return check.wrong();
}

std::string wrong_at_end(const Connection& connection, const Observer& seen, const Flags& flags) {
  Checks check;
  const auto& summary = connection.summary();
  if (summary.version == Version::tls13 && !flags.server) {
    const auto session = connection.session();
    const bool wanted = !flags.expect_no_session && !flags.shim_shuts_down;
    check.equal("a session", session != nullptr, wanted);
    if (session && wanted)
      if (const auto* state = std::get_if<ClientSession13>(&session->state().of))
        check.equal("early data in the session", state->common.max_early_data > 0, flags.expect_ticket_supports_early_data);
  }
  check.equal("renegotiations", static_cast<int>(summary.renegotiations), flags.expect_total_renegotiations);
  if (!flags.expect_msg_callback.empty()) check.equal("messages", seen.messages, flags.expect_msg_callback);
  return check.wrong();
}

}  // namespace handfast::bogo
