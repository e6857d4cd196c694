// handshake_story.hpp: the events of a mutual handshake, made by hand, from either side or both.
#pragma once

#include <chrono>

#include <handfast/trace.hpp>
#include <messages/certificate.hpp>
#include <messages/finished.hpp>
#include <messages/hello.hpp>
#include <messages/key_exchange.hpp>
#include <wire/printer.hpp>

namespace handfast::trace {

/// Tells both roles' events to one sink, in the order in which they happen.
class HandshakeStory {
 public:
  explicit HandshakeStory(Sink& sink, uint64_t connection = 1) : sink_(sink), connection_(connection) {}

  bool tell_client = true, tell_server = true;

  void tell(Side side, const Event& event) {
    now_ += std::chrono::microseconds(100);
    if (side == Side::client ? tell_client : tell_server) sink_.event({connection_, side, now_}, event);
  }

  /// One message: sent on one side, then received on the other.
  template <class M>
  void message(Side from, const M& message, size_t size) {
    const Buffer body(size, 0xab);
    const auto type = static_cast<uint8_t>(content_type(M::kind));
    for (auto direction : {Direction::sent, Direction::received}) {
      const auto side = (direction == Direction::sent) == (from == Side::client) ? Side::client : Side::server;
      tell(side, MessageEvent{direction, M::name, type, handshake_type(M::kind), body, wire::fields_of(message)});
    }
  }

  static messages::ClientHello client_hello() {
    messages::ClientHello hello;
    hello.cipher_suites.items = {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                                 Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, Suite(0x0a0a)};
    hello.compression_methods.items = {messages::CompressionMethod::null};
    hello.extensions.add<extensions::ServerName>().server_name_list.entry.host_name.text = "chat.example";
    hello.extensions.add<extensions::SupportedGroups>().named_group_list.items = {Group::x25519, Group::secp256r1};
    hello.extensions.add<extensions::ApplicationProtocols>().protocol_name_list.add(as_bytes("irc"));
    return hello;
  }

  static CertificateEvent chain_of(Side owner, std::string subject) {
    CertificateEvent event{owner, true, true, owner == Side::server ? "chat.example" : "", {}, {}};
    event.chain = {{"CN=" + subject, "CN=Handfast CA", "EC P-256", "2026-11-21T00:00:00Z", "2027-11-21T00:00:00Z",
                    {subject}, "ab12"},
                   {"CN=Handfast CA", "CN=Handfast CA", "EC P-256", "2026-11-21T00:00:00Z", "2036-11-21T00:00:00Z", {},
                    "cd34"}};
    return event;
  }

