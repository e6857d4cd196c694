// player.hpp: plays a recorded handshake again. What one side's randomness or taste decided is taken as it was recorded
// (hellos, EncryptedExtensions, cookie, ticket, signatures), all else is computed and must come out byte for byte.
#pragma once

#include <crypto/certificate.hpp>
#include <keys/prf12.hpp>
#include <keys/transcript.hpp>
#include <messages/certificate13.hpp>
#include <messages/encrypted_extensions.hpp>
#include <messages/finished13.hpp>

#include "direction.hpp"
#include "pieces.hpp"

namespace handfast::test {

struct Player {
  const Trace& trace;
  const catalog::SuiteRow& suite = *catalog::find(Suite::TLS_AES_128_GCM_SHA256);
  keys::Transcript transcript;
  Direction to_server, to_client;
  ClientHello hello;
  std::optional<keys::TrafficSecret> early;
  std::optional<keys::TrafficSecret> client_handshake, server_handshake, client_application, server_application;
  std::optional<keys::MasterSecret13> master;
  std::optional<keys::EarlySecret> early_secret;
  Buffer exporter{}, early_exporter{};  ///< secrets
  Buffer psk_of_ticket{};

  /// The RFC's EncryptedExtensions where the file has others: its record of the server's flight is then not the RFC's either,
  /// all that comes after it is.
  Buffer rfc_extensions{};

  explicit Player(const Trace& t) : trace(t) {}

  Buffer digest() const {
    auto value = transcript.digest();
    return Buffer(value.view().begin(), value.view().end());
  }

  void play(std::optional<Buffer> psk = {}, keys::PskKind kind = keys::PskKind::resumption) {
    early_secret = psk ? keys::EarlySecret(suite.prf, *psk) : keys::EarlySecret(suite.prf);
    play_client_hello(trace.bytes("Record_ClientHello_1"));
    if (trace.has("Record_HelloRetryRequest"))
      play_retry();
    else
      transcript.use(keys::hash_of(suite.prf));
    if (psk) check_binder(kind);
    if (trace.has("Record_Client_EarlyAppData")) play_early_data();
    play_server_hello();
    play_server_flight();
    if (early && rfc_extensions.empty()) return;
    play_client_flight();
    play_rest();
  }

  void play_client_hello(Bytes recorded) {
    auto message = to_server.open(handshake, recorded);
    hello = read<ClientHello>(message);
    to_server.seal(handshake, message, recorded);
    EXPECT_TRUE(recorded.empty());
    to_server.use_version(Version::tls13);
    to_client.use_version(Version::tls13);
    transcript.add(message);
  }

  void play_retry() {
    transcript.fold_first_hello(keys::hash_of(suite.prf), transcript.messages().size());
    auto recorded = trace.bytes("Record_HelloRetryRequest");
    auto message = to_client.open(handshake, recorded);
    auto retry = read<HelloRetryRequest>(message);
    Bytes rest = recorded;
    to_client.seal(handshake, message, rest);
    EXPECT_TRUE(rest.empty());
    transcript.add(message);
    auto cookie = retry.extensions.find<extensions::RetryCookie>();
    auto wanted = retry.extensions.find<extensions::RetryKeyShare>();
    ASSERT_TRUE(cookie && wanted);
    EXPECT_EQ(to_hex(cookie->cookie.bytes), to_hex(trace.bytes("HelloRetryRequest_Cookie")));
    play_client_hello(trace.bytes("Record_ClientHello_2"));
    auto returned = hello.extensions.find<extensions::Cookie>();
    ASSERT_TRUE(returned);
    EXPECT_EQ(returned->cookie.bytes, cookie->cookie.bytes);
    auto shares = hello.extensions.find<extensions::KeyShares>();
    ASSERT_TRUE(shares);
    shares->client_shares.each(
        [&](const extensions::KeyShareEntry& entry, size_t) { EXPECT_EQ(entry.group, wanted->selected_group); });
  }

