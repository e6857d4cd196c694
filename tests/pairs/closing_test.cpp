// What comes in at odd moments around the end of a connection: none of it may be taken for the peer's data.
#include <gtest/gtest.h>

#include <cstring>

#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

constexpr uint8_t alert_record = 21, data_record = 23;

Buffer record(uint8_t type, std::string_view content) {
  Buffer bytes{type, 3, 3, static_cast<uint8_t>(content.size() >> 8), static_cast<uint8_t>(content.size())};
  for (auto c : content) bytes.push_back(static_cast<uint8_t>(c));   // g++ 12 warns about an insert here
  return bytes;
}

/// How many of the bytes it takes.
size_t feed(Connection& connection, Bytes bytes) {
  auto room = connection.input();
  auto n = std::min(room.size(), bytes.size());
  if (n > 0) std::memcpy(room.data(), bytes.data(), n);
  static_cast<void>(connection.received(n));
  return n;
}

TEST(Closing, DuringTheHandshakeEndsIt) {
  auto pair = make_pair(client_options(), server_options());
  take(pair.client);
  pair.client.close();
  EXPECT_EQ(pair.client.state(), State::closed);
  EXPECT_EQ(take(pair.client), (Buffer{alert_record, 3, 1, 0, 2, 1, 0}));
  EXPECT_EQ(feed(pair.client, record(data_record, "not from the server")), 0u);
  EXPECT_EQ(read_all(pair.client), "");
  EXPECT_FALSE(pair.client.deadline());
  EXPECT_TRUE(pair.client.check_deadline());
  EXPECT_TRUE(pair.client.received_end());
  EXPECT_EQ(pair.client.write(as_bytes("x")).error().fault, Fault::connection_closed);
}

TEST(Closing, OfAnUnfinishedHandshakeExportsNothing) {
  auto pair = make_pair(client13(), server13());
  feed(pair.server, take(pair.client));
  pair.server.close();   // it has sent its Finished; nobody has answered
  EXPECT_EQ(pair.server.state(), State::closed);
  EXPECT_EQ(pair.server.exporter("EXPORTER-test", std::nullopt, 32).error().fault, Fault::handshake_incomplete);
  EXPECT_EQ(pair.server.channel_binding(ChannelBinding::tls_server_end_point).error().fault, Fault::handshake_incomplete);
}

TEST(Closing, LeavesTheHandshakeWithoutAnAnswer) {
  auto pair = make_pair(client_options(), server_options());
  auto hello = take(pair.client);
  pair.server.close();
  take(pair.server);
  feed(pair.server, hello);
  EXPECT_TRUE(pair.server.output().empty());
  EXPECT_EQ(pair.server.state(), State::closed);
}

TEST(Closing, HasNoWordAfterCloseNotify) {
  auto pair = shake_hands();
  pair.server.close();
  take(pair.server);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "more"), "more");
  EXPECT_TRUE(pair.server.output().empty());
}

TEST(Closing, KeepsDataThatHasNotBeenRead) {
  auto pair = shake_hands();
  ASSERT_TRUE(pair.client.write(as_bytes(std::string(100, 'a'))));
  auto first = take(pair.client);
  ASSERT_TRUE(pair.client.write(as_bytes(std::string(200, 'b'))));
  auto second = take(pair.client);
  EXPECT_EQ(feed(pair.server, first), first.size());
  EXPECT_EQ(feed(pair.server, second), 0u);   // it must be read first
  EXPECT_EQ(read_all(pair.server), std::string(100, 'a'));
  EXPECT_EQ(feed(pair.server, second), second.size());
  EXPECT_EQ(read_all(pair.server), std::string(200, 'b'));
}

TEST(Closing, DropsWhatComesAfterThePeersCloseNotify) {
  auto pair = shake_hands();
  pair.client.close();
  auto bytes = take(pair.client);
  auto more = record(data_record, "after the end");
  bytes.insert(bytes.end(), more.begin(), more.end());
  feed(pair.server, bytes);
  EXPECT_TRUE(pair.server.peer_closed());
  EXPECT_EQ(read_all(pair.server), "");
  EXPECT_EQ(feed(pair.server, more), 0u);
  EXPECT_EQ(pair.server.error(), nullptr);
}

TEST(Closing, ReceivedWithoutRoomIsNothing) {
  auto pair = shake_hands();
  EXPECT_TRUE(pair.server.received(100));
  EXPECT_EQ(read_all(pair.server), "");
  EXPECT_EQ(carry(pair, pair.client, pair.server, "still there"), "still there");
}

TEST(Failed, ExportsNothingAnyMore) {
  auto pair = shake_hands();
  EXPECT_TRUE(pair.client.exporter("EXPORTER-test", std::nullopt, 32));
  EXPECT_FALSE(pair.client.received_end());
  EXPECT_EQ(pair.client.exporter("EXPORTER-test", std::nullopt, 32).error().fault, Fault::truncated);
}

/// Throws at the n-th event.
struct ThrowingSink : Sink {
  size_t left = 0;
  void event(const Origin&, const Event&) override {
    if (left > 0 && --left == 0) throw std::runtime_error("no room in the log");
  }
};

TEST(Failed, AnExceptionOfTheApplicationIsAFailure) {
  bool has_failed = true;
  for (size_t at = 1; has_failed; ++at) {
    ThrowingSink sink;
    ConnectOptions connect;
    connect.sink = &sink;
    auto pair = make_pair(client_options(), server_options(), connect);
    sink.left = at;
    pair.pump();
    has_failed = pair.client.error() != nullptr;
    if (!has_failed) break;
    EXPECT_EQ(fault_id(pair.client), "local.application_threw") << at;
    EXPECT_FALSE(pair.client.received(0)) << at;
    ASSERT_LT(at, 1000u);
  }
}

TEST(Failed, ExporterRefusesAbsurdLengths) {
  auto pair = shake_hands();
  EXPECT_EQ(pair.client.exporter("EXPORTER-test", std::nullopt, SIZE_MAX).error().fault, Fault::value_too_long);
}

}  // namespace
}  // namespace handfast
