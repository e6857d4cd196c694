// For every wait of client and server of TLS 1.3, every message type offered. The table is state_matrix13.txt beside
// this file; run with HANDFAST_UPDATE=1 to write it anew, and read the difference.
#include <messages/certificate13.hpp>
#include <messages/finished13.hpp>
#include <messages/key_exchange.hpp>

#include "state_matrix.hpp"

namespace handfast {
namespace {

using namespace support;

Flow flow13(std::string name) {
  Flow flow{std::move(name)};
  flow.client.versions = flow.server.versions = {Version::tls13};
  flow.client.groups = flow.server.groups = {Group::x25519};
  return flow;
}

// One session serves every handshake of a flow.
struct EveryUseIsTheFirst final : StrikeRegister {
  bool first_use(const EarlyDataUse&, std::chrono::system_clock::time_point) override { return true; }
};

Flow with_retry(Flow flow, const std::string& name) {
  flow.name = name;
  flow.client.groups = flow.server.groups = {Group::x25519, Group::secp256r1};
  flow.client.key_shares = {Group::x25519};
  flow.server.groups = {Group::secp256r1};
  return flow;
}

std::vector<Flow> flows() {
  auto full = flow13("full");
  auto mutual = flow13("mutual");
  mutual.client.identities = {client_identity("alice")};
  mutual.server.client_auth = ClientAuth::require;
  mutual.server.client_trust = trust();
  auto asked = flow13("client certificate asked for, none sent");
  asked.server.client_auth = ClientAuth::request;
  asked.server.client_trust = trust();
  auto plain = flow13("full, without compatibility mode");
  plain.client.middlebox_compatibility = false;
  auto resumed = flow13("resumed");
  resumed.resumes = true;
  auto external = flow13("external key");
  external.client.external_psks = external.server.external_psks = {*ExternalPsk::make("device 7", Buffer(32, 9))};
  auto early = resumed;
  early.name = "early data";
  early.early_data = true;
  early.server.early_data = EarlyDataPolicy{.strikes = std::make_shared<EveryUseIsTheFirst>()};
  return {full,
          mutual,
          asked,
          plain,
          with_retry(full, "HelloRetryRequest"),
          with_retry(mutual, "HelloRetryRequest, mutual"),
          with_retry(plain, "HelloRetryRequest, without compatibility mode"),
          resumed,
          with_retry(resumed, "resumed, HelloRetryRequest"),
          external,
          early,
          with_retry(early, "early data, HelloRetryRequest")};
}

template <class M>
void add(Offered& offered, const M& message) {
  Buffer body;
  ASSERT_TRUE(wire::encode(message, body));
  add_message(offered, handshake_type(M::kind), body);
}

Offered messages_of(const std::vector<Stage>& stages) {
  using namespace messages;
  auto found = one_of_each(stages);
  NewSessionTicket13 ticket;
  ticket.ticket_lifetime = 3600;
  ticket.ticket_nonce.bytes = {0};
  ticket.ticket.bytes = {1, 2, 3};
  add(found, ticket);
  add(found, KeyUpdate{KeyUpdateRequest::update_requested});
  add(found, EndOfEarlyData{});
  CompressedCertificate compressed;
  compressed.algorithm = CertificateCompression::zlib;
  compressed.uncompressed_length.value = 100;
  compressed.compressed_certificate_message.bytes = Buffer(50, 1);
  add(found, compressed);
  add(found, ServerHelloDone{});
  for (int type : {0, 3, 6, 12, 16, 21, 22, 23, 67, 99, 254}) add_message(found, static_cast<uint8_t>(type));
  found.emplace("handshake 20 as ChangeCipherSpec", WireMessage{handshake_kind(20), "forged", {20, 0, 0, 1, 1}});
  found.emplace("ChangeCipherSpec of 2 bytes", WireMessage{change_cipher_spec_kind, "forged", {1, 1}});
  found.emplace("ChangeCipherSpec that is 2", WireMessage{change_cipher_spec_kind, "forged", {2}});
  return found;
}

TEST(StateMatrix13, AcceptsOnlyWhatIsWaitedFor) {
  auto all = flows();
  std::vector<Stage> stages(all.begin(), all.end());
  auto messages = messages_of(stages);
  for (auto name : {"HelloRetryRequest", "KeyUpdate", "EndOfEarlyData", "NewSessionTicket", "CompressedCertificate",
                    "CertificateRequest", "CertificateVerify", "EncryptedExtensions", "hello_retry_request_RESERVED",
                    "ChangeCipherSpec"})
    EXPECT_TRUE(messages.contains(name)) << name;
  size_t offered = 0;
  expect_golden("state_matrix13.txt", state_matrix(stages, messages, true, offered));
  std::printf("%zu messages offered\n", offered);
}

}  // namespace
}  // namespace handfast
