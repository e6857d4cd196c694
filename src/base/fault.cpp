// fault.cpp: the one table of faults.

#include <iterator>
#include <utility>

#include <handfast/result.hpp>

namespace handfast {
namespace {

using enum Fault;

constexpr FaultInfo table[] = {
    // records
    {not_tls, Alert::unexpected_message, "record.not_tls", "RFC 5246 6.2.1", "the peer does not speak TLS"},
    {plain_http, Alert::unexpected_message, "record.plain_http", "RFC 5246 6.2.1", "the peer speaks plain HTTP, not TLS"},
    {sslv2_hello, Alert::protocol_version, "record.sslv2_hello", "RFC 6176 3", "the peer sent an SSL 2.0 hello"},
    {record_type_unknown, Alert::unexpected_message, "record.type_unknown", "RFC 5246 6",
     "a record of an unknown content type"},
    {record_version_wrong, Alert::protocol_version, "record.version_wrong", "RFC 5246 6.2.1",
     "a record with the wrong protocol version"},
    {record_too_long, Alert::record_overflow, "record.too_long", "RFC 5246 6.2.3", "a record longer than allowed"},
    {plaintext_too_long, Alert::record_overflow, "record.plaintext_too_long", "RFC 5246 6.2.1",
     "a record whose content is longer than 16384 bytes"},
    {empty_fragment, Alert::unexpected_message, "record.empty_fragment", "RFC 5246 6.2.1",
     "an empty record of a type that must not be empty"},
    {empty_record_flood, Alert::unexpected_message, "record.empty_flood", "", "too many empty records in a row"},
    {warning_alert_flood, Alert::unexpected_message, "alert.warning_flood", "", "too many warning alerts in a row"},
    {bad_record_mac, Alert::bad_record_mac, "record.bad_mac", "RFC 5246 7.2.2",
     "a record that does not authenticate: it was altered, or the two sides have different keys"},
    {sequence_number_exhausted, Alert::internal_error, "record.sequence_exhausted", "RFC 5246 6.1",
     "all sequence numbers of this connection are used up"},
    {key_change_inside_message, Alert::unexpected_message, "record.key_change_inside_message", "RFC 8446 5.1",
     "keys change in the middle of a handshake message"},
    {early_application_data, Alert::unexpected_message, "record.early_application_data", "RFC 5246 6.2.1",
     "application data before the handshake is complete"},
    {handshake_message_too_long, Alert::illegal_parameter, "message.too_long", "",
     "a handshake message longer than our limit"},
    // messages
    {malformed_message, Alert::decode_error, "message.malformed", "RFC 5246 7.2.2", "a message that does not parse"},
    {unexpected_message, Alert::unexpected_message, "message.unexpected", "RFC 5246 7.3",
     "a message that is not acceptable at this point"},
    {value_too_long, Alert::internal_error, "local.value_too_long", "RFC 5246 4.3",
     "a value to be sent exceeds its bound"},
    {duplicate_extension, Alert::illegal_parameter, "hello.duplicate_extension", "RFC 5246 7.4.1.4",
     "an extension stands in a hello twice"},
    {extension_not_offered, Alert::unsupported_extension, "hello.extension_not_offered", "RFC 5246 7.4.1.4",
     "the server answers an extension that we did not offer"},
    {extension_not_allowed, Alert::illegal_parameter, "hello.extension_not_allowed", "RFC 8446 4.2",
     "an extension in a message where it must not be"},
    // hellos
    {version_not_supported, Alert::protocol_version, "hello.version_not_supported", "RFC 5246 E.1",
     "no protocol version that both sides have"},
    {version_not_offered, Alert::protocol_version, "hello.version_not_offered", "RFC 5246 7.4.1.3",
     "the server chose a protocol version that we do not accept"},
    {suite_not_offered, Alert::illegal_parameter, "hello.suite_not_offered", "RFC 5246 7.4.1.3",
     "the server chose a cipher suite that we did not offer"},
    {suite_not_for_version, Alert::illegal_parameter, "hello.suite_not_for_version", "RFC 5246 7.4.1.3",
     "the server chose a cipher suite that does not exist in this protocol version"},
    {compression_not_null, Alert::illegal_parameter, "hello.compression", "RFC 5246 7.4.1.2",
     "compression other than null"},
    {no_common_suite, Alert::handshake_failure, "hello.no_common_suite", "RFC 5246 7.4.1.3",
     "no cipher suite that both sides have"},
    {no_suite_for_certificate, Alert::handshake_failure, "hello.no_suite_for_certificate", "RFC 5246 7.4.2",
     "both sides have cipher suites in common, but none that fits a certificate of ours"},
    {no_common_group, Alert::handshake_failure, "hello.no_common_group", "RFC 8422 4",
     "no group for the key exchange that both sides have"},
    {no_common_signature_scheme, Alert::handshake_failure, "hello.no_common_signature_scheme", "RFC 5246 7.4.1.4.1",
     "no signature scheme that the peer accepts and our certificate's key can make"},
    {secure_renegotiation_missing, Alert::handshake_failure, "hello.secure_renegotiation_missing", "RFC 5746 4.1",
     "the peer does not have secure renegotiation (RFC 5746)"},
    {secure_renegotiation_mismatch, Alert::handshake_failure, "hello.secure_renegotiation_mismatch", "RFC 5746 3.4",
     "renegotiation_info is not what an initial handshake must have"},
    {extended_master_secret_missing, Alert::handshake_failure, "hello.extended_master_secret_missing", "RFC 7627 5.2",
     "the peer does not have extended master secret, which our configuration requires"},
    {extended_master_secret_changed, Alert::handshake_failure, "hello.extended_master_secret_changed", "RFC 7627 5.3",
     "a resumption that differs from its session in extended master secret"},
    {server_name_unknown, Alert::unrecognized_name, "hello.server_name_unknown", "RFC 6066 3",
     "the client asked for a server name that we do not serve"},
    {no_common_protocol, Alert::no_application_protocol, "hello.no_common_protocol", "RFC 7301 3.2",
     "no application protocol (ALPN) that both sides have"},
    {protocol_not_offered, Alert::illegal_parameter, "hello.protocol_not_offered", "RFC 7301 3.1",
     "the server chose an application protocol (ALPN) that we did not offer"},
    {resumed_session_changed, Alert::illegal_parameter, "hello.resumed_session_changed", "RFC 5246 7.4.1.3",
     "the server resumes our session with another version or cipher suite"},
    {uncompressed_points_missing, Alert::illegal_parameter, "hello.uncompressed_points_missing", "RFC 8422 5.1.2",
     "ec_point_formats without the uncompressed format"},
    // key exchange and proofs
    {group_not_offered, Alert::illegal_parameter, "key_exchange.group_not_offered", "RFC 8422 5.4",
     "the server uses a group that we did not offer"},
    {public_value_invalid, Alert::illegal_parameter, "key_exchange.public_value_invalid", "RFC 8422 5.11",
     "the peer's public value is not a valid element of the group"},
    {scheme_not_offered, Alert::illegal_parameter, "authentication.scheme_not_offered", "RFC 5246 7.4.3",
     "the peer signed with a scheme that we did not offer"},
    {scheme_not_for_key, Alert::illegal_parameter, "authentication.scheme_not_for_key", "RFC 5246 7.4.3",
     "the signature scheme does not fit the key of the peer's certificate"},
    {signature_invalid, Alert::decrypt_error, "authentication.signature_invalid", "RFC 5246 7.4.8",
     "the peer's signature is wrong: it does not hold the key of its certificate"},
    {finished_invalid, Alert::decrypt_error, "authentication.finished_invalid", "RFC 5246 7.4.9",
     "the peer's Finished does not match: the two sides have not seen the same handshake"},
    // certificates
    {server_certificate_missing, Alert::decode_error, "certificate.server_missing", "RFC 5246 7.4.2",
     "the server sent no certificate"},
    {client_certificate_missing, Alert::handshake_failure, "certificate.client_missing", "RFC 5246 7.4.6",
     "the client sent no certificate, and we require one"},
    {certificate_type_unsuitable, Alert::unsupported_certificate, "certificate.type_unsuitable", "RFC 5246 7.4.2",
     "the key of the peer's certificate does not fit the cipher suite"},
    {certificate_malformed, Alert::bad_certificate, "certificate.malformed", "RFC 5280 4.1",
     "a certificate that does not parse"},
    {chain_too_long, Alert::bad_certificate, "certificate.chain_too_long", "",
     "more certificates in the chain than our limit"},
    {issuer_unknown, Alert::unknown_ca, "certificate.issuer_unknown", "RFC 5280 6.1",
     "the certificate was issued by an authority that we do not trust"},
    {self_signed, Alert::unknown_ca, "certificate.self_signed", "RFC 5280 6.1",
     "a self-signed certificate that we do not trust"},
    {certificate_signature_invalid, Alert::bad_certificate, "certificate.signature_invalid", "RFC 5280 6.1.3",
     "the signature of a certificate is wrong"},
    {issuer_not_ca, Alert::unknown_ca, "certificate.issuer_not_ca", "RFC 5280 4.2.1.9",
     "the issuer of a certificate is not a certificate authority"},
    {path_too_long, Alert::bad_certificate, "certificate.path_too_long", "RFC 5280 4.2.1.9",
     "more authorities in the chain than one of them allows"},
    {name_constraint_violated, Alert::certificate_unknown, "certificate.name_constraint", "RFC 5280 4.2.1.10",
     "the name is outside what the certificate's authority may issue for"},
    {name_mismatch, Alert::bad_certificate, "certificate.name_mismatch", "RFC 9525 6.3",
     "the certificate is for another name"},
    {common_name_only, Alert::bad_certificate, "certificate.common_name_only", "RFC 9525 2",
     "the certificate has its name in the common name alone, not in subjectAltName"},
    {Fault::certificate_expired, Alert::certificate_expired, "certificate.expired", "RFC 5280 4.1.2.5",
     "the certificate has expired"},
    {certificate_not_yet_valid, Alert::bad_certificate, "certificate.not_yet_valid", "RFC 5280 4.1.2.5",
     "the certificate is not valid yet, or a clock is wrong"},
    {purpose_not_allowed, Alert::unsupported_certificate, "certificate.purpose", "RFC 5280 4.2.1.12",
     "the certificate is not for this purpose (extendedKeyUsage)"},
    {key_usage_not_allowed, Alert::unsupported_certificate, "certificate.key_usage", "RFC 5246 7.4.2",
     "the certificate's keyUsage does not allow what its key is used for"},
    {key_too_weak, Alert::bad_certificate, "certificate.key_too_weak", "RFC 9325 4.5",
     "the key of a certificate is too weak"},
    {digest_too_weak, Alert::bad_certificate, "certificate.digest_too_weak", "RFC 9155 2",
     "a certificate is signed with a digest that is too weak"},
    {Fault::certificate_revoked, Alert::certificate_revoked, "certificate.revoked", "RFC 5280 6.3",
     "the certificate has been revoked"},
    {crl_missing, Alert::certificate_unknown, "certificate.crl_missing", "RFC 5280 6.3",
     "there is no revocation list (CRL) of the certificate's issuer among ours"},
    {crl_expired, Alert::certificate_unknown, "certificate.crl_expired", "RFC 5280 5.1.2.5",
     "our revocation list (CRL) is out of date"},
    {crl_not_yet_valid, Alert::certificate_unknown, "certificate.crl_not_yet_valid", "RFC 5280 5.1.2.4",
     "our revocation list (CRL) is not valid yet, or a clock is wrong"},
    {crl_invalid, Alert::certificate_unknown, "certificate.crl_invalid", "RFC 5280 6.3",
     "our revocation list (CRL) cannot be used"},
    {certificate_policy_violated, Alert::bad_certificate, "certificate.policy", "RFC 5280 6.1",
     "the chain breaks a certificate policy"},
    {certificate_not_accepted, Alert::certificate_unknown, "certificate.not_accepted", "RFC 5280 6.1",
     "the certificate cannot be accepted"},
    // the connection
    {alert_received, Alert::close_notify, "alert.received", "RFC 5246 7.2", "the peer ended the connection with an alert"},
    {truncated, Alert::close_notify, "connection.truncated", "RFC 5246 7.2.1",
     "the connection ended without close_notify: what arrived may not be all"},
    {transport_failed, Alert::close_notify, "connection.transport_failed", "", "the transport failed"},
    {connection_closed, Alert::close_notify, "connection.closed", "RFC 5246 7.2.1", "the connection has been closed"},
    {handshake_timeout, Alert::user_canceled, "connection.handshake_timeout", "",
     "the handshake was not done within its time"},
    {handshake_incomplete, Alert::internal_error, "local.handshake_incomplete", "", "the handshake is not complete yet"},
    // our own side
    {out_of_memory, Alert::internal_error, "local.out_of_memory", "", "out of memory"},
    {randomness_failed, Alert::internal_error, "local.randomness_failed", "", "no random bytes could be had"},
    {crypto_failed, Alert::internal_error, "local.crypto_failed", "", "a cryptographic operation failed on our side"},
    {signing_failed, Alert::internal_error, "local.signing_failed", "", "our private key did not sign"},
    // configuration
    {file_unreadable, Alert::internal_error, "config.file_unreadable", "", "a file cannot be read"},
    {file_not_writable, Alert::internal_error, "config.file_not_writable", "", "a file cannot be written"},
    {pem_malformed, Alert::internal_error, "config.pem_malformed", "RFC 7468", "not the PEM text that is needed here"},
    {key_encrypted, Alert::internal_error, "config.key_encrypted", "", "the private key is encrypted"},
    {key_mismatch, Alert::internal_error, "config.key_mismatch", "", "the private key does not belong to the certificate"},
    {key_unsupported, Alert::internal_error, "config.key_unsupported", "", "a key of a kind or size that cannot be used"},
    {config_empty_list, Alert::internal_error, "config.empty_list", "", "a list has nothing left in it"},
    {config_unknown_name, Alert::internal_error, "config.unknown_name", "", "a name that is not known here"},
    {config_conflict, Alert::internal_error, "config.conflict", "", "options that do not go together"},
    {config_identity_missing, Alert::internal_error, "config.identity_missing", "", "a certificate and its key are needed"},
    {config_trust_missing, Alert::internal_error, "config.trust_missing", "",
     "certificate authorities to verify the peer against are needed"},
    {server_name_invalid, Alert::internal_error, "config.server_name_invalid", "RFC 6066 3",
     "neither a DNS name nor an IP address"},
    {exporter_unavailable, Alert::internal_error, "local.exporter_unavailable", "RFC 7627 5.4",
     "no keying material can be exported without extended master secret"},
    {session_malformed, Alert::internal_error, "config.session_malformed", "", "not a saved session"},
};

constexpr bool in_order() {
  for (size_t i = 0; i < std::size(table); ++i)
    if (table[i].fault != Fault(static_cast<uint16_t>(i))) return false;
  return std::size(table) == static_cast<size_t>(Fault::last_) + 1;
}
static_assert(in_order(), "the fault table has one row per fault, in the order of the enum");

}  // namespace

const FaultInfo& info(Fault fault) { return table[static_cast<size_t>(fault)]; }

std::string Error::message() const {
  std::string text;
  if (fault == alert_received && alert)
    text = "the peer ended the connection with alert " + std::to_string(static_cast<int>(*alert)) + " " +
           std::string(name(*alert));
  else
    text = info(fault).text;
  const char* separator = ": ";
  for (const auto& fact : facts) text += std::exchange(separator, "; ") + fact;
  return text;
}

}  // namespace handfast
