// The handshakes that RFC 8448 records.
#include <set>

#include "player.hpp"

namespace handfast::test {
namespace {

const std::set<std::string> sections = {"Simple_1RTT_Handshake",
                                        "Resumed_0RTT_Handshake",
                                        "HelloRetryRequest_Handshake",
                                        "Client_Authentication_Handshake",
                                        "Middlebox_Compatibility_Mode",
                                        "Externally_Provided_PSK_with_Ephemeral_Key",
                                        "RawPublicKey_With_Client_Authentication"};

class Rfc8448 : public testing::Test {
 protected:
  void SetUp() override {
    auto read = read_traces();
    if (!read) GTEST_SKIP() << missing_vectors(trace_file);
    traces_ = std::move(*read);
  }
  const Trace& trace(const std::string& section) const {
    auto found = traces_.find(section);
    if (found == traces_.end()) throw std::runtime_error("there is no section " + section);
    return found->second;
  }
  std::map<std::string, Trace> traces_;
};

// What the file leaves out: the exporter secrets, as RFC 8448 sections 3 and 4 print them.
constexpr std::string_view exporter_1rtt = "fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50";

constexpr std::string_view early_exporter_0rtt = "b2026866610937d7423e5be90862ccf24c0e6091186d34f812089ff5be2ef7df";

TEST_F(Rfc8448, EverySectionIsPlayedHere) {
  std::set<std::string> found;
  for (const auto& [name, trace] : traces_) found.insert(name);
  EXPECT_EQ(found, sections);
}

TEST_F(Rfc8448, Simple1Rtt) {
  Player player(trace("Simple_1RTT_Handshake"));
  player.play();
  EXPECT_EQ(to_hex(player.exporter), exporter_1rtt);
}

TEST_F(Rfc8448, Resumed0Rtt) {
  Player first(trace("Simple_1RTT_Handshake"));
  first.play();
  ASSERT_EQ(first.psk_of_ticket.size(), 32u);
  const auto& resumed = trace("Resumed_0RTT_Handshake");
  EXPECT_NE(to_hex(resumed.bytes("Client_SessionData")).find(to_hex(first.psk_of_ticket)), std::string::npos);
  Player as_in_file(resumed);
  as_in_file.play(first.psk_of_ticket);

  Player player(resumed);
  player.rfc_extensions = from_hex(
      "080000280026000a00140012001d00170018001901000101010201030104001c0002400100000000002a0000");
  player.play(first.psk_of_ticket);
  ASSERT_TRUE(player.early);
  EXPECT_EQ(to_hex(player.early_exporter), early_exporter_0rtt);
}

TEST_F(Rfc8448, HelloRetryRequest) { Player(trace("HelloRetryRequest_Handshake")).play(); }
TEST_F(Rfc8448, ClientAuthentication) { Player(trace("Client_Authentication_Handshake")).play(); }
TEST_F(Rfc8448, CompatibilityMode) { Player(trace("Middlebox_Compatibility_Mode")).play(); }

TEST_F(Rfc8448, ExternalPsk) {
  const auto& external = trace("Externally_Provided_PSK_with_Ephemeral_Key");
  Player(external).play(external.bytes("PskSecret"), keys::PskKind::external);
}

TEST_F(Rfc8448, RawPublicKeys) { Player(trace("RawPublicKey_With_Client_Authentication")).play(); }

}  // namespace
}  // namespace handfast::test
