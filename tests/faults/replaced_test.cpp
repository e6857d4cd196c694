// What a server replaces while connections are being made: its configuration with its certificate, and the keys of its tickets.
#include <gtest/gtest.h>

#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

/// Does something before the n-th flight of a handshake arrives.
size_t before_flight(Pair& pair, size_t n, const std::function<void()>& act, const Scene& scene) {
  size_t flights = 0;
  pair.mutate = [&](bool, Buffer&) {
    if (flights++ == n) act();
  };
  scene.live(pair);
  pair.mutate = nullptr;
  return flights;
}

std::string shown(const Pair& pair) { return pair.client.summary().peer ? pair.client.summary().peer->sha256 : ""; }

// Each connection ends with the certificate that it began with; those that begin later see the new one, and what sessions there are
// are made anew under it.
TEST(Replaced, CertificateInTheMiddleOfAHandshake) {
  for (const auto* name : {"TLS 1.3 mutual", "TLS 1.3 retried", "TLS 1.2 mutual", "TLS 1.2 DHE", "TLS 1.0 ECDHE"}) {
    auto row = scenario(name);
    const auto keys = row.server.ticket_keys = std::make_shared<TicketKeys>();
    Scene scene(row);
    auto first = *scene.begin();
    scene.live(first);
    const auto old_session = first.client.session();
    row.server.identities = {name == std::string_view("TLS 1.2 DHE") ? identity_for("server.test", KeyKind::rsa)
                                                                     : short_lived_server(std::chrono::hours(1))};
    size_t flights = 1;
    for (size_t n = 0; n < flights; ++n) {
      Scene current = scene;
      auto pair = *current.begin();
      current.server.reset();   // the connections keep it
      const auto replace = [&] {
        current.server = *ServerConfig::make(row.server);
        current.session = old_session;
        auto later = *current.begin();
        Scene(current).live(later);
        EXPECT_EQ(later.server.state(), State::closed) << fault_id(later.server) << fault_id(later.client);
        if (name != std::string_view("TLS 1.2 DHE")) {
          EXPECT_NE(shown(later), shown(first)) << name;
        }
        EXPECT_FALSE(later.server.summary().resumed && shown(later) != shown(first));
      };
      flights = before_flight(pair, n, replace, scene);
      EXPECT_TRUE(scene.lived(pair)) << name << " " << n << ": " << fault_id(pair.client) << " " << fault_id(pair.server);
      EXPECT_EQ(shown(pair), shown(first)) << name << " " << n;
    }
  }
}

// Between a ticket and its use, and between the two hellos of a stateless retry, whose cookie they seal.
TEST(Replaced, TicketKeysAtAnyTime) {
  for (const auto* name : {"TLS 1.2 ticket", "TLS 1.3 resumed", "TLS 1.3 early data", "TLS 1.3 stateless retry", "TLS 1.2 mutual"}) {
    auto row = scenario(name);
    const auto keys = std::make_shared<TicketKeys>();
    row.server.ticket_keys = keys;
    const Scene scene(row);
    size_t flights = 1;
    for (size_t n = 0; n < flights; ++n) {
      auto pair = *scene.begin();
      flights = before_flight(pair, n, [&] { EXPECT_TRUE(keys->rotate(now())); }, scene);
      EXPECT_TRUE(scene.lived(pair)) << name << " " << n << ": " << fault_id(pair.client) << " " << fault_id(pair.server);
    }
  }
}

// Too many rotations forget a ticket's key: the handshake is a full one, and goes on.
TEST(Replaced, TicketKeysThatAreForgotten) {
  for (const auto* name : {"TLS 1.2 ticket", "TLS 1.3 resumed", "TLS 1.3 early data"}) {
    auto row = scenario(name);
    const auto keys = std::make_shared<TicketKeys>();
    row.server.ticket_keys = keys;
    const Scene scene(row);
    for (int i = 0; i < 64; ++i) ASSERT_TRUE(keys->rotate(now()));
    auto pair = *scene.begin();
    scene.live(pair);
    EXPECT_EQ(pair.server.state(), State::closed) << name << fault_id(pair.server) << fault_id(pair.client);
    EXPECT_FALSE(pair.server.summary().resumed) << name;
  }
}

}  // namespace
}  // namespace handfast
