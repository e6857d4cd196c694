// RFC 8449: how long a record's plaintext may be, as each side tells the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include <support/table13.hpp>

#include "middle13.hpp"

namespace handfast {
namespace {

using namespace support;

struct LongestRecord : Sink {
  size_t longest = 0;
  void event(const Origin&, const Event& event) override {
    auto record = std::get_if<RecordEvent>(&event);
    if (record && record->direction == Direction::sent && record->is_protected)
      longest = std::max(longest, record->plaintext.size());
  }
};

/// Puts another value into the first record_size_limit that passes.
std::function<void(bool, Buffer&)> tell_instead(bool from_client, uint16_t limit) {
  return [from_client, limit, done = false](bool from, Buffer& bytes) mutable {
    constexpr std::array<uint8_t, 4> head = {0, 28, 0, 2};
    if (from != from_client || std::exchange(done, true)) return;
    auto found = std::ranges::search(bytes, head);
    if (found.empty()) throw std::runtime_error("no record_size_limit passes");
    found.end()[0] = static_cast<uint8_t>(limit >> 8);
    found.end()[1] = static_cast<uint8_t>(limit);
  };
}

class RecordLimit : public testing::TestWithParam<Version> {
 protected:
  RecordLimit() { client.versions = server.versions = {GetParam()}; }
  size_t hidden_type() const { return GetParam() == Version::tls13 ? 1 : 0; }
  Pair connect() {
    ConnectOptions connect;
    connect.sink = &from_client;
    AcceptOptions accept;
    accept.sink = &from_server;
    return shake_hands(client, server, connect, accept);
  }
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  LongestRecord from_client, from_server;
};

TEST_P(RecordLimit, IsKeptByBothSides) {
  client.record_size_limit = 200;
  server.record_size_limit = 100;
  auto pair = connect();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(carry(pair, pair.client, pair.server, std::string(5000, 'c')), std::string(5000, 'c'));
  EXPECT_EQ(carry(pair, pair.server, pair.client, std::string(5000, 's')), std::string(5000, 's'));
  EXPECT_EQ(from_client.longest, 100 - hidden_type());
  EXPECT_EQ(from_server.longest, 200 - hidden_type());
}

TEST_P(RecordLimit, IsKeptAlsoByWhoHasNoneOfItsOwn) {
  client.record_size_limit = 16385;
  auto pair = connect();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(carry(pair, pair.server, pair.client, std::string(16384, 's')), std::string(16384, 's'));
  EXPECT_EQ(from_server.longest, 16384u);
}

TEST_P(RecordLimit, OfAServerIsForClientsThatHaveToldTheirs) {
  server.record_size_limit = 64;
  auto pair = connect();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(carry(pair, pair.client, pair.server, std::string(5000, 'c')), std::string(5000, 'c'));
  EXPECT_EQ(from_client.longest, 5000u);
}

TEST_P(RecordLimit, OfAClientBelow64IsRefused) {
  client.record_size_limit = 64;
  auto pair = make_pair(client, server);
  pair.mutate = tell_instead(true, 63);
  pair.pump();
  EXPECT_EQ(fault_id(pair.server), "record.size_limit_too_small");
  EXPECT_EQ(pair.server.error()->alert, Alert::illegal_parameter);
}

TEST_P(RecordLimit, IsInTheConfigurationsRange) {
  for (size_t limit : {63u, 16386u}) {
    client.record_size_limit = limit;
    EXPECT_EQ(ClientConfig::make(client).error().fault, Fault::config_conflict);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, RecordLimit, testing::Values(Version::tls12, Version::tls13));

TEST(RecordLimit12, OfAServerBelow64IsRefused) {
  auto client = client_options();
  client.record_size_limit = 64;
  auto pair = make_pair(client, server_options());
  pair.mutate = tell_instead(false, 63);
  pair.pump();
  EXPECT_EQ(fault_id(pair.client), "record.size_limit_too_small");
}

// RFC 8449 section 4: a longer record is refused, by a client and by a server.
TEST(RecordLimit13, LongerRecordsAreRefused) {
  for (bool at_server : {true, false}) {
    for (size_t size : {99u, 100u}) {
      Secrets secrets;
      Table13 table;
      table.client.key_log = std::shared_ptr<KeyLog>(&secrets, [](KeyLog*) {});
      table.client.suites = {Suite::TLS_AES_128_GCM_SHA256};
      table.server.ticket_count = 0;
      table.client.record_size_limit = table.server.record_size_limit = 100;
      auto pair = table.connect();
      ASSERT_TRUE(pair.connected());
      Middle13 middle(secrets.found.at(at_server ? "CLIENT_TRAFFIC_SECRET_0" : "SERVER_TRAFFIC_SECRET_0"));
      auto& receiver = at_server ? pair.server : pair.client;
      give(receiver, middle.seal({ContentType::application_data, Buffer(size, 'x')}));
      EXPECT_EQ(fault_id(receiver), size == 99 ? "" : "record.size_limit_exceeded");
      EXPECT_EQ(receiver.error() ? receiver.error()->alert : std::nullopt,
                size == 99 ? std::nullopt : std::optional(Alert::record_overflow));
    }
  }
}

// The client cannot know of our limit yet when it sends them.
TEST(RecordLimit13, IsNotForRecordsOfEarlyData) {
  Table13 table;
  table.server.early_data = EarlyDataPolicy{.limit = 1000, .strikes = StrikeRegister::in_memory(now())};
  table.server.record_size_limit = table.client.record_size_limit = 100;
  ConnectOptions connect;
  connect.session = table.connect().client.session();
  connect.early_data = true;
  LongestRecord from_client;
  connect.sink = &from_client;
  auto pair = make_pair(table.client, table.server, connect);
  ASSERT_TRUE(pair.client.write_early(as_bytes(std::string(900, 'e'))));
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_TRUE(pair.server.summary().early_data);
  EXPECT_EQ(pair.server.read_early()->size(), 900u);
  from_client.longest = 0;
  EXPECT_EQ(carry(pair, pair.client, pair.server, std::string(5000, 'c')), std::string(5000, 'c'));
  EXPECT_EQ(from_client.longest, 99u);
}

}  // namespace
}  // namespace handfast