  void check_binder(keys::PskKind kind) {
    auto offered = hello.extensions.find<extensions::OfferedPsks>();
    ASSERT_TRUE(offered);
    std::vector<Buffer> binders;
    for (auto binder : offered->binders) binders.emplace_back(binder.begin(), binder.end());
    ASSERT_EQ(binders.size(), 1u);
    auto all = transcript.messages();
    auto truncated = crypto::hash(keys::hash_of(suite.prf), all.first(all.size() - 3 - binders[0].size()));
    EXPECT_EQ(to_hex(early_secret->binder(kind, truncated.view()).view()), to_hex(binders[0]));
  }

  void play_early_data() {
    early = early_secret->client_early_traffic(digest());
    auto secret = early_secret->early_exporter(digest());
    early_exporter.assign(secret.view().begin(), secret.view().end());
    to_server.protect(suite, *early);
    to_server.carry_whole(ContentType::application_data, trace.bytes("Client_EarlyAppData"),
                          trace.bytes("Record_Client_EarlyAppData"));
  }

  void play_server_hello() {
    auto message = trace.bytes("Message_ServerHello");
    auto answer = read<ServerHello>(message);
    EXPECT_EQ(answer.cipher_suite, suite.suite);
    to_client.carry_whole(handshake, message, trace.bytes("Record_ServerHello"));
    transcript.add(message);

    auto share = answer.extensions.find<extensions::ServerKeyShare>();
    auto shares = hello.extensions.find<extensions::KeyShares>();
    ASSERT_TRUE(share && shares);
    Buffer client_share;
    shares->client_shares.each([&](const extensions::KeyShareEntry& entry, size_t) {
      if (entry.group == share->group)
        client_share.assign(entry.key_exchange.bytes.begin(), entry.key_exchange.bytes.end());
    });
    auto secret = shared_secret(trace, "Client", share->group, client_share, share->key_exchange.bytes);
    EXPECT_EQ(to_hex(secret),
              to_hex(shared_secret(trace, "Server", share->group, share->key_exchange.bytes, client_share)));

    auto stage = std::move(*early_secret).mix(secret);
    client_handshake = stage.client_handshake_traffic(digest());
    server_handshake = stage.server_handshake_traffic(digest());
    master = std::move(stage).finish();
  }

  /// The key of a certificate, or a raw one (RFC 7250).
  static crypto::PublicKey key_of(const Certificate13& message) {
    std::optional<crypto::PublicKey> key;
    message.certificate_list.each([&](const CertificateEntry& entry, size_t) {
      auto certificate = crypto::Certificate::parse(entry.cert_data.bytes);
      if (certificate) key = certificate->key();
      auto raw = crypto::PublicKey::parse(entry.cert_data.bytes);
      if (raw) key = *raw;
    });
    if (!key) throw std::runtime_error("no certificate can be read");
    return *key;
  }

  /// The signature is over this transcript, the recorded one, and right.
  void check_signature(const std::string& side, const crypto::PublicKey& key, const CertificateVerify13& proof) {
    Buffer content(64, ' ');
    auto context = "TLS 1.3, " + std::string(side == "Server" ? "server" : "client") + " CertificateVerify";
    content.insert(content.end(), context.begin(), context.end());
    content.push_back(0);
    auto hash = digest();
    content.insert(content.end(), hash.begin(), hash.end());
    EXPECT_EQ(to_hex(content), to_hex(trace.bytes(side + "_MessageToSign")));
    EXPECT_EQ(to_hex(proof.signature.bytes), to_hex(trace.bytes(side + "_MessageSignature")));
    auto verified = key.verify(proof.algorithm, Version::tls13, content, proof.signature.bytes);
    EXPECT_TRUE(verified) << side << ": " << verified.error().message();
    content.back() ^= 1;
    EXPECT_FALSE(key.verify(proof.algorithm, Version::tls13, content, proof.signature.bytes));
  }

  /// Certificate and CertificateVerify, added to the transcript.
  void authenticate(const std::string& side, Bytes certificate, Bytes proof) {
    auto key = key_of(read<Certificate13>(certificate));
    transcript.add(certificate);
    check_signature(side, key, read<CertificateVerify13>(proof));
    transcript.add(proof);
  }

  Buffer finished(const keys::TrafficSecret& secret) {
    Finished13 message;
    auto proof = secret.finished(digest());
    message.verify_data.bytes.assign(proof.view().begin(), proof.view().end());
    auto whole = written(message);
    transcript.add(whole);
    return whole;
  }

