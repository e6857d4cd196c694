// A client's store of sessions.
#include <gtest/gtest.h>

#include <handshake/session_state.hpp>

namespace handfast {
namespace {

std::shared_ptr<const Session> of_tls12() {
  return std::make_shared<const Session>(std::make_shared<const Session::State>());
}
std::shared_ptr<const Session> of_tls13() {
  return std::make_shared<const Session>(std::make_shared<const Session::State>(ClientSession13{}));
}

TEST(ClientSessions, GivesATls12SessionAgainAndAgain) {
  auto store = ClientSessions::in_memory();
  EXPECT_FALSE(store->take("a"));
  auto first = of_tls12(), second = of_tls12();
  store->put("a", first);
  EXPECT_EQ(store->take("a"), first);
  EXPECT_EQ(store->take("a"), first);
  store->put("a", second);
  EXPECT_EQ(store->take("a"), second);
  store->remove("a");
  EXPECT_FALSE(store->take("a"));
}

TEST(ClientSessions, GivesEachTls13SessionOnceNewestFirst) {
  auto store = ClientSessions::in_memory();
  auto first = of_tls13(), second = of_tls13(), other = of_tls13();
  store->put("a", first);
  store->put("a", second);
  store->put("b", other);
  EXPECT_EQ(store->take("a"), second);
  EXPECT_EQ(store->take("a"), first);
  EXPECT_FALSE(store->take("a"));
  EXPECT_EQ(store->take("b"), other);
}

TEST(ClientSessions, IsBounded) {
  auto store = ClientSessions::in_memory(2);
  std::vector<std::shared_ptr<const Session>> sessions;
  for (int i = 0; i < 9; ++i) store->put("a", sessions.emplace_back(of_tls13()));
  for (size_t i = 9; i-- > 1;) EXPECT_EQ(store->take("a"), sessions[i]);
  EXPECT_FALSE(store->take("a"));
  store->put("a", of_tls13());
  store->put("b", of_tls13());
  store->put("a", of_tls13());
  store->put("c", of_tls13());
  EXPECT_FALSE(store->take("b"));
  EXPECT_TRUE(store->take("a"));
  EXPECT_TRUE(store->take("c"));
}

TEST(ClientSessions, KeepsOneVersionOfAServer) {
  auto store = ClientSessions::in_memory();
  auto old = of_tls12(), current = of_tls13();
  store->put("a", old);
  store->put("a", current);
  EXPECT_EQ(store->take("a"), current);
  EXPECT_FALSE(store->take("a"));
  store->put("a", current);
  store->put("a", old);
  EXPECT_EQ(store->take("a"), old);
}

}  // namespace
}  // namespace handfast
