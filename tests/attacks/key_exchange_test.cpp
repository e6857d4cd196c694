// Attacks on the exchange of keys: public values that are none, and keys that serve twice.
#include <gtest/gtest.h>

#include <set>

#include <crypto/finite_field.hpp>

#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;

constexpr auto invalid = "key_exchange.public_value_invalid";
const Buffer p256_off_curve = [] {
  Buffer point(65, 1);
  point[0] = 4;
  return point;
}();

/// RFC 7748 section 6.1: with these the secret is zero whatever the private key.
std::vector<Buffer> small_order_points() {
  Buffer one(32, 0), minus_one(32, 0xff), prime(32, 0xff);
  one[0] = 1;
  minus_one[0] = 0xec;
  minus_one[31] = 0x7f;
  prime[0] = 0xed;
  prime[31] = 0x7f;
  return {Buffer(32, 0), one, minus_one, prime};
}

std::vector<std::pair<Group, Buffer>> bad_points() {
  std::vector<std::pair<Group, Buffer>> bad = {{Group::secp256r1, p256_off_curve}, {Group::secp256r1, Buffer(65, 0)}};
  for (auto& point : small_order_points()) bad.emplace_back(Group::x25519, std::move(point));
  return bad;
}

/// One group alone, and nobody signs it.
struct Anonymous {
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
  Anonymous(Suite suite, Group group) {
    auto client_side = client_options();
    auto server_side = server_options();
    use_suite(client_side, server_side, suite, Version::tls12);
    client_side.groups = server_side.groups = {group};
    client = *ClientConfig::make(client_side);
    server = *ServerConfig::make(server_side);
  }
};

// Invalid curve attack (Jager, Schwenk, Somorovsky 2015; CVE-2015-7940) and X25519 values of small order (RFC 8422 section 5.11).
TEST(InvalidPoint, IsRefusedByBothSidesOfTls12) {
  for (const auto& [group, point] : bad_points()) {
    const Anonymous side(Suite::TLS_ECDH_anon_WITH_AES_128_CBC_SHA, group);
    LinkPair pair(side.client, side.server);
    ASSERT_TRUE(pair.run_until(Side::client, 1));
    Buffer params = {3, 0, static_cast<uint8_t>(group), static_cast<uint8_t>(point.size())};
    params.insert(params.end(), point.begin(), point.end());
    pair.client.deliver(made_message(12, "ServerKeyExchange", params));
    pair.run_until(Side::client, SIZE_MAX);
    EXPECT_EQ(fault_of(pair.client), invalid) << name(group);

    LinkPair other(side.client, side.server);
    ASSERT_TRUE(other.run_until(Side::server, 1));
    other.server.deliver(made_message(16, "ClientKeyExchange", Bytes(params).subspan(3)));
    EXPECT_EQ(fault_of(other.server), invalid) << name(group);
  }
}

/// A hello whose share in `key_share` (RFC 8446 section 4.2.8) ends with the point.
template <class Hello>
WireMessage with_share(const WireMessage& message, const Buffer& point) {
  RawHello raw(decoded<Hello>(message));
  for (auto& [type, data] : raw.extensions) {
    if (type != 51) continue;
    EXPECT_GE(data.size(), point.size());
    std::ranges::copy(point, data.end() - static_cast<std::ptrdiff_t>(point.size()));
  }
  return raw.message();
}

TEST(InvalidPoint, IsRefusedByBothSidesOfTls13) {
  for (const auto& [group, point] : bad_points()) {
    auto client = client13();
    client.groups = client.key_shares = {group};
    client.grease = false;
    const auto client_config = *ClientConfig::make(client);
    const auto server_config = *ServerConfig::make(server13());
    LinkPair pair(client_config, server_config);
    pair.server.deliver(with_share<messages::ClientHello>(next_of(pair.client), point));
    EXPECT_EQ(fault_of(pair.server), invalid) << name(group);

    LinkPair other(client_config, server_config);
    ASSERT_TRUE(other.run_until(Side::client, 0));
    other.client.deliver(with_share<messages::ServerHello>(next_of(other.server), point));
    EXPECT_EQ(fault_of(other.client), invalid) << name(group);
  }
}

// Subgroup confinement (Lim, Lee 1997; RFC 7919 section 5.1): 0, 1, p-1 and p are no public values.
TEST(SmallSubgroup, IsRefusedByBothSides) {
  const Anonymous side(Suite::TLS_DH_anon_WITH_AES_128_CBC_SHA, Group::ffdhe2048);
  const auto field = *crypto::finite_field(Group::ffdhe2048);
  Buffer zero(field.p.size(), 0), one = zero, below = field.p;
  one.back() = 1;
  --below.back();
  const auto put = [](Buffer& out, Bytes number) {
    out.push_back(static_cast<uint8_t>(number.size() >> 8));
    out.push_back(static_cast<uint8_t>(number.size()));
    out.insert(out.end(), number.begin(), number.end());
  };
  for (const auto& value : {zero, one, below, field.p}) {
    Buffer params;
    put(params, field.p);
    put(params, field.g);
    put(params, value);
    LinkPair pair(side.client, side.server);
    ASSERT_TRUE(pair.run_until(Side::client, 1));
    pair.client.deliver(made_message(12, "ServerKeyExchange", params));
    pair.run_until(Side::client, SIZE_MAX);
    EXPECT_EQ(fault_of(pair.client), invalid);

    LinkPair other(side.client, side.server);
    ASSERT_TRUE(other.run_until(Side::server, 1));
    Buffer exchange;
    put(exchange, value);
    other.server.deliver(made_message(16, "ClientKeyExchange", exchange));
    EXPECT_EQ(fault_of(other.server), invalid);
  }
}

/// The messages in which public values travel.
struct PublicValues : Sink {
  void event(const Origin&, const Event& event) override {
    auto message = std::get_if<MessageEvent>(&event);
    if (!message || message->direction != Direction::sent) return;
    if (message->name == "ServerKeyExchange" || message->name == "ClientKeyExchange") {
      seen.insert(Buffer(message->body.begin(), message->body.end()));
      ++count;
    }
    if (message->name == "ServerHello" && is_tls13) count_share<messages::ServerHello>(message->body);
    if (message->name == "ClientHello" && is_tls13) count_share<messages::ClientHello>(message->body);
  }
  template <class Hello>
  void count_share(Bytes body) {
    for (const auto& [type, data] : RawHello(*wire::decode<Hello>(body)).extensions) {
      if (type != 51) continue;
      seen.insert(Buffer(data.end() - 32, data.end()));
      ++count;
    }
  }
  bool is_tls13 = false;
  std::set<Buffer> seen;
  size_t count = 0;
};

// Raccoon, CVE-2020-1968, and reused ECDHE keys (CVE-2016-0701): no key pair serves two handshakes, whatever they have in common.
TEST(Raccoon, NoKeyPairServesTwice) {
  for (const auto* name : {"TLS 1.2 DHE", "TLS 1.2 anonymous", "TLS 1.0 ECDHE", "TLS 1.3 hybrid", "TLS 1.3 resumed"}) {
    const Scene scene(scenario(name));
    PublicValues values;
    values.is_tls13 = scene.client->options().versions[0] == Version::tls13;
    for (size_t i = 0; i < 8; ++i) {
      auto pair = *scene.begin(&values);
      pair.pump();
      ASSERT_TRUE(pair.connected()) << name;
    }
    EXPECT_EQ(values.count, 16u) << name;
    EXPECT_EQ(values.seen.size(), values.count) << name;
  }
}

}  // namespace
}  // namespace handfast
