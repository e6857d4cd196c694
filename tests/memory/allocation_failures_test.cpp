// Every allocation of a handshake, of a failure and of what follows them fails in turn: no exception leaves the API, and a
// connection that has failed stays failed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <new>

#include <support/scenarios.hpp>

namespace {

/// How many allocations are still served; negative: all.
thread_local long remaining = -1;

void* allocate(size_t size, size_t alignment) {
  if (remaining == 0) throw std::bad_alloc();
  if (remaining > 0) --remaining;
  auto rounded = (size + alignment - 1) / alignment * alignment;
  auto place = alignment > alignof(std::max_align_t) ? std::aligned_alloc(alignment, rounded) : std::malloc(size ? size : 1);
  if (!place) throw std::bad_alloc();
  return place;
}

}  // namespace

// NOLINTBEGIN(misc-new-delete-overloads)
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"   // where both are inlined, g++ sees free() alone
#endif
void* operator new(size_t size) { return allocate(size, 1); }
void* operator new(size_t size, std::align_val_t alignment) { return allocate(size, static_cast<size_t>(alignment)); }
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, size_t) noexcept { std::free(place); }
void operator delete(void* place, std::align_val_t) noexcept { std::free(place); }
void operator delete(void* place, size_t, std::align_val_t) noexcept { std::free(place); }
// NOLINTEND(misc-new-delete-overloads)

namespace handfast {
namespace {

using namespace support;

struct Table {
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
  std::shared_ptr<const Session> session{};
  bool renegotiates = false;

  explicit Table(bool client_is_known = true, bool tickets = true) {
    auto client_side = client_options();
    client_side.identities = {client_is_known ? client_identity() : stranger_identity()};
    client_side.sessions = ClientSessions::in_memory();
    client_side.tickets = tickets;
    auto server_side = server_options();
    server_side.client_auth = ClientAuth::require;
    server_side.client_trust = trust();
    server_side.renegotiation.allow_peer = true;
    client = *ClientConfig::make(client_side);
    server = *ServerConfig::make(server_side);
  }
};

/// Moves bytes without taking memory itself.
bool move_bytes(Connection& from, Connection& to) {
  bool moved = false;
  while (!from.output().empty()) {
    auto out = from.output();
    auto room = to.input();
    auto n = std::min(out.size(), room.size());
    if (n == 0) {
      from.sent(out.size());
      break;
    }
    std::copy_n(out.begin(), n, room.begin());
    from.sent(n);
    moved = true;
    if (!to.received(n)) break;
  }
  return moved;
}

bool move_both_ways(Connection& client, Connection& server) {
  const bool there = move_bytes(client, server);
  return move_bytes(server, client) || there;
}

/// A whole life: handshake, data, closing. Results are looked at by the caller, exceptions by nobody.
void live(const Table& table) {
  ConnectOptions options;
  options.session = table.session;
  auto client = Connection::client(table.client, "server.test", options);
  auto server = Connection::server(table.server);
  if (!client || !server) return;
  while (move_both_ways(*client, *server)) {
  }
  if (table.renegotiates) {
    static_cast<void>(client->renegotiate());
    static_cast<void>(client->renegotiate());   // one is under way
    while (move_both_ways(*client, *server)) {
    }
  }
  const uint8_t data[] = {1, 2, 3};
  static_cast<void>(client->write(data));
  move_bytes(*client, *server);
  static_cast<void>(server->read());
  static_cast<void>(client->exporter("EXPORTER-test", std::nullopt, 32));
  client->close();
  move_bytes(*client, *server);
  server->abort(Alert::internal_error);
  static_cast<void>(server->received_end());
  for (auto* end : {&*client, &*server}) {
    bool failed = end->error() != nullptr;
    EXPECT_EQ(end->state() == State::failed, failed);
    EXPECT_EQ(!end->read(), failed);
  }
}

/// Fails the n-th allocation of `step` and all after it, for every n until none fails any more.
void fail_each_allocation(const std::function<void()>& step) {
  step();   // what is made once per process is made now
  for (long n = 0; n < 100000; ++n) {
    bool escaped = false;
    remaining = n;
    try {
      step();
    } catch (const std::bad_alloc&) {
      escaped = true;
    }
    bool enough = remaining > 0;
    remaining = -1;
    ASSERT_FALSE(escaped) << "allocation " << n;
    if (enough) return;
  }
  FAIL() << "it never ends";
}

TEST(AllocationFailures, InAHandshake) {
  Table table;
  fail_each_allocation([&] { live(table); });
}

TEST(AllocationFailures, InAResumption) {
  for (bool tickets : {true, false}) {
    Table table(true, tickets);
    auto client = *Connection::client(table.client, "server.test");
    auto server = *Connection::server(table.server);
    while (move_both_ways(client, server)) {
    }
    ASSERT_TRUE(client.session());
    table.session = client.session();
    fail_each_allocation([&] { live(table); });
  }
}

TEST(AllocationFailures, InANewHandshakeOnTheConnection) {
  Table table;
  table.renegotiates = true;
  fail_each_allocation([&] { live(table); });
}

TEST(AllocationFailures, InAHandshakeThatFails) {
  Table table(false);
  fail_each_allocation([&] { live(table); });
}

// The kinds of handshakes that are not among those above, and what follows them.
TEST(AllocationFailures, InEveryScenario) {
  for (const auto* name : {"TLS 1.3 mutual", "TLS 1.3 retried", "TLS 1.3 stateless retry", "TLS 1.3 early data", "TLS 1.3 external key",
                           "TLS 1.3 late certificate", "TLS 1.3 new keys", "TLS 1.2 DHE", "TLS 1.2 RSA", "TLS 1.2 PSK",
                           "TLS 1.2 anonymous", "TLS 1.0 ECDHE", "TLS 1.2 renegotiated by the server"}) {
    SCOPED_TRACE(name);
    const Scene scene(scenario(name));
    fail_each_allocation([&] {
      auto pair = scene.begin();
      if (pair) scene.live(*pair);
    });
    auto afterwards = *scene.begin();   // nothing that is shared was left half done
    scene.live(afterwards);
    EXPECT_TRUE(scene.lived(afterwards)) << fault_id(afterwards.client) << " " << fault_id(afterwards.server);
    if (HasFailure()) return;
  }
}

TEST(AllocationFailures, InConfigurations) {
  const auto chain = server_chain_pem(KeyKind::p256);
  fail_each_allocation([&] { static_cast<void>(TrustStore::from_pem(chain)); });
  const std::vector<std::string> files{"/no/such/file"};
  fail_each_allocation([&] { static_cast<void>(Identity::with_callback(chain, [](SigningRequest) {})); });
  fail_each_allocation([&] { static_cast<void>(TrustStore::from_files(files)); });
  fail_each_allocation([&] { static_cast<void>(Identity::from_files(files[0], files[0])); });
  fail_each_allocation([&] { static_cast<void>(Identity::from_pem("nothing", "nothing")); });
  fail_each_allocation([&] { static_cast<void>(TrustStore::system()); });
}

TEST(AllocationFailures, InASessionThatIsKept) {
  Table table;
  auto client = *Connection::client(table.client, "server.test");
  auto server = *Connection::server(table.server);
  while (move_both_ways(client, server)) {
  }
  ASSERT_TRUE(client.session());
  auto bytes = client.session()->serialize();
  ASSERT_FALSE(bytes.empty());
  fail_each_allocation([&] { static_cast<void>(Session::parse(bytes)); });
}

}  // namespace
}  // namespace handfast
