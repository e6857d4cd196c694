#include <trace/ladder.hpp>

#include <algorithm>
#include <base/printable.hpp>
#include <gtest/gtest.h>
#include <sstream>
#include <trace/handshake_story.hpp>

namespace handfast::trace {
namespace {

template <class Tell>
std::string drawn(LadderOptions options, Tell tell) {
  std::string text;
  Ladder ladder([&](std::string_view line) { text += line; }, options);
  HandshakeStory story(ladder);
  tell(story);
  return text;
}

size_t count(std::string_view text, std::string_view wanted) {
  size_t found = 0;
  for (auto at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) ++found;
  return found;
}

void whole_story(HandshakeStory& story) {
  story.mutual_handshake();
  story.application_data(Side::client, "PRIVMSG #tea :hello\r\n");
  story.alert(Side::client, 1, Alert::close_notify, true);
  story.alert(Side::server, 1, Alert::close_notify, true);
}

TEST(Ladder, MutualHandshakeOfBothSides) {
  EXPECT_EQ("\n" + drawn({.width = 80, .client = "alice"}, [](auto& story) { story.mutual_handshake(); }), R"(
           alice                      wire                     server
 ──────────────────────────┬────────────────────────┬──────────────────────────
                 185 bytes │───── ClientHello ─────▶│
         TLS 1.2, 3 suites │                        │
  groups x25519, secp256r1 │                        │
     asks for chat.example │                        │
                  ALPN irc │                        │
                           │                        │ › version TLS 1.2
                           │                        │   the highest that both
                           │                        │   sides have
                           │                        │ › suite TLS_ECDHE_ECDSA_
                           │                        │   WITH_AES_128_GCM_SHA256
                           │                        │   the server's first that
                           │                        │   the client has
                           │                        │ › group x25519
                           │                        │   the server's first that
                           │                        │   the client has
                           │                        │
                           │◀───── ServerHello ─────│ 79 bytes
                           │◀───── Certificate ─────│ 2 certificates, 813 bytes
                           │◀── ServerKeyExchange ──│ 115 bytes
                           │◀─ CertificateRequest ──│ of 1 authority, 48 bytes
                           │◀─── ServerHelloDone ───│ 4 bytes
 ✓ server's certificate    │                        │
   accepted for            │                        │
   chat.example            │                        │
 ✓ CN=chat.example         │                        │
   EC P-256, until         │                        │
   2027-11-21,             │                        │
   chat.example            │                        │
   └ ✓ CN=Handfast CA      │                        │
     EC P-256, until       │                        │
     2036-11-21            │                        │
 › identity CN=alice       │                        │
   its issuer is one that  │                        │
   the server names        │                        │
                           │                        │
  1 certificate, 400 bytes │───── Certificate ─────▶│
                  37 bytes │── ClientKeyExchange ──▶│
 · derived master_secret   │                        │
                  79 bytes │── CertificateVerify ──▶│
   signed ecdsa_secp256r1_ │                        │
                    sha256 │                        │
                           │                        │ ✓ alice's certificate
                           │                        │   accepted
                           │                        │ ✓ CN=alice
                           │                        │   EC P-256, until
                           │                        │   2027-11-21, alice
                           │                        │   └ ✓ CN=Handfast CA
                           │                        │     EC P-256, until
                           │                        │     2036-11-21
                           │                        │ · derived master_secret
                    1 byte │── ChangeCipherSpec ───▶│
 ● sending keys on:        │                        │
   AES-128-GCM (ipsec-mb)  │                        │
                           │                        │ ● receiving keys on:
                           │                        │   AES-128-GCM (ipsec-mb)
       encrypted, 16 bytes │══════ Finished ═══════▶│
                           │                        │
                           │◀── ChangeCipherSpec ───│ 1 byte
                           │                        │ ● sending keys on:
                           │                        │   AES-128-GCM (ipsec-mb)
 ● receiving keys on:      │                        │
   AES-128-GCM (ipsec-mb)  │                        │
                           │◀══════ Finished ═══════│ encrypted, 16 bytes
                           │                        │ ✓ connected after 3.9 ms
 ✓ connected after 4.0 ms  │                        │
 ─── TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, full handshake,
     certificates on both sides
)");
}

TEST(Ladder, RefusedCertificateFromTheClientSide) {
  EXPECT_EQ("\n" + drawn({.width = 100, .client = "alice"}, [](auto& story) {
              story.tell_server = false;
              story.refused_certificate();
            }), R"(
               alice                            wire                           server
 ──────────────────────────────────┬────────────────────────────┬──────────────────────────────────
      TLS 1.2, 3 suites, 185 bytes │─────── ClientHello ───────▶│
          groups x25519, secp256r1 │                            │
             asks for chat.example │                            │
                          ALPN irc │                            │
                                   │                            │
                                   │◀─────── ServerHello ───────│ TLS 1.2, 79 bytes
                                   │                            │ TLS_ECDHE_ECDSA_WITH_AES_128_GCM_
                                   │                            │ SHA256
                                   │◀─────── Certificate ───────│ 2 certificates, 813 bytes
                                   │◀──── ServerKeyExchange ────│ x25519, 115 bytes
                                   │                            │ signed ecdsa_secp256r1_sha256
                                   │◀─── CertificateRequest ────│ of 1 authority, 48 bytes
                                   │◀───── ServerHelloDone ─────│ 4 bytes
 ✗ server's certificate refused    │                            │
   for chat.example                │                            │
 ✗ CN=other.example                │                            │
   EC P-256, until 2027-11-21,     │                            │
   other.example                   │                            │
   ✗ the certificate has expired   │                            │
     on 2026-01-01T00:00:00Z, it   │                            │
     is 2026-11-21                 │                            │
   ✗ the certificate is for        │                            │
     another name                  │                            │
     it has other.example          │                            │
   └ ✗ CN=Handfast CA              │                            │
     EC P-256, until 2036-11-21    │                            │
     ✗ the certificate was issued  │                            │
       by an authority that we do  │                            │
       not trust                   │                            │
                                   │                            │
            45 certificate_expired │─────── fatal alert ───────▶│
                      in the clear │                            │
 ─── ✗ alice refused: the certificate has expired ──────────────────────────────────────────────────
     certificate.expired, RFC 5280 4.1.2.5, alert 45 certificate_expired sent
     - CN=other.example: expired on 2026-01-01T00:00:00Z
     - CN=other.example: not for chat.example
)");
}

TEST(Ladder, DrawsEachMessageOnceWhereBothSidesComeIn) {
  const auto text = drawn({.width = 120}, whole_story);
  for (auto name : {"ClientHello", "ServerHello ", "ServerKeyExchange", "CertificateRequest", "ServerHelloDone",
                    "ClientKeyExchange", "CertificateVerify", "application data"})
    EXPECT_EQ(count(text, std::string(" ") + name), 1u) << name;
  EXPECT_EQ(count(text, " Certificate "), 2u);
  EXPECT_EQ(count(text, " ChangeCipherSpec "), 2u);
  EXPECT_EQ(count(text, " Finished "), 2u);
  EXPECT_EQ(count(text, " close_notify "), 2u);
}

TEST(Ladder, DrawsEachMessageOnceFromOneSide) {
  for (auto side : {Side::client, Side::server}) {
    const auto text = drawn({}, [&](HandshakeStory& story) {
      story.tell_client = side == Side::client;
      story.tell_server = side == Side::server;
      whole_story(story);
    });
    EXPECT_EQ(count(text, " ClientHello "), 1u);
    EXPECT_EQ(count(text, " ServerHello "), 1u);
    EXPECT_EQ(count(text, " Finished "), 2u);
    EXPECT_EQ(count(text, "certificates on both sides"), 1u);
  }
}

TEST(Ladder, MarksWhatIsProtectedWithoutColourAndWithoutUnicode) {
  const auto text = drawn({.ascii = true}, whole_story);
  EXPECT_NE(text.find("= Finished ="), text.npos);
  EXPECT_NE(text.find("- ClientHello -"), text.npos);
  EXPECT_NE(text.find("encrypted, 16 bytes"), text.npos);
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST(Ladder, ColoursOnlyWhenAsked) {
  EXPECT_EQ(drawn({}, whole_story).find('\x1b'), std::string::npos);
  EXPECT_NE(drawn({.colour = true}, whole_story).find("\x1b[36m"), std::string::npos);
}

TEST(Ladder, KeepsToItsWidth) {
  for (size_t width : {72, 80, 100, 120, 140})
    for (int verbosity : {-1, 0, 1, 2}) {
      const auto text = drawn({.steps = verbosity < 0, .verbosity = std::max(verbosity, 0), .width = width}, [](HandshakeStory& story) {
        whole_story(story);
        story.refused_certificate();
      });
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), width) << line;
    }
}

TEST(Ladder, ShowsFieldsAndHexWhenAsked) {
  auto hello = [](HandshakeStory& story) { story.message(Side::client, HandshakeStory::client_hello(), 20); };
  EXPECT_EQ(drawn({}, hello).find("compression_methods"), std::string::npos);
  const auto fields = drawn({.verbosity = 1}, hello);
  EXPECT_NE(fields.find("compression_methods     null\n"), fields.npos) << fields;
  EXPECT_NE(fields.find("host_name         \"chat.example\"\n"), fields.npos) << fields;
  EXPECT_EQ(fields.find("0000  ab"), fields.npos);
  EXPECT_NE(drawn({.verbosity = 2}, hello).find("0000  ab ab"), std::string::npos);
}

TEST(Ladder, NamesEveryFailedCheckAndWhoRefused) {
  const auto text = drawn({.width = 140}, [](HandshakeStory& story) { story.refused_certificate(); });
  for (auto fault : {Fault::certificate_expired, Fault::name_mismatch, Fault::issuer_unknown})
    EXPECT_NE(text.find(std::string(info(fault).text).substr(0, 24)), text.npos) << info(fault).id;
  EXPECT_NE(text.find("client refused: the certificate has expired"), text.npos) << text;
  EXPECT_NE(text.find("alert 45 certificate_expired sent"), text.npos);
  EXPECT_NE(text.find("server was refused: the peer sent alert 45 certificate_expired"), text.npos);
}

TEST(Ladder, NothingOfThePeersReachesTheTerminalAsItIs) {
  static constexpr char literal[] = "x\x1b]0;owned\x07\r\n\u202e\xff\u009b2J";
  const std::string evil = literal;
  for (int verbosity : {-1, 0, 1, 2}) {
    const auto text = drawn({.steps = verbosity < 0, .verbosity = std::max(verbosity, 0), .client = evil}, [&](HandshakeStory& story) {
      auto hello = HandshakeStory::client_hello();
      hello.extensions.add<extensions::ServerName>().server_name_list.entry.host_name.text = evil;
      hello.extensions.add<extensions::ApplicationProtocols>().protocol_name_list.add(as_bytes(evil));
      story.message(Side::client, hello, 9);
      auto chain = HandshakeStory::chain_of(Side::server, evil);
      chain.expected_name = chain.chain[0].key = chain.chain[0].not_after = evil;
      chain.failed = {{Fault::name_mismatch, 0, evil, evil}, {Fault::issuer_unknown, 7, evil, evil}};
      story.tell(Side::client, chain);
      story.tell(Side::client, DecisionEvent{literal, evil, evil, {evil}});
      story.tell(Side::client, SecretEvent{evil, evil});
      story.tell(Side::client, KeyChangeEvent{Direction::sent, Suite(1), evil});
      story.application_data(Side::client, evil);
      const Error error{Fault::name_mismatch, Who::local, Alert::bad_certificate, {evil}};
      story.tell(Side::client, FaultEvent{error});
    });
    for (std::string_view rest = text; !rest.empty();) {
      const auto c = first_code_point(rest);
      const bool harmless = c.valid && (c.value == '\n' || (c.value >= 0x20 && c.value < 0x7f) || c.value > 0x9f) &&
                            c.value != 0x202e;
      ASSERT_TRUE(harmless) << static_cast<uint32_t>(c.value);
      rest.remove_prefix(c.bytes.size());
    }
  }
}

TEST(Ladder, TellsConnectionsApart) {
  std::string text;
  Ladder ladder([&](std::string_view line) { text += line; });
  HandshakeStory first(ladder, 1), second(ladder, 2);
  first.hellos();
  second.hellos();
  EXPECT_EQ(count(text, " wire "), 1u);
  EXPECT_EQ(count(text, "connection 2"), 1u);
}

}  // namespace
}  // namespace handfast::trace
