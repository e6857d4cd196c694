#include <explain/explain.hpp>

#include <algorithm>
#include <base/printable.hpp>
#include <explain/causes.hpp>
#include <gtest/gtest.h>
#include <sstream>

namespace handfast::explain {
namespace {

Error from_peer(Alert alert) { return {Fault::alert_received, Who::peer, alert, {}}; }

Summary agreed() {
  Summary summary;
  summary.version = Version::tls12;
  summary.suite = Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
  summary.server_name = "chat.example";
  return summary;
}

TEST(Explain, ClientCertificateOfAnUnknownIssuer) {
  auto summary = agreed();
  summary.client_certificate_requested = summary.client_certificate_sent = true;
  EXPECT_EQ("\n" + explain(from_peer(Alert::unknown_ca), Side::client, summary), R"(
The server refused us with alert 48 unknown_ca (server to client), after our certificate.
  alert.received, RFC 5246 7.2
Facts
  - so far: TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, server name chat.example
Likely causes, the likeliest first
  1. the server does not trust the authority that issued our certificate
     -> on the server: load our authority there (OpenSSL -CAfile, nginx ssl_client_certificate, Go
        ClientCAs, Java trust store)
  2. our intermediate certificate is missing in what we sent
     -> here, on the client: put leaf and intermediates into the file of --cert
  3. the server checks revocation and has no list of our issuer
     -> on the server: load the CRL there
What the server's log may say
  - OpenSSL: unable to get local issuer certificate; Go: certificate signed by unknown authority
  - OpenSSL: unable to get certificate CRL
)");
}

TEST(Explain, AlertInTheMiddleOfTheDataIsNoRefusal) {
  auto summary = agreed();
  summary.client_certificate_requested = summary.client_certificate_sent = true;
  summary.application_data_received = true;
  const auto text = explain(from_peer(Alert::internal_error), Side::client, summary);
  EXPECT_TRUE(text.starts_with("The server broke off with alert 80 internal_error (server to client), after it had sent data.\n"))
      << text;
}

TEST(Explain, EveryFailedCheckOfAServerCertificate) {
  const Error error{Fault::certificate_expired,
                    Who::local,
                    Alert::certificate_expired,
                    {"CN=old.example: expired on 2026-01-01", "CN=old.example: not for chat.example"}};
  const auto text = explain(error, Side::client, agreed());
  EXPECT_TRUE(text.starts_with("We (the client) refused the server, after the hellos: the certificate has expired. We sent "
                               "alert 45\ncertificate_expired (client to server).\n"))
      << text;
  EXPECT_NE(text.find("  - CN=old.example: expired on 2026-01-01\n"), text.npos);
  EXPECT_NE(text.find("  - CN=old.example: not for chat.example\n"), text.npos);
  EXPECT_NE(text.find("Go: remote error: tls: expired certificate"), text.npos);
}

/// One alert, three stacks, one cause: none of them says "certificate".
TEST(Explain, MissingClientCertificateWhateverTheAlert) {
  auto summary = agreed();
  summary.client_certificate_requested = true;
  for (auto alert : {Alert::handshake_failure, Alert::bad_certificate, Alert::decode_error}) {
    const auto text = explain(from_peer(alert), Side::client, summary);
    EXPECT_NE(text.find("1. the server requires a client certificate, and we sent none"), text.npos) << text;
    EXPECT_NE(text.find("here, on the client: give --cert and --key"), text.npos) << text;
  }
}

TEST(Explain, RefusedHelloSpeaksOfSuitesNotOfCertificates) {
  const auto text = explain(from_peer(Alert::handshake_failure), Side::client, {});
  EXPECT_NE(text.find("1. no cipher suite, group or signature scheme in common"), text.npos) << text;
  EXPECT_EQ(text.find("client certificate"), text.npos) << text;
}

TEST(Explain, BrokenTransport) {
  const auto text = explain({Fault::truncated, Who::transport, {}, {}}, Side::client, {});
  EXPECT_TRUE(text.starts_with("The connection to the server broke, before the server answered our hello: ")) << text;
}

TEST(Explain, FitsOnAScreenWhateverHappened) {
  auto everything = agreed();
  everything.client_certificate_requested = everything.client_certificate_sent = true;
  std::vector<Error> errors;
  for (int fault = 0; fault <= static_cast<int>(Fault::last_); ++fault)
    for (auto who : {Who::local, Who::transport})
      errors.push_back({Fault(static_cast<uint16_t>(fault)), who, info(Fault(static_cast<uint16_t>(fault))).alert, {}});
  for (int alert = 0; alert < 256; ++alert) errors.push_back(from_peer(Alert(static_cast<uint8_t>(alert))));
  for (auto& error : errors)
    for (auto side : {Side::client, Side::server})
      for (const auto& summary : {Summary{}, agreed(), everything}) {
        error.facts.assign(9, std::string(5000, 'f') + '\x1b');
        const auto text = explain(error, side, summary);
        EXPECT_LE(std::ranges::count(text, '\n'), 24) << text;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 100u) << line;
      }
}

TEST(Explain, PeersTextIsMadeHarmless) {
  const Error error{Fault::name_mismatch, Who::local, Alert::bad_certificate, {"CN=\x1b[2J\r\nfake: ok"}};
  auto summary = agreed();
  summary.server_name = "a\x1b[1m";
  for (const auto& text : {explain(error, Side::client, summary), one_line(error, Side::client)}) {
    EXPECT_EQ(text.find('\x1b'), text.npos);
    EXPECT_EQ(text.find('\r'), text.npos);
    EXPECT_EQ(text.find("\nfake"), text.npos);
  }
}

TEST(OneLine, IsShortWhateverThePeerSends) {
  const Error refused{Fault::name_mismatch, Who::local, Alert::bad_certificate, {std::string(27000, 'f'), std::string(27000, '\x1b')}};
  EXPECT_LE(one_line(refused, Side::client).size(), 1024u);
  EXPECT_TRUE(one_line(refused, Side::client).ends_with("... (alert 42 bad_certificate sent)"));
  auto alert = from_peer(Alert::unknown_ca);
  alert.facts.assign(2, std::string(27000, 'f'));
  EXPECT_LE(one_line(alert, Side::client).size(), 1024u);
}

TEST(OneLine, SaysWhoAndWhat) {
  EXPECT_EQ(one_line(from_peer(Alert::unknown_ca), Side::server), "the client refused us: alert 48 unknown_ca");
  EXPECT_EQ(one_line({Fault::alert_received, Who::peer, Alert::handshake_failure, {"after ServerHelloDone"}}, Side::client),
            "the server refused us: alert 40 handshake_failure, after ServerHelloDone");
  EXPECT_EQ(one_line({Fault::client_certificate_missing, Who::local, Alert::handshake_failure, {}}, Side::server),
            "refused the client: the client sent no certificate, and we require one (alert 40 handshake_failure sent)");
  EXPECT_EQ(one_line({Fault::transport_failed, Who::transport, {}, {"connection reset"}}, Side::client),
            "the connection broke: the transport failed: connection reset");
  EXPECT_EQ(one_line({Fault::file_unreadable, Who::local, {}, {"ca.pem"}}, Side::client),
            "failed on our side: a file cannot be read: ca.pem");
}

/// Every alert that we send for a refusal is in the table of what other stacks make of it.
TEST(Causes, EveryAlertOfARefusalHasItsLogTexts) {
  for (int i = 0; i <= static_cast<int>(Fault::last_); ++i) {
    const auto& row = info(Fault(static_cast<uint16_t>(i)));
    const bool tells = row.alert != Alert::close_notify && row.alert != Alert::user_canceled &&
                       row.alert != Alert::record_overflow;
    EXPECT_TRUE(!tells || alert_log(row.alert)) << row.id;
  }
}

/// A certificate fault without a cause and a change would leave its reader alone.
TEST(Causes, EveryFaultOfACertificateCheckHasOne) {
  for (auto fault : {Fault::issuer_unknown, Fault::self_signed, Fault::name_mismatch, Fault::common_name_only,
                     Fault::certificate_expired, Fault::certificate_not_yet_valid, Fault::purpose_not_allowed,
                     Fault::key_usage_not_allowed, Fault::key_too_weak, Fault::digest_too_weak,
                     Fault::certificate_revoked, Fault::crl_missing, Fault::crl_expired})
    EXPECT_TRUE(std::ranges::any_of(fault_causes(), [&](const auto& row) { return row.fault == fault; }))
        << info(fault).id;
}

}  // namespace
}  // namespace handfast::explain
