// HelloRetryRequest, and a server that keeps nothing between the two hellos.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <handshake/session_state.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

using namespace support;

struct Stateless {
  std::chrono::system_clock::time_point time = now();
  std::shared_ptr<TicketKeys> keys = std::make_shared<TicketKeys>();
  ClientOptions client = client_options();
  ServerOptions server = server_options();

  Stateless() {
    client.versions = server.versions = {Version::tls13};
    server.stateless_retry = true;
    server.ticket_keys = keys;
    server.environment.wall_clock = [this] { return time; };
  }
  Connection accept(std::string address = "192.0.2.1") const {
    AcceptOptions options;
    options.client_address = std::move(address);
    return *Connection::server(*ServerConfig::make(server), options);
  }
};

void carry_all(Connection& from, Connection& to) {
  while (!from.output().empty()) {
    auto room = to.input();
    auto n = std::min(room.size(), from.output().size());
    if (n == 0) return;
    std::copy_n(from.output().begin(), n, room.begin());
    from.sent(n);
    if (!to.received(n)) return;
  }
}

void finish(Connection& client, Connection& server) {
  for (int i = 0; i < 4; ++i) {
    carry_all(client, server);
    carry_all(server, client);
  }
}

TEST(StatelessRetry, AnotherConnectionTakesTheSecondHello) {
  for (bool needs_share : {false, true}) {
    Stateless test;
    if (needs_share) test.server.groups = {Group::secp384r1};
    auto client = *Connection::client(*ClientConfig::make(test.client), "server.test");
    auto first = test.accept();
    carry_all(client, first);
    carry_all(first, client);
    auto second = test.accept();   // a ChangeCipherSpec comes first
    finish(client, second);
    ASSERT_TRUE(client.connected() && second.connected()) << fault_id(client) << " " << fault_id(second);
    EXPECT_EQ(first.state(), State::handshaking);
    EXPECT_EQ(client.summary().group, needs_share ? Group::secp384r1 : Group::X25519MLKEM768);
  }
}

TEST(StatelessRetry, TheSameConnectionTakesItToo) {
  Stateless test;
  auto pair = shake_hands(test.client, test.server);
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_EQ(carry(pair, pair.client, pair.server, "hello"), "hello");
}

struct Refused {
  Connection client, server;
};
Refused take_second_hello(Stateless& test, auto change) {
  auto client = *Connection::client(*ClientConfig::make(test.client), "server.test");
  auto first = test.accept();
  carry_all(client, first);
  carry_all(first, client);
  auto second = change();
  finish(client, second);
  return {std::move(client), std::move(second)};
}

TEST(StatelessRetry, CookieIsGoodForItsAddressAndForAWhile) {
  Stateless test;
  auto elsewhere = take_second_hello(test, [&] { return test.accept("192.0.2.2"); });
  EXPECT_EQ(fault_id(elsewhere.server), "hello.cookie_invalid");
  EXPECT_EQ(elsewhere.client.error()->alert, Alert::illegal_parameter);
  auto in_time = take_second_hello(test, [&] {
    test.time += std::chrono::seconds(30);
    return test.accept();
  });
  EXPECT_TRUE(in_time.server.connected());
  auto late = take_second_hello(test, [&] {
    test.time += std::chrono::seconds(31);
    return test.accept();
  });
  EXPECT_EQ(fault_id(late.server), "hello.cookie_invalid");
}

TEST(StatelessRetry, CookieOfOtherKeysOrAnotherChoiceIsNotTaken) {
  Stateless test;
  auto stranger = take_second_hello(test, [&] {
    auto other = test;
    other.server.ticket_keys = std::make_shared<TicketKeys>();
    other.server.environment = test.server.environment;
    return other.accept();
  });
  EXPECT_EQ(fault_id(stranger.server), "hello.cookie_invalid");
  auto changed = take_second_hello(test, [&] {
    auto other = test;
    other.server.suites = {Suite::TLS_CHACHA20_POLY1305_SHA256};
    return other.accept();
  });
  EXPECT_EQ(fault_id(changed.server), "hello.cookie_invalid");
}

/// Where the body of this extension begins in a hello.
size_t body_of(const Buffer& hello, uint8_t type) {
  auto two = [&](size_t at) { return size_t{hello.at(at)} << 8 | hello.at(at + 1); };
  size_t at = hello.at(0) == 20 ? 6 : 0;   // behind a ChangeCipherSpec
  at += 5 + 4 + 2 + 32;                    // record, message, version, random
  at += 1 + size_t{hello.at(at)};          // session id
  at += 2 + two(at);                       // suites
  at += 1 + size_t{hello.at(at)};          // compression methods
  for (at += 2; at + 4 <= hello.size(); at += 4 + two(at + 2))
    if (two(at) == type) return at + 4;
  throw std::runtime_error("the hello has no such extension");
}