  void play_server_flight() {
    bool is_rfc = !early || !rfc_extensions.empty();
    Buffer flight = rfc_extensions.empty() ? trace.bytes("Message_EncryptedExtensions") : rfc_extensions;
    read<EncryptedExtensions>(flight);
    transcript.add(flight);
    auto append = [&](Bytes message) { flight.insert(flight.end(), message.begin(), message.end()); };
    if (trace.has("Message_CertificateRequest")) {
      auto request = trace.bytes("Message_CertificateRequest");
      read<CertificateRequest13>(request);
      transcript.add(request);
      append(request);
    }
    if (trace.has("Message_Server_Certificate")) {
      auto certificate = trace.bytes("Message_Server_Certificate");
      auto proof = trace.bytes("Message_Server_CertificateVerify");
      authenticate("Server", certificate, proof);
      append(certificate);
      append(proof);
    }
    auto last = finished(*server_handshake);
    if (is_rfc) {
      EXPECT_EQ(to_hex(last), to_hex(trace.bytes("Message_Server_Finished")));
    }
    append(last);

    if (rfc_extensions.empty()) play_server_records(flight);
    client_application = master->client_application_traffic(digest());
    server_application = master->server_application_traffic(digest());
    auto secret = master->exporter(digest());
    exporter.assign(secret.view().begin(), secret.view().end());
    to_client.protect(suite, *server_application);
  }

  void play_server_records(Bytes flight) {
    auto recorded = trace.bytes("Record_ServerHandshakeMessages");
    Bytes rest = recorded;
    play_change_cipher_spec(to_client, rest);
    to_client.protect(suite, *server_handshake);
    to_client.carry(handshake, flight, rest);
    EXPECT_TRUE(rest.empty());
  }

  static void play_change_cipher_spec(Direction& direction, Bytes& rest) {
    if (rest.empty() || rest[0] != static_cast<uint8_t>(ContentType::change_cipher_spec)) return;
    direction.carry(ContentType::change_cipher_spec, Buffer{1}, rest);
  }

  void play_client_flight() {
    auto recorded = trace.bytes("Record_ClientFinished");
    Bytes rest = recorded;
    if (early) {
      auto end = written(EndOfEarlyData{});
      to_server.carry(handshake, end, rest);
      transcript.add(end);
    }
    play_change_cipher_spec(to_server, rest);
    to_server.protect(suite, *client_handshake);
    auto messages = messages_of(to_server.open(handshake, rest));
    Buffer flight;
    if (trace.has("Client_MessageSignature")) {
      ASSERT_EQ(messages.size(), 3u);
      authenticate("Client", messages[0], messages[1]);
      for (size_t i = 0; i < 2; ++i) flight.insert(flight.end(), messages[i].begin(), messages[i].end());
    }
    auto last = finished(*client_handshake);
    EXPECT_EQ(to_hex(last), to_hex(messages.back()));
    flight.insert(flight.end(), last.begin(), last.end());
    to_server.seal(handshake, flight, rest);
    EXPECT_TRUE(rest.empty());
    to_server.protect(suite, *client_application);
  }

  void play_rest() {
    auto resumption = master->resumption(digest());
    if (trace.has("Record_NewSessionTicket")) {
      auto recorded = trace.bytes("Record_NewSessionTicket");
      auto message = to_client.open(handshake, recorded);
      auto ticket = read<NewSessionTicket13>(message);
      EXPECT_EQ(to_hex(ticket.ticket.bytes), to_hex(trace.bytes("SessionTicket")));
      Bytes rest = recorded;
      to_client.seal(handshake, message, rest);
      auto psk = resumption.psk(ticket.ticket_nonce.bytes);
      psk_of_ticket.assign(psk.view().begin(), psk.view().end());
    }
    for (auto [name, direction] : {std::pair{"Client", &to_server}, std::pair{"Server", &to_client}}) {
      auto data = std::string(name) + "_AppData", close = "Record_" + std::string(name) + "_CloseNotify";
      if (trace.has(data))
        direction->carry_whole(ContentType::application_data, trace.bytes(data), trace.bytes("Record_" + data));
      direction->carry_whole(ContentType::alert, Buffer{1, 0}, trace.bytes(close));
    }
  }
};

}  // namespace handfast::test
