// Renegotiation that splices two connections together.
#include <gtest/gtest.h>

#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;

/// A server that has met the attacker, and waits for a hello of a new handshake.
LinkPair met_by_attacker(const Scene& scene) {
  LinkPair pair(scene.client, scene.server);
  pair.run_until(Side::client, SIZE_MAX);
  EXPECT_TRUE(pair.server.link->done);
  pair.renegotiate();
  return pair;
}

// CVE-2009-3555: the attacker's connection does not take the first hello of a victim, with or without RFC 5746.
TEST(Renegotiation2009, VictimsFirstHelloIsNoSecondOne) {
  const Scene scene(scenario("TLS 1.2 renegotiated by the client"));
  const LinkPair victim(scene.client, scene.server);
  auto attacked = met_by_attacker(scene);
  attacked.server.deliver(next_of(victim.client));
  EXPECT_EQ(fault_of(attacked.server), "hello.secure_renegotiation_mismatch");

  auto hello = decoded<messages::ClientHello>(next_of(victim.client));
  RawHello old(hello);
  old.remove(0xff01);
  auto again = met_by_attacker(scene);
  again.server.deliver(old.message());
  EXPECT_EQ(fault_of(again.server), "hello.secure_renegotiation_missing");
}

// CVE-2009-3555, the victim's side: a client speaks to no server without RFC 5746, unless told to.
TEST(Renegotiation2009, ClientWantsItsServerToHaveRfc5746) {
  const Scene scene(scenario("TLS 1.2 mutual"));
  LinkPair pair(scene.client, scene.server);
  ASSERT_TRUE(pair.run_until(Side::client, 0));
  RawHello answer(decoded<messages::ServerHello>(next_of(pair.server)));
  answer.remove(0xff01);
  pair.client.deliver(answer.message());
  EXPECT_EQ(fault_of(pair.client), "hello.secure_renegotiation_missing");
}

// CVE-2009-3555: what the peer has not been allowed to ask for is answered with no_renegotiation.
TEST(Renegotiation2009, IsOffUnlessAllowed) {
  EXPECT_FALSE(ServerOptions().renegotiation.allow_peer);
  EXPECT_FALSE(ClientOptions().renegotiation.allow_peer);
}

// Triple handshake (Bhargavan and others, 2014): in a new handshake another server is refused before anything is signed for it.
TEST(TripleHandshake, ClientSignsNothingForAnotherServer) {
  auto row = scenario("TLS 1.2 renegotiated by the client");
  const Scene scene(row);
  row.server.identities = {short_lived_server(std::chrono::hours(1))};   // of the same name
  LinkPair pair(scene.client, scene.server);
  pair.run_until(Side::client, SIZE_MAX);
  pair.renegotiate({}, *ServerConfig::make(row.server));
  pair.run_until(Side::client, SIZE_MAX);
  EXPECT_EQ(fault_of(pair.client), "certificate.identity_changed");
  for (const auto& message : pair.client.outbox.messages) EXPECT_NE(message.name, "CertificateVerify");
}

// Triple handshake: its first step needs a master secret that is the same on two connections; RFC 7627 binds it to the handshake, and
// without RFC 7627 there is no session and no keying material.
TEST(TripleHandshake, NothingIsResumedOrExportedWithoutExtendedMasterSecret) {
  const Scene scene(scenario("TLS 1.2 mutual"));
  LinkPair pair(scene.client, scene.server);
  RawHello hello(decoded<messages::ClientHello>(next_of(pair.client)));
  hello.remove(23);
  pair.server.deliver(hello.message());
  ASSERT_FALSE(pair.server.link->error);
  RawHello answer(decoded<messages::ServerHello>(next_of(pair.server)));
  for (const auto& [type, data] : answer.extensions) EXPECT_NE(type, 35) << "a ticket is announced";
  EXPECT_TRUE(decoded<messages::ServerHello>(next_of(pair.server)).session_id.bytes.empty());
  for (const auto& each : all_scenarios()) {
    const Scene other(each);
    auto usual = *other.begin();
    usual.pump();
    EXPECT_TRUE(usual.client.summary().extended_master_secret || each.client.versions[0] == Version::tls13) << each.name;
  }
}

}  // namespace
}  // namespace handfast