// The clocks of servers differ.
TEST(StatelessRetry, CookieOfAFasterClockIsTaken) {
  Stateless test;
  auto in_time = take_second_hello(test, [&] {
    test.time -= std::chrono::seconds(30);
    return test.accept();
  });
  EXPECT_TRUE(in_time.server.connected());
  auto early = take_second_hello(test, [&] {
    test.time -= std::chrono::seconds(31);
    return test.accept();
  });
  EXPECT_EQ(fault_id(early.server), "hello.cookie_invalid");
}

TEST(StatelessRetry, AlteredCookieIsNotTaken) {
  Stateless test;
  test.client.middlebox_compatibility = test.client.grease = false;
  auto client = *Connection::client(*ClientConfig::make(test.client), "server.test");
  auto first = test.accept();
  carry_all(client, first);
  carry_all(first, client);
  const auto second_hello = take(client);
  const auto cookie = body_of(second_hello, 44);
  for (size_t at = cookie + 2; at < cookie + 2 + (size_t{second_hello[cookie]} << 8 | second_hello[cookie + 1]); ++at) {
    auto altered = second_hello;
    altered[at] ^= 1;
    auto server = test.accept();
    give(server, altered);
    ASSERT_EQ(fault_id(server), "hello.cookie_invalid") << at;
  }
  auto server = test.accept();
  give(server, second_hello);
  EXPECT_EQ(fault_id(server), "");
  EXPECT_FALSE(server.output().empty());
}

TEST(StatelessRetry, SecondHelloIsTheFirst) {
  Stateless test;
  for (bool asks_for_share : {true, false}) {
    if (asks_for_share) test.server.groups = {Group::secp384r1};
    auto client = *Connection::client(*ClientConfig::make(test.client), "server.test");
    auto first = test.accept();
    carry_all(client, first);
    carry_all(first, client);
    auto hello = take(client);
    const auto record = std::ranges::search(hello, std::array<uint8_t, 3>{22, 3, 3});   // behind a ChangeCipherSpec
    hello.erase(hello.begin(), record.begin());
    hello[5 + 4 + 2] ^= 1;   // its random
    auto server = test.accept();
    give(server, hello);
    EXPECT_EQ(fault_id(server), "hello.second_hello_changed");
    test.server.groups.clear();
  }
}

// RFC 8446 section 4.1.2: without a group in the retry the shares stay.
TEST(StatelessRetry, SharesStayWhereNoneIsAskedFor) {
  Stateless test;
  test.client.groups = test.client.key_shares = {Group::x25519};
  auto client = *Connection::client(*ClientConfig::make(test.client), "server.test");
  auto first = test.accept();
  carry_all(client, first);
  carry_all(first, client);
  auto hello = take(client);
  hello[body_of(hello, 51) + 10] ^= 1;   // in its share
  auto server = test.accept();
  give(server, hello);
  EXPECT_EQ(fault_id(server), "hello.second_hello_changed");
}

TEST(StatelessRetry, TicketIsNoCookie) {
  Stateless test;
  auto pair = shake_hands(test.client, test.server);
  ASSERT_TRUE(pair.client.session());
  const auto ticket = session13(*pair.client.session())->ticket.bytes;
  auto client = *Connection::client(*ClientConfig::make(test.client), "server.test");
  auto hello = client.output();
  Buffer with_cookie(hello.begin(), hello.end());
  Buffer cookie = {0, 44};
  for (size_t length : {ticket.size() + 2, ticket.size()}) {
    cookie.push_back(static_cast<uint8_t>(length >> 8));
    cookie.push_back(static_cast<uint8_t>(length));
  }
  cookie.insert(cookie.end(), ticket.begin(), ticket.end());
  with_cookie.insert(with_cookie.end(), cookie.begin(), cookie.end());
  auto enlarge = [&](size_t at) {
    auto length = (size_t{with_cookie[at]} << 8 | with_cookie[at + 1]) + cookie.size();
    with_cookie[at] = static_cast<uint8_t>(length >> 8);
    with_cookie[at + 1] = static_cast<uint8_t>(length);
  };
  const size_t session_id = 5 + 4 + 2 + 32;
  const size_t suites = session_id + 1 + with_cookie[session_id];
  const size_t compression = suites + 2 + (size_t{with_cookie[suites]} << 8 | with_cookie[suites + 1]);
  enlarge(3);
  enlarge(5 + 2);
  enlarge(compression + 2);
  auto server = test.accept();
  give(server, with_cookie);
  ASSERT_EQ(fault_id(server), "hello.cookie_invalid");
  EXPECT_NE(server.error()->message().find("something else"), std::string::npos) << server.error()->message();
}

