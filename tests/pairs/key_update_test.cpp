// KeyUpdates that are asked for, and not taken (RFC 8446 section 4.6.3).
#include <gtest/gtest.h>

#include <algorithm>

#include <support/table13.hpp>

namespace handfast {
namespace {

using namespace support;

struct SentUpdates : Sink {
  std::string order;   ///< "K" for each KeyUpdate, "d" for each record of data
  void event(const Origin&, const Event& event) override {
    if (auto message = std::get_if<MessageEvent>(&event))
      if (message->direction == Direction::sent && message->name == "KeyUpdate") order += 'K';
    if (auto record = std::get_if<RecordEvent>(&event))
      if (record->direction == Direction::sent && record->content_type == 23) order += 'd';
  }
};

void carry_one_way(Connection& from, Connection& to) {
  while (!from.output().empty()) {
    auto n = std::min(to.input().size(), from.output().size());
    std::copy_n(from.output().begin(), n, to.input().begin());
    from.sent(n);
    if (!to.received(n)) return;
  }
}

class UpdatesOfGreedyPeer : public testing::Test {
 protected:
  UpdatesOfGreedyPeer() {
    Table13 table;
    AcceptOptions accept;
    accept.sink = &sent;
    pair.emplace(shake_hands(table.client, table.server, {}, accept));
    read_all(pair->client);
    sent.order.clear();
  }
  /// The client asks so often, with data between, and takes nothing.
  void ask(int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(pair->client.update_keys(true));
      ASSERT_TRUE(pair->client.write(as_bytes("x")));
      carry_one_way(pair->client, pair->server);
      ASSERT_EQ(read_all(pair->server), "x");
    }
  }
  SentUpdates sent;
  std::optional<Pair> pair;
};

TEST_F(UpdatesOfGreedyPeer, AreAnsweredOnceBeforeTheNextData) {
  ask(200);
  EXPECT_EQ(pair->server.output().size(), 0u);
  ASSERT_TRUE(pair->server.write(as_bytes("data")));
  EXPECT_EQ(sent.order, "Kd");
  pair->pump();
  EXPECT_EQ(read_all(pair->client), "data");
  EXPECT_EQ(carry(*pair, pair->client, pair->server, "too"), "too");
  EXPECT_EQ(carry(*pair, pair->server, pair->client, "after"), "after");
  EXPECT_EQ(sent.order, "Kdd");
}

TEST_F(UpdatesOfGreedyPeer, AreAnsweredByAnUpdateOfOurOwn) {
  ask(3);
  ASSERT_TRUE(pair->server.update_keys());
  ASSERT_TRUE(pair->server.write(as_bytes("data")));
  EXPECT_EQ(sent.order, "Kd");
  pair->pump();
  EXPECT_EQ(read_all(pair->client), "data");
}

TEST_F(UpdatesOfGreedyPeer, AreNotAnsweredAfterCloseNotify) {
  ask(3);
  pair->server.close();
  pair->pump();
  EXPECT_EQ(sent.order, "");
  EXPECT_EQ(fault_id(pair->client), "");
  EXPECT_TRUE(pair->client.peer_closed());
}

}  // namespace
}  // namespace handfast
