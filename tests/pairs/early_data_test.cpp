// 0-RTT: early data is taken once, for what its ticket was for, and never mistaken for other data.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <support/pair.hpp>
#include <support/table13.hpp>

namespace handfast {
namespace {

using namespace support;
using namespace std::chrono_literals;

struct EarlyTable : Table13 {
  EarlyTable() { server.early_data = EarlyDataPolicy{.limit = 1000, .strikes = StrikeRegister::in_memory(now())}; }

  /// A client that has written early data, and a server.
  Pair begin(std::shared_ptr<const Session> session, std::string_view early = "early") {
    ConnectOptions options;
    options.session = std::move(session);
    options.early_data = true;
    auto pair = make_pair(client, server, options);
    EXPECT_TRUE(pair.client.write_early(as_bytes(early)));
    return pair;
  }
};

std::string read_early(Connection& connection) {
  auto data = connection.read_early();
  return data ? std::string(as_text(*data)) : fault_id(connection);
}

Connection make_server(const ServerOptions& options) { return *Connection::server(*ServerConfig::make(options)); }

TEST(EarlyData, IsTakenAndNeverMixed) {
  EarlyTable table;
  auto pair = table.begin(table.connect().client.session());
  EXPECT_EQ(pair.client.early_data_room(), 995u);
  give(pair.server, take(pair.client));
  EXPECT_FALSE(pair.server.connected());
  EXPECT_EQ(read_early(pair.server), "early");
  EXPECT_EQ(read_early(pair.server), "");
  ASSERT_TRUE(pair.server.write_early(as_bytes("answer")));
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
  EXPECT_TRUE(pair.client.summary().early_data);
  EXPECT_TRUE(pair.server.summary().early_data);
  EXPECT_EQ(read_all(pair.client), "answer");
  EXPECT_EQ(read_all(pair.server), "");
  EXPECT_EQ(carry(pair, pair.client, pair.server, "late"), "late");
  EXPECT_EQ(pair.client.early_data_room(), 0u);
  EXPECT_FALSE(pair.client.write_early(as_bytes("too late")));
}

// RFC 8446 sections 5.1 and D.4.
TEST(EarlyData, FollowsTheHelloInRecordsOfItsVersion) {
  EarlyTable table;
  auto pair = table.begin(table.connect().client.session());
  auto flight = take(pair.client);
  std::vector<std::string> records;
  for (size_t at = 0; at + 5 <= flight.size(); at += 5 + size_t{flight[at + 3]} * 256 + flight[at + 4])
    records.push_back(std::to_string(flight[at]) + " " + std::to_string(flight[at + 1] * 256 + flight[at + 2]));
  EXPECT_EQ(records, (std::vector<std::string>{"22 769", "20 771", "23 771"}));
}

TEST(EarlyData, ThatNobodyReadsStaysOut) {
  EarlyTable table;
  auto pair = table.begin(table.connect().client.session());
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "late"), "late");
  EXPECT_EQ(read_early(pair.server), "early");
}

TEST(EarlyData, NeedsAWordOfBothSides) {
  EarlyTable table;
  auto session = table.connect().client.session();
  ConnectOptions options;
  options.session = session;
  auto silent = make_pair(table.client, table.server, options);
  EXPECT_EQ(silent.client.early_data_room(), 0u);
  EXPECT_FALSE(silent.client.write_early(as_bytes("early")));
  EXPECT_FALSE(silent.client.error());
  table.server.early_data.reset();
  auto pair = table.begin(session);
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
  EXPECT_FALSE(pair.client.summary().early_data);
  EXPECT_EQ(read_early(pair.server), "");
  EXPECT_EQ(carry(pair, pair.client, pair.server, "again"), "again");
  EXPECT_TRUE(pair.server.summary().resumed);
}

TEST(EarlyData, NeedsARegister) {
  auto options = server_options();
  options.early_data = EarlyDataPolicy{};
  EXPECT_FALSE(ServerConfig::make(options));
}

// Issue 3, Shows 6.
TEST(EarlyData, ReplayedIsTakenOnce) {
  EarlyTable table;
  auto pair = table.begin(table.connect().client.session(), "pay once");
  auto flight = take(pair.client);
  auto other_options = table.server;   // another server with the same ticket keys and register
  for (auto* options : {&table.server, &other_options}) {
    auto first = make_server(*options), second = make_server(*options);
    give(first, flight);
    give(second, flight);
    EXPECT_EQ(read_early(first), options == &table.server ? "pay once" : "");
    EXPECT_EQ(read_early(second), "");
    EXPECT_FALSE(second.error());
  }
}

