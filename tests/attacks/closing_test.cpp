// Attacks on what an application takes for granted: where the data ends, and whom it is for.
#include <gtest/gtest.h>

#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;

// Truncation (Wagner, Schneier 1996; "Truncating TLS Connections", Smyth and Pironti 2013): an end without close_notify is an error, and no
// end of the data, in every version. That it holds after each byte is in tests/faults.
TEST(Truncation, IsAnErrorOnBothSides) {
  for (const auto& each : all_scenarios()) {
    const Scene scene(each);
    auto pair = *scene.begin();
    pair.pump();
    ASSERT_TRUE(pair.connected());
    EXPECT_EQ(carry(pair, pair.client, pair.server, "pay 100"), "pay 100");
    for (auto* end : {&pair.client, &pair.server}) {
      EXPECT_FALSE(end->peer_closed());
      EXPECT_FALSE(end->received_end());
      EXPECT_EQ(fault_id(*end), info(Fault::truncated).id) << each.name;
    }
  }
}

// Truncation: a close_notify that is forged, not under the connection's keys, ends nothing in good order.
TEST(Truncation, ForgedCloseNotifyIsNone) {
  for (const auto& each : all_scenarios()) {
    const Scene scene(each);
    auto pair = *scene.begin();
    pair.pump();
    ASSERT_EQ(carry(pair, pair.server, pair.client, "word"), "word");
    for (auto* end : {&pair.client, &pair.server}) {
      give(*end, Buffer{21, 3, static_cast<uint8_t>(end->summary().version == Version::tls10 ? 1 : 3), 0, 2, 1, 0});
      EXPECT_FALSE(end->peer_closed()) << each.name;
      EXPECT_EQ(end->state(), State::failed) << each.name;
    }
  }
}

Pair with_protocols(Version version, std::vector<std::string> client, std::vector<std::string> server) {
  auto client_side = client_options();
  auto server_side = server_options();
  client_side.versions = server_side.versions = {version};
  client_side.alpn = std::move(client);
  server_side.alpn = std::move(server);
  return shake_hands(client_side, server_side);
}

// ALPACA (Brinkmann and others, CVE-2021-3618 and its like): a server that speaks one protocol refuses a client that asks for another, with
// no_application_protocol, instead of going on without one.
TEST(Alpaca, OtherProtocolIsRefused) {
  for (auto version : {Version::tls12, Version::tls13}) {
    auto pair = with_protocols(version, {"http/1.1"}, {"ftp"});
    EXPECT_EQ(fault_id(pair.server), "hello.no_common_protocol");
    ASSERT_TRUE(pair.client.error());
    EXPECT_EQ(pair.client.error()->alert, Alert::no_application_protocol);
    EXPECT_EQ(with_protocols(version, {"http/1.1", "ftp"}, {"ftp"}).client.summary().alpn, "ftp");
  }
}

// ALPACA: a server that is told to is strict about its names, and a client always is about the certificate's.
TEST(Alpaca, OtherNameIsRefused) {
  for (auto version : {Version::tls12, Version::tls13}) {
    auto client = client_options();
    auto server = server_options();
    client.versions = server.versions = {version};
    server.refuse_unknown_names = true;
    auto strict = shake_hands(client, server, {}, {}, "www.test");
    EXPECT_EQ(fault_id(strict.server), "hello.server_name_unknown");
    ASSERT_TRUE(strict.client.error());
    EXPECT_EQ(strict.client.error()->alert, Alert::unrecognized_name);
    server.refuse_unknown_names = false;
    auto lenient = shake_hands(client, server, {}, {}, "www.test");
    EXPECT_EQ(fault_id(lenient.client), "certificate.name_mismatch");
  }
}

}  // namespace
}  // namespace handfast
