// What the public headers let threads share is shared here: one configuration of each side, the stores of sessions, tickets and early
// data behind it, its sinks. Each thread has connections of its own. `./check --full` runs this under the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <support/pair.hpp>
#include <trace/json.hpp>
#include <trace/ladder.hpp>
#include <trace/tee.hpp>

namespace handfast {
namespace {

using namespace support;
using namespace std::chrono_literals;

constexpr size_t thread_count = 4;

/// Runs `work(thread)` on all threads, which begin at the same time.
template <class Work>
void on_all_threads(Work work) {
  std::barrier begin(thread_count);
  std::vector<std::jthread> threads;
  for (size_t thread = 0; thread < thread_count; ++thread)
    threads.emplace_back([&begin, &work, thread] {
      begin.arrive_and_wait();
      work(thread);
    });
}

class CountingKeyLog : public KeyLog {
 public:
  void secret(std::string_view label, Bytes, Bytes) override {
    const std::scoped_lock lock(mutex_);
    ++count_[std::string(label)];
  }
  size_t count(const std::string& label) {
    const std::scoped_lock lock(mutex_);
    return count_[label];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, size_t> count_;
};

/// Both sides' configurations with all that they may have in common with others.
struct Shared {
  std::shared_ptr<CountingKeyLog> key_log = std::make_shared<CountingKeyLog>();
  std::shared_ptr<TicketKeys> ticket_keys = std::make_shared<TicketKeys>();
  std::shared_ptr<SessionCache> session_cache = std::make_shared<SessionCache>(3);
  std::shared_ptr<StrikeRegister> strikes = StrikeRegister::in_memory(now());
  ClientOptions client_options;
  ServerOptions server_options;
  std::shared_ptr<const ClientConfig> client;

  explicit Shared(Version version) : client_options(support::client_options()), server_options(support::server_options()) {
    client_options.versions = server_options.versions = {version};
    client_options.identities = {client_identity("alice"), client_identity("ed", KeyKind::ed25519)};
    client_options.sessions = ClientSessions::in_memory(2);
    client_options.request_staple = true;
    client_options.key_log = key_log;
    server_options.identities = {*server_identity().with_staple(server_staple()), server_identity(KeyKind::rsa)};
    server_options.client_auth = ClientAuth::require;
    server_options.client_trust = trust();
    server_options.ticket_keys = ticket_keys;
    server_options.session_cache = session_cache;
    if (version == Version::tls13) {
      client_options.certificate_compressions = server_options.certificate_compressions = {CertificateCompression::zlib};
      server_options.early_data = EarlyDataPolicy{.limit = 1000, .strikes = strikes};
    }
    client = *ClientConfig::make(client_options);
    replace_server();
  }

  std::shared_ptr<const ServerConfig> server() const {
    const std::scoped_lock lock(mutex_);
    return server_;
  }
  /// As a server does that is given new certificates.
  void replace_server() {
    auto made = *ServerConfig::make(server_options);
    const std::scoped_lock lock(mutex_);
    server_ = std::move(made);
  }