TEST(EarlyData, ReplayedIsRefusedByAServerThatBeganLater) {
  EarlyTable table;
  auto pair = table.begin(table.connect().client.session());
  auto flight = take(pair.client);
  auto first = make_server(table.server);
  give(first, flight);
  EXPECT_EQ(read_early(first), "early");
  table.server.early_data->strikes = StrikeRegister::in_memory(now() + 1s);   // it was started anew, the keys were kept
  table.set_clocks(1s);
  auto again = make_server(table.server);
  give(again, flight);
  EXPECT_EQ(read_early(again), "");
}

TEST(EarlyData, IsFreshOrRefused) {
  struct Row {
    std::chrono::milliseconds server_ahead;
    bool taken;
  };
  for (auto row : {Row{0s, true}, Row{10s, true}, Row{10001ms, false}, Row{-10s, true}, Row{-10001ms, false}, Row{1h, false}}) {
    EarlyTable table;
    table.server.early_data->strikes = StrikeRegister::in_memory(now() - 24h);
    auto session = table.connect().client.session();
    table.set_clocks(1h);
    table.server.environment.wall_clock = [=] { return now() + 1h + row.server_ahead; };
    auto pair = table.begin(session);
    pair.pump();
    EXPECT_TRUE(pair.connected());
    EXPECT_TRUE(pair.server.summary().resumed);
    EXPECT_EQ(pair.client.summary().early_data, row.taken) << row.server_ahead.count();
  }
}

TEST(EarlyData, IsForItsProtocolAlone) {
  EarlyTable table;
  table.client.alpn = {"a", "b"};
  table.server.alpn = {"a"};
  auto session = table.connect().client.session();
  table.server.alpn = {"b"};
  auto pair = table.begin(session);
  pair.pump();
  ASSERT_TRUE(pair.connected());
  EXPECT_TRUE(pair.server.summary().resumed);
  EXPECT_FALSE(pair.server.summary().early_data);
  EXPECT_EQ(read_early(pair.server), "");
  EXPECT_EQ(pair.client.summary().alpn, "b");
}

TEST(EarlyData, IsForItsSuiteAlone) {
  EarlyTable table;
  table.client.suites = {Suite::TLS_AES_128_GCM_SHA256, Suite::TLS_CHACHA20_POLY1305_SHA256};
  auto session = table.connect().client.session();
  table.server.suites = {Suite::TLS_CHACHA20_POLY1305_SHA256};
  auto pair = table.begin(session);
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
  EXPECT_TRUE(pair.server.summary().resumed);
  EXPECT_FALSE(pair.server.summary().early_data);
}

TEST(EarlyData, IsRefusedWithAHelloRetryRequest) {
  EarlyTable table;
  auto session = table.connect().client.session();
  table.client.key_shares = {Group::x25519};
  table.server.groups = {Group::secp384r1};
  auto pair = table.begin(session);
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
  EXPECT_TRUE(pair.server.summary().resumed);
  EXPECT_FALSE(pair.client.summary().early_data);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "again"), "again");
}

TEST(EarlyData, IsRefusedWithAnUnknownTicket) {
  EarlyTable table;
  auto session = table.connect().client.session();
  table.server.ticket_keys = std::make_shared<TicketKeys>();
  auto pair = table.begin(session);
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
  EXPECT_FALSE(pair.server.summary().resumed);
  EXPECT_FALSE(pair.client.summary().early_data);
}

TEST(EarlyData, IsBounded) {
  EarlyTable table;
  auto session = table.connect().client.session();
  auto pair = table.begin(session, std::string(1000, 'x'));
  EXPECT_EQ(pair.client.early_data_room(), 0u);
  EXPECT_FALSE(pair.client.write_early(as_bytes("y")));
  pair.pump();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(read_early(pair.server).size(), 1000u);
  // A register that is full refuses.
  table.server.early_data->strikes = StrikeRegister::in_memory(now(), 0);
  auto refused = table.begin(session);
  refused.pump();
  EXPECT_TRUE(refused.connected());
  EXPECT_FALSE(refused.server.summary().early_data);
}

TEST(EarlyData, AnyByteChangedIsNeverTaken) {
  EarlyTable table;
  auto session = table.connect().client.session();
  auto pair = table.begin(session);
  auto flight = take(pair.client);
  const size_t hello_end = 5 + (size_t{flight[3]} << 8 | flight[4]);   // the ChangeCipherSpec follows
  for (size_t at = 0; at < flight.size(); ++at) {
    auto options = table.server;
    options.early_data->strikes = StrikeRegister::in_memory(now());
    auto server = make_server(options);
    auto changed = flight;
    changed[at] ^= 1;
    give(server, changed);
    auto early = server.error() ? std::string() : read_early(server);
    // A record header's version and the content of ChangeCipherSpec are not protected.
    EXPECT_TRUE(early.empty() || early == "early") << at;
    if (early.empty()) continue;
    EXPECT_TRUE(at < 5 || (at >= hello_end && at < hello_end + 6)) << at;
  }
}

}  // namespace
}  // namespace handfast