  void hellos() {
    message(Side::client, client_hello(), 181);
    tell(Side::server, DecisionEvent{"version", "TLS 1.2", "the highest that both sides have", {}});
    tell(Side::server, DecisionEvent{"cipher_suite", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                                     "the server's first that the client has",
                                     {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: no RSA certificate"}});
    tell(Side::server, DecisionEvent{"group", "x25519", "the server's first that the client has", {}});
    messages::ServerHello hello;
    hello.cipher_suite = Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    hello.extensions.add<extensions::ServerExtendedMasterSecret>();
    message(Side::server, hello, 75);
  }

  void server_flight() {
    const Buffer der(400, 0x30);
    messages::Certificate certificate;
    certificate.certificate_list.add(der);
    certificate.certificate_list.add(der);
    message(Side::server, certificate, 809);
    messages::ServerKeyExchange exchange;
    exchange.params.ecdh.named_curve = Group::x25519;
    exchange.params.ecdh.public_value.bytes.assign(32, 0x11);
    exchange.algorithm = Scheme::ecdsa_secp256r1_sha256;
    exchange.signature.bytes.assign(71, 0x22);
    message(Side::server, exchange, 111);
    messages::CertificateRequest request;
    request.certificate_types.items = {messages::ClientCertificateType::ecdsa_sign};
    request.supported_signature_algorithms.items = {Scheme::ecdsa_secp256r1_sha256, Scheme::ed25519};
    request.certificate_authorities.add(as_bytes("0\x14"));
    message(Side::server, request, 44);
    message(Side::server, messages::ServerHelloDone{}, 0);
  }

  void client_flight() {
    const Buffer der(390, 0x30);
    messages::Certificate certificate;
    certificate.certificate_list.add(der);
    message(Side::client, certificate, 396);
    messages::ClientKeyExchange exchange;
    exchange.ecdh_yc.bytes.assign(32, 0x33);
    message(Side::client, exchange, 33);
    tell(Side::client, SecretEvent{"master_secret", "ECDHE x25519, extended"});
    messages::CertificateVerify verify;
    verify.algorithm = Scheme::ecdsa_secp256r1_sha256;
    verify.signature.bytes.assign(71, 0x44);
    message(Side::client, verify, 75);
  }

  void finish(Side from) {
    const auto to = from == Side::client ? Side::server : Side::client;
    const auto suite = Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    message(from, messages::ChangeCipherSpec{}, 1);
    tell(from, KeyChangeEvent{Direction::sent, suite, "AES-128-GCM (ipsec-mb)"});
    tell(to, KeyChangeEvent{Direction::received, suite, "AES-128-GCM (ipsec-mb)"});
    message(from, messages::Finished{}, 12);
  }

  void mutual_handshake() {
    hellos();
    server_flight();
    tell(Side::client, chain_of(Side::server, "chat.example"));
    tell(Side::client, DecisionEvent{"identity", "CN=alice", "its issuer is one that the server names", {}});
    client_flight();
    tell(Side::server, chain_of(Side::client, "alice"));
    tell(Side::server, SecretEvent{"master_secret", "ECDHE x25519, extended"});
    finish(Side::client);
    finish(Side::server);
    const ConnectedEvent connected{Version::tls12, Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, false, true};
    tell(Side::server, connected);
    tell(Side::client, connected);
  }

  void application_data(Side from, std::string_view text) {
    for (auto direction : {Direction::sent, Direction::received}) {
      const auto side = (direction == Direction::sent) == (from == Side::client) ? Side::client : Side::server;
      tell(side, RecordEvent{direction, 23, Version::tls12, text.size() + 24, true, 1, as_bytes(text)});
    }
  }

  void alert(Side from, uint8_t level, Alert description, bool is_protected) {
    for (auto direction : {Direction::sent, Direction::received}) {
      const auto side = (direction == Direction::sent) == (from == Side::client) ? Side::client : Side::server;
      tell(side, AlertEvent{direction, level, description, is_protected});
    }
  }

  /// The client finds two things wrong with the server's certificate.
  void refused_certificate() {
    hellos();
    server_flight();
    auto verdict = chain_of(Side::server, "other.example");
    verdict.accepted = false;
    verdict.failed = {{Fault::certificate_expired, 0, "CN=other.example", "on 2026-01-01T00:00:00Z, it is 2026-11-21"},
                      {Fault::name_mismatch, 0, "CN=other.example", "it has other.example"},
                      {Fault::issuer_unknown, 1, "CN=Handfast CA", ""}};
    tell(Side::client, verdict);
    alert(Side::client, 2, Alert::certificate_expired, false);
    const Error ours{Fault::certificate_expired, Who::local, Alert::certificate_expired,
                     {"CN=other.example: expired on 2026-01-01T00:00:00Z", "CN=other.example: not for chat.example"}};
    const Error theirs{Fault::alert_received, Who::peer, Alert::certificate_expired, {}};
    tell(Side::client, FaultEvent{ours});
    tell(Side::server, FaultEvent{theirs});
  }

 private:
  Sink& sink_;
  uint64_t connection_;
  std::chrono::nanoseconds now_{};
};

}  // namespace handfast::trace