TEST(StatelessRetry, SessionsAreResumed) {
  Stateless test;
  auto session = shake_hands(test.client, test.server).client.session();
  ASSERT_TRUE(session);
  for (bool needs_share : {false, true}) {
    test.server.groups = needs_share ? std::vector{Group::secp384r1} : std::vector<Group>{};
    ConnectOptions connect;
    connect.session = session;
    auto client = *Connection::client(*ClientConfig::make(test.client), "server.test", connect);
    auto first = test.accept();
    carry_all(client, first);
    carry_all(first, client);
    auto second = test.accept();
    finish(client, second);
    ASSERT_TRUE(client.connected() && second.connected()) << fault_id(client) << " " << fault_id(second);
    EXPECT_TRUE(second.summary().resumed);
  }
}

// RFC 8446 section 4.2.10. The register must not hear of it: it would think the ticket used.
TEST(StatelessRetry, EarlyDataIsRefusedBeforeItIsCounted) {
  struct Counting : StrikeRegister {
    size_t asked = 0;
    bool first_use(const EarlyDataUse&, std::chrono::system_clock::time_point) override { return ++asked > 0; }
  };
  Stateless test;
  auto strikes = std::make_shared<Counting>();
  test.server.early_data = EarlyDataPolicy{.limit = 1000, .strikes = strikes};
  ConnectOptions connect;
  auto remembering = test.server;
  remembering.stateless_retry = false;
  connect.session = shake_hands(test.client, remembering).client.session();
  connect.early_data = true;
  auto pair = make_pair(test.client, test.server, connect);
  ASSERT_TRUE(pair.client.write_early(as_bytes("early")));
  pair.pump();
  ASSERT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
  EXPECT_TRUE(pair.server.summary().resumed);
  EXPECT_FALSE(pair.client.summary().early_data);
  EXPECT_EQ(strikes->asked, 0u);
  EXPECT_TRUE(pair.server.read_early()->empty());
  connect.session = pair.client.session();
  EXPECT_EQ(make_pair(test.client, test.server, connect).client.early_data_room(), 0u);   // whose tickets promise none
}

TEST(StatelessRetry, OfTls12NothingIsKnown) {
  Stateless test;
  test.server.versions = {Version::tls12};
  EXPECT_EQ(ServerConfig::make(test.server).error().fault, Fault::config_conflict);
  test.server.versions = {Version::tls13, Version::tls12};
  test.client.versions = {Version::tls12};
  auto pair = shake_hands(test.client, test.server);
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
}

TEST(StatelessRetry, TraceSaysWhy) {
  struct Decisions : Sink {
    std::string text;
    void event(const Origin&, const Event& event) override {
      auto decision = std::get_if<DecisionEvent>(&event);
      if (decision && decision->what == "hello_retry") text += fmt::format("{}: {}\n", decision->chosen, decision->because);
    }
  };
  Stateless test;
  for (bool needs_share : {false, true}) {
    if (needs_share) test.server.groups = {Group::secp384r1};
    Decisions decisions;
    AcceptOptions accept;
    accept.sink = &decisions;
    shake_hands(test.client, test.server, {}, accept);
    auto first = needs_share ? "secp384r1: the client has the group and sent no share of it; nothing is kept of a first hello: its "
                               "cookie must come back\n"
                             : "cookie: nothing is kept of a first hello: its cookie must come back\n";
    EXPECT_EQ(decisions.text, fmt::format("{}answered: its cookie is ours, fresh, and for this address\n", first));
  }
}

TEST(StatelessRetry, ChangeCipherSpecComesBeforeACookieAlone) {
  Stateless test;
  for (bool is_stateless : {true, false}) {
    test.server.stateless_retry = is_stateless;
    auto server = test.accept();
    const uint8_t change[] = {20, 3, 3, 0, 1, 1};
    std::ranges::copy(change, server.input().begin());
    EXPECT_EQ(server.received(sizeof change).has_value(), is_stateless);
    auto client = *Connection::client(*ClientConfig::make(test.client), "server.test");
    carry_all(client, server);
    EXPECT_EQ(fault_id(server), "message.unexpected");
  }
}

}  // namespace
}  // namespace handfast
