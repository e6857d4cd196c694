// The messages whose answer the peer must have seen before it says more (RFC 5246 figure 1, RFC 8446 figures 1 and 2).
#include <gtest/gtest.h>

#include "middle13.hpp"

namespace handfast {
namespace {

using namespace support;

/// Puts bytes behind a message that stands alone in a plain record.
std::function<void(bool, Buffer&)> with_behind(uint8_t message, const Buffer& extra) {
  return [=](bool, Buffer& bytes) {
    Buffer out;
    for (auto& record : records_of(bytes)) {
      if (record[0] == static_cast<uint8_t>(ContentType::handshake) && record[5] == message) {
        record.insert(record.end(), extra.begin(), extra.end());
        record[4] = static_cast<uint8_t>(record[4] + extra.size());
      }
      out.insert(out.end(), record.begin(), record.end());
    }
    bytes = out;
  };
}

constexpr uint8_t client_hello = 1, server_hello_done = 14;
const Buffer start_of_next = {16}, whole_next = {14, 0, 0, 0};

class Flights : public testing::TestWithParam<Version> {
 protected:
  Pair pair_with(uint8_t message, const Buffer& extra) {
    auto client = client_options();
    auto server = server_options(KeyKind::rsa);
    client.versions = server.versions = {GetParam()};
    client.legacy.tls10 = server.legacy.tls10 = GetParam() == Version::tls10;
    client.legacy.tls11 = server.legacy.tls11 = GetParam() == Version::tls11;
    auto pair = make_pair(client, server);
    pair.mutate = with_behind(message, extra);
    pair.pump();
    return pair;
  }
};

TEST_P(Flights, EndWithTheClientHello) {
  for (const auto& extra : {start_of_next, whole_next}) {
    auto pair = pair_with(client_hello, extra);
    EXPECT_EQ(fault_id(pair.server), "message.unexpected");
    EXPECT_EQ(pair.client.error()->alert, Alert::unexpected_message);
  }
}

class OldFlights : public Flights {};

TEST_P(OldFlights, EndWithTheServerHelloDone) {
  for (const auto& extra : {start_of_next, whole_next}) {
    auto pair = pair_with(server_hello_done, extra);
    EXPECT_EQ(fault_id(pair.client), "message.unexpected");
    EXPECT_EQ(pair.server.error()->alert, Alert::unexpected_message);
  }
}

const auto old_versions = testing::Values(Version::tls10, Version::tls11, Version::tls12);
INSTANTIATE_TEST_SUITE_P(OldVersions, Flights, old_versions);
INSTANTIATE_TEST_SUITE_P(Tls13, Flights, testing::Values(Version::tls13));
INSTANTIATE_TEST_SUITE_P(OldVersions, OldFlights, old_versions);

}  // namespace
}  // namespace handfast
