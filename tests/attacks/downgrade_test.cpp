// The mark of a downgrade (RFC 8446 section 4.1.3) and TLS_FALLBACK_SCSV (RFC 7507).
#include <gtest/gtest.h>

#include <handshake/downgrade.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;
using enum Version;

CommonOptions having(std::vector<Version> versions) {
  CommonOptions options;
  options.versions = std::move(versions);
  return options;
}

/// The end of the random of a server with these versions that chooses this one.
std::string mark(std::vector<Version> versions, Version chosen) {
  messages::Random random;
  random.fill('r');
  mark_downgrade(random, having(std::move(versions)), chosen);
  EXPECT_EQ(random[23], 'r');
  return std::string(as_text(Bytes(random).subspan(24)));
}

bool is_refused(std::vector<Version> versions, Version chosen, std::string_view end) {
  messages::Random random{};
  std::ranges::copy(end, random.begin() + 24);
  return !check_downgrade(random, having(std::move(versions)), chosen);
}

constexpr std::string_view to12("DOWNGRD\x01", 8), to_less("DOWNGRD\x00", 8), nothing("rrrrrrrr", 8);

TEST(Downgrade, IsMarkedByWhoHasMore) {
  EXPECT_EQ(mark({tls13, tls12}, tls13), nothing);
  EXPECT_EQ(mark({tls13, tls12}, tls12), to12);
  EXPECT_EQ(mark({tls12}, tls12), nothing);
  for (auto less : {tls11, tls10}) {
    EXPECT_EQ(mark({tls13, tls12, less}, less), to_less);
    EXPECT_EQ(mark({less, tls12}, less), to_less);
    EXPECT_EQ(mark({less}, less), nothing);
  }
  EXPECT_EQ(mark({tls11, tls10}, tls10), nothing);   // before TLS 1.2 there is no mark
}

TEST(Downgrade, IsSeenByWhoHasMore) {
  EXPECT_TRUE(is_refused({tls13, tls12}, tls12, to12));
  EXPECT_TRUE(is_refused({tls13, tls12}, tls12, to_less));
  EXPECT_TRUE(is_refused({tls13, tls12, tls11}, tls11, to12));
  EXPECT_TRUE(is_refused({tls13, tls12, tls11}, tls11, to_less));
  EXPECT_TRUE(is_refused({tls12, tls10}, tls10, to_less));
  EXPECT_FALSE(is_refused({tls12, tls10}, tls10, to12));   // of a server that thinks that it has chosen TLS 1.2
  EXPECT_FALSE(is_refused({tls12}, tls12, to12));          // a server with TLS 1.3, and we have none
  EXPECT_FALSE(is_refused({tls11, tls10}, tls10, to_less));
  EXPECT_FALSE(is_refused({tls13, tls12}, tls12, nothing));
  EXPECT_FALSE(is_refused({tls13, tls12}, tls12, "DOWNGRD\x02"));
}

ConnectOptions again() {
  ConnectOptions options;
  options.fallback = true;
  return options;
}

TEST(Fallback, IsRefusedByAServerThatHasMore) {
  auto server = server_options();
  server.versions = {tls13, tls12};
  auto pair = shake_hands(client_options(), server, again());
  EXPECT_EQ(fault_id(pair.server), "hello.inappropriate_fallback");
  ASSERT_TRUE(pair.client.error());
  EXPECT_EQ(pair.client.error()->alert, Alert::inappropriate_fallback);
}

TEST(Fallback, IsTakenByAServerThatHasNoMore) {
  EXPECT_TRUE(shake_hands(client_options(), server_options(), again()).connected());
}

TEST(Fallback, NeedsAVersionAbove) {
  auto client = client_options();
  client.versions = {tls13, tls12};
  auto made = Connection::client(*ClientConfig::make(client), "server.test", again());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().fault, Fault::config_conflict);
}

TEST(Fallback, CountsWhatWouldHaveBeenChosenAnyway) {
  messages::ClientHello hello;
  hello.cipher_suites.items = {Suite::TLS_FALLBACK_SCSV};
  EXPECT_TRUE(check_fallback(hello, having({tls12}), tls12));
  EXPECT_FALSE(check_fallback(hello, having({tls12, tls11}), tls11));
  EXPECT_FALSE(check_fallback(hello, having({tls11, tls10}), tls10));
  hello.cipher_suites.items = {Suite::TLS_AES_128_GCM_SHA256};
  EXPECT_TRUE(check_fallback(hello, having({tls12, tls11}), tls11));
}

}  // namespace
}  // namespace handfast
