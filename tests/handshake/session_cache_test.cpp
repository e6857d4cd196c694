// A server's sessions by session id, from many threads.
#include <gtest/gtest.h>

#include <thread>

#include <handshake/session_state.hpp>
#include <support/identities.hpp>

#include "raw_hello.hpp"

namespace handfast {
namespace {

using namespace support;

TEST(SessionCache, ServesManyThreads) {
  constexpr size_t limit = 20;
  SessionCache cache(limit, std::chrono::hours(1));
  std::atomic<size_t> found = 0, wrong = 0;
  auto work = [&](uint8_t who) {
    for (size_t i = 0; i < 3000; ++i) {
      const auto n = static_cast<uint8_t>((i * 7 + who) % 50);
      const Buffer id(32, n);
      if (i % 3 == 0) cache.put(id, Buffer(100, n), now());
      if (auto session = cache.find(id, now())) ++(*session == Buffer(100, n) ? found : wrong);
      if (i % 11 == 0) cache.remove(id);
      if (i % 17 == 0) static_cast<void>(cache.find(id, now() + std::chrono::hours(2)));   // drops it
      if (cache.size() > limit) ++wrong;
    }
  };
  std::vector<std::jthread> threads;
  for (uint8_t who = 0; who < 4; ++who) threads.emplace_back(work, who);
  threads.clear();
  EXPECT_EQ(wrong, 0u);
  EXPECT_GT(found, 0u);
  EXPECT_LE(cache.size(), limit);
}

/// The server's answer to a client that offers what the server keeps as a session of this version.
bool resumes(Version version, bool by_ticket) {
  auto client = client_options();
  client.tickets = by_ticket;
  auto server = server_options();
  server.session_cache = std::make_shared<SessionCache>();
  server.ticket_keys = std::make_shared<TicketKeys>();
  auto client_config = *ClientConfig::make(client);
  auto server_config = *ServerConfig::make(server);
  LinkPair first(client_config, server_config);
  first.run_until(Side::client, SIZE_MAX);
  auto session = first.client.link->session;

  Buffer ticket = session12(*session)->ticket.bytes, id = session12(*session)->session_id.bytes;
  auto kept = *wire::decode<Session12>(by_ticket ? *server.ticket_keys->open(ticket, now()) : *server.session_cache->find(id, now()));
  EXPECT_EQ(kept.version, Version::tls12);
  kept.version = version;
  Buffer changed;
  EXPECT_TRUE(wire::encode(kept, changed));
  ClientSession12 ours;
  ours.common = std::move(*wire::decode<Session12>(changed));
  ours.common.version = Version::tls12;
  ours.common.configuration.bytes = client_config->fingerprint();
  ours.common.server_name.text = ours.server_name_indication.text = "server.test";
  if (by_ticket)
    ours.ticket.bytes = *server.ticket_keys->seal(changed, now());
  else
    server.session_cache->put(ours.session_id.bytes = id, changed, now());
  LinkPair second(client_config, server_config,
                  std::make_shared<const Session>(std::make_shared<const Session::State>(std::move(ours))));
  second.run_until(Side::client, SIZE_MAX);
  EXPECT_TRUE(second.client.link->done);
  return second.server.link->summary.resumed;
}

// RFC 5246 appendix E.1: with another version it is a full handshake.
TEST(SessionCache, ASessionIsForItsVersionAlone) {
  for (bool by_ticket : {true, false}) {
    EXPECT_TRUE(resumes(Version::tls12, by_ticket));
    EXPECT_FALSE(resumes(Version::tls11, by_ticket));
    EXPECT_FALSE(resumes(Version::tls10, by_ticket));
  }
}

TEST(SessionCache, AClientOffersASessionOfAVersionThatItHas) {
  auto config = *ClientConfig::make(client_options());
  for (auto version : {Version::tls12, Version::tls11, Version::tls10}) {
    ClientSession12 ours;
    ours.common.version = version;
    ours.common.suite = Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
    ours.common.configuration.bytes = config->fingerprint();
    ours.common.server_name.text = ours.server_name_indication.text = "server.test";
    ours.common.made = seconds_of(now());
    ours.common.expires = ours.common.made + 100;
    ours.session_id.bytes.assign(32, 1);
    Session session(std::make_shared<const Session::State>(std::move(ours)));
    EXPECT_EQ(may_resume(session, *config, {"server.test", "server.test", nullptr}), version == Version::tls12);
    auto again = Session::parse(session.serialize());
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->version(), version);
  }
}

}  // namespace
}  // namespace handfast
