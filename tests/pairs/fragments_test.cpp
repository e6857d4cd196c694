// max_fragment_length (RFC 6066 section 4): how long the content of any record may be.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

struct LongestRecords : Sink {
  size_t plain = 0, sealed = 0;
  void event(const Origin&, const Event& event) override {
    auto record = std::get_if<RecordEvent>(&event);
    if (!record || record->direction != Direction::sent) return;
    auto& longest = record->is_protected ? sealed : plain;
    longest = std::max(longest, record->plaintext.size());
  }
};

class Fragments : public testing::TestWithParam<Version> {
 protected:
  Fragments() {
    client.versions = server.versions = {GetParam()};
    server.ticket_keys = std::make_shared<TicketKeys>();
    client.max_fragment_length = 512;
    client.alpn = server.alpn = {std::string(200, 'a'), std::string(200, 'b'), std::string(200, 'c')};   // a long ClientHello
  }
  Pair connect(std::shared_ptr<const Session> session = nullptr) {
    ConnectOptions connect;
    connect.sink = &from_client;
    connect.session = std::move(session);
    AcceptOptions accept;
    accept.sink = &from_server;
    return shake_hands(client, server, connect, accept);
  }
  ClientOptions client = client_options();
  ServerOptions server = server_options(KeyKind::rsa);
  LongestRecords from_client, from_server;
};

TEST_P(Fragments, AreKeptShortByBothSides) {
  for (size_t length : {512u, 1024u, 2048u, 4096u}) {
    client.max_fragment_length = length;
    from_client = from_server = {};
    auto pair = connect();
    ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    EXPECT_EQ(carry(pair, pair.client, pair.server, std::string(9000, 'c')), std::string(9000, 'c'));
    EXPECT_EQ(carry(pair, pair.server, pair.client, std::string(9000, 's')), std::string(9000, 's'));
    EXPECT_EQ(from_client.sealed, length);
    EXPECT_EQ(from_server.sealed, length);
    if (GetParam() < Version::tls13) {
      EXPECT_LE(from_server.plain, length);
    }
  }
}

TEST_P(Fragments, OfASessionStayShort) {
  auto session = connect().client.session();
  ASSERT_TRUE(session);
  from_server = {};
  auto resumed = connect(session);
  ASSERT_TRUE(resumed.connected());
  EXPECT_TRUE(resumed.client.summary().resumed);
  EXPECT_EQ(carry(resumed, resumed.server, resumed.client, std::string(900, 's')), std::string(900, 's'));
  EXPECT_EQ(from_server.sealed, 512u);
  client.max_fragment_length = 1024;   // it would be another length in the same session
  auto other = connect(session);
  ASSERT_TRUE(other.connected());
  EXPECT_FALSE(other.client.summary().resumed);
}

// RFC 8449 section 5.
TEST_P(Fragments, GiveWayToARecordSizeLimit) {
  client.record_size_limit = 700;
  auto pair = connect();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(carry(pair, pair.server, pair.client, std::string(9000, 's')), std::string(9000, 's'));
  EXPECT_EQ(from_server.sealed, GetParam() == Version::tls13 ? 699u : 700u);
  EXPECT_EQ(carry(pair, pair.client, pair.server, std::string(9000, 'c')), std::string(9000, 'c'));
  EXPECT_EQ(from_client.sealed, 9000u);
}

/// Changes the first max_fragment_length that passes.
std::function<void(bool, Buffer&)> say_instead(bool from_client, uint8_t value) {
  return [=, done = false](bool from, Buffer& bytes) mutable {
    constexpr std::array<uint8_t, 4> head = {0, 1, 0, 1};
    if (from != from_client || std::exchange(done, true)) return;
    auto found = std::ranges::search(bytes, head);
    if (found.empty()) throw std::runtime_error("no max_fragment_length passes");
    *found.end() = value;
  };
}

TEST_P(Fragments, OfALengthThatDoesNotExistAreRefused) {
  for (auto value : std::initializer_list<uint8_t>{0, 5, 255}) {
    auto pair = make_pair(client, server);
    pair.mutate = say_instead(true, value);
    pair.pump();
    EXPECT_EQ(fault_id(pair.server), "hello.max_fragment_length");
    EXPECT_EQ(pair.server.error()->alert, Alert::illegal_parameter);
  }
}

TEST(Fragments12, AnAnswerWithAnotherLengthIsRefused) {
  for (auto value : std::initializer_list<uint8_t>{0, 2, 255}) {
    auto client = client_options();
    client.max_fragment_length = 512;
    auto pair = make_pair(client, server_options());
    pair.mutate = say_instead(false, value);
    pair.pump();
    EXPECT_EQ(fault_id(pair.client), "hello.max_fragment_length");
    EXPECT_EQ(pair.client.error()->alert, Alert::illegal_parameter);
  }
}

// The records of who does not do what was agreed.
TEST(Fragments12, ALongerRecordIsRefused) {
  auto client = client_options();
  client.max_fragment_length = 512;
  for (size_t size : {512u, 513u}) {
    auto pair = make_pair(client, server_options());
    give(pair.server, take(pair.client));
    auto flight = take(pair.server);
    const auto announced = size_t{flight[3]} << 8 | flight[4];
    flight.resize(5 + announced);   // the ServerHello alone
    give(pair.client, flight);
    Buffer record{22, 3, 3, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size), 11, 0, 0x10, 0};
    record.resize(5 + size);
    give(pair.client, record);
    EXPECT_EQ(fault_id(pair.client), size == 512 ? "" : "record.too_long");
    if (size == 513) {
      EXPECT_EQ(pair.client.error()->alert, Alert::record_overflow);
    }
  }
}

TEST_P(Fragments, HaveOneOfFourLengths) {
  for (size_t length : {1u, 511u, 513u, 8192u, 16384u}) {
    client.max_fragment_length = length;
    EXPECT_EQ(ClientConfig::make(client).error().fault, Fault::config_conflict);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, Fragments, testing::Values(Version::tls12, Version::tls13));

}  // namespace
}  // namespace handfast