  Pair connect(Sink* sink = nullptr, uint64_t id = 0, ConnectOptions options = {}) {
    options.sink = sink;
    options.id = id;
    return {*Connection::client(client, "server.test", options), *Connection::server(server(), {.sink = sink, .id = id})};
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ServerConfig> server_;
};

/// A handshake, data both ways and a close; whether it was a resumption.
bool talk(Pair pair) {
  pair.pump();
  EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
  if (!pair.connected()) return false;
  EXPECT_EQ(carry(pair, pair.client, pair.server, "ping"), "ping");
  EXPECT_EQ(carry(pair, pair.server, pair.client, "pong"), "pong");
  EXPECT_TRUE(pair.server.summary().client_certificate_sent);
  pair.client.close();
  pair.pump();
  pair.server.close();
  pair.pump();
  return pair.client.summary().resumed;
}

std::string shown(Version version) { return version == Version::tls12 ? "Tls12" : "Tls13"; }

class Sharing : public testing::TestWithParam<Version> {};

TEST_P(Sharing, OneConfigurationOfEachSide) {
  constexpr size_t rounds = 24;
  Shared shared(GetParam());
  std::atomic<size_t> resumed = 0;
  on_all_threads([&](size_t thread) {
    for (size_t round = 0; round < rounds; ++round) {
      if (thread == 0 && round % 4 == 1) {
        EXPECT_TRUE(shared.ticket_keys->rotate(now()));
      }
      if (thread == 1 && round % 4 == 2) shared.replace_server();
      resumed += talk(shared.connect());
    }
  });
  EXPECT_GT(resumed, 0u);
  EXPECT_LT(resumed, rounds * thread_count);
  EXPECT_EQ(shared.key_log->count(GetParam() == Version::tls12 ? "CLIENT_RANDOM" : "SERVER_TRAFFIC_SECRET_0"), rounds * thread_count);
}

TEST_P(Sharing, OneSessionByAllThreads) {
  Shared shared(GetParam());
  auto first = shared.connect();
  first.pump();
  read_all(first.client);
  const auto session = first.client.session();
  ASSERT_TRUE(session);
  std::atomic<size_t> resumed = 0;
  on_all_threads([&](size_t) {
    for (size_t round = 0; round < 8; ++round) resumed += talk(shared.connect(nullptr, 0, {.session = session}));
  });
  EXPECT_EQ(resumed, 8 * thread_count);
}

TEST_P(Sharing, OneSinkBehindALock) {
  Shared shared(GetParam());
  size_t lines = 0, pieces = 0;
  trace::JsonTrace json([&](std::string_view) { ++lines; });
  trace::Ladder ladder([&](std::string_view) { ++pieces; });
  trace::Tee both({&json, &ladder});
  trace::SharedSink sink(both);
  on_all_threads([&](size_t thread) {
    for (size_t round = 0; round < 4; ++round) talk(shared.connect(&sink, thread * 100 + round));
  });
  EXPECT_GT(lines, 16 * thread_count);
  EXPECT_GT(pieces, 16 * thread_count);
}

INSTANTIATE_TEST_SUITE_P(Versions, Sharing, testing::Values(Version::tls12, Version::tls13),
                         [](const auto& version) { return shown(version.param); });

TEST(SharingSessionIds, MoreSessionsThanAreKept) {
  Shared shared(Version::tls12);
  shared.server_options.tickets = false;
  shared.replace_server();
  on_all_threads([&](size_t thread) {
    const auto sessions = ClientSessions::in_memory();
    for (size_t round = 0; round < 12; ++round) {
      auto pair = shared.connect(nullptr, 0, {.session = sessions->take("server.test")});
      pair.pump();
      if (pair.client.session() && round % 3 != thread % 3) sessions->put("server.test", pair.client.session());
      talk(std::move(pair));
    }
  });
  EXPECT_LE(shared.session_cache->size(), shared.session_cache->limit());
}

TEST(SharingEarlyData, EachFlightIsTakenOnce) {
  Shared shared(Version::tls13);
  auto first = shared.connect();
  first.pump();
  read_all(first.client);
  const auto session = first.client.session();
  ASSERT_TRUE(session);
  std::atomic<size_t> taken = 0;
  on_all_threads([&](size_t) {
    auto pair = shared.connect(nullptr, 0, {.session = session, .early_data = true});
    EXPECT_TRUE(pair.client.write_early(as_bytes("once")));
    pair.pump();
    EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
    EXPECT_EQ(pair.client.summary().early_data, pair.server.summary().early_data);
    taken += pair.server.summary().early_data;
  });
  EXPECT_EQ(taken, 1u);
}

/// What a process makes once, when it is first used, is used first by all threads at once, whichever suite and group they agree on.
TEST(SharingTheProcess, EverySuiteAndGroupAtOnce) {
  struct Agreed {
    Version version;
    Suite suite;
    Group group;
    KeyKind key;
  };
  using enum Suite;
  const std::vector<Agreed> all = {
      {Version::tls13, TLS_AES_128_GCM_SHA256, Group::X25519MLKEM768, KeyKind::p256},
      {Version::tls13, TLS_AES_256_GCM_SHA384, Group::secp256r1, KeyKind::p384},
      {Version::tls13, TLS_CHACHA20_POLY1305_SHA256, Group::x25519, KeyKind::ed25519},
      {Version::tls13, TLS_AES_128_CCM_SHA256, Group::secp384r1, KeyKind::rsa},
      {Version::tls12, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, Group::secp521r1, KeyKind::p256},
      {Version::tls12, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, Group::x25519, KeyKind::rsa},
      {Version::tls12, TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, Group::ffdhe2048, KeyKind::rsa},
      {Version::tls12, TLS_RSA_WITH_AES_128_CBC_SHA256, Group::x25519, KeyKind::rsa},
  };
  for (auto kind : {KeyKind::p256, KeyKind::p384, KeyKind::rsa, KeyKind::ed25519}) server_identity(kind);
  on_all_threads([&](size_t thread) {
    for (size_t i = 0; i < all.size(); ++i) {
      const auto& [version, suite, group, key] = all[(i + thread) % all.size()];
      auto client = client_options();
      auto server = server_options(key);
      client.versions = server.versions = {version};
      client.suites = server.suites = {suite};
      client.groups = server.groups = {group};
      auto pair = shake_hands(client, server);
      EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << fault_id(pair.server);
      EXPECT_EQ(pair.client.summary().suite, suite);
    }
  });
}

}  // namespace
}  // namespace handfast
