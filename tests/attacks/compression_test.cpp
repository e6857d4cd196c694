// What lengths tell.
#include <gtest/gtest.h>

#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;

constexpr uint8_t deflate = 1;

// CRIME, CVE-2012-4929: a client offers no compression, and refuses a server that chooses one.
TEST(Crime, ClientOffersAndTakesNoCompression) {
  for (const auto& each : all_scenarios()) {
    const Scene scene(each);
    LinkPair pair(scene.client, scene.server);
    const auto hello = decoded<messages::ClientHello>(next_of(pair.client));
    EXPECT_EQ(hello.compression_methods.items, std::vector{messages::CompressionMethod::null}) << each.name;
    ASSERT_TRUE(pair.run_until(Side::client, 0));
    auto answer = next_of(pair.server);   // a HelloRetryRequest has the same layout
    const size_t session_id = 4 + 2 + 32;
    answer.with_header[session_id + 1 + answer.with_header[session_id] + 2] = deflate;
    pair.client.deliver(answer);
    EXPECT_EQ(fault_of(pair.client), "hello.compression") << each.name;
  }
}

// CRIME: a server chooses none, though the client prefers one; in TLS 1.3 the offer alone is illegal (RFC 8446 section 4.1.2).
TEST(Crime, ServerChoosesNoCompression) {
  for (const auto* name : {"TLS 1.0 ECDHE", "TLS 1.2 mutual", "TLS 1.3 mutual"}) {
    const Scene scene(scenario(name));
    LinkPair pair(scene.client, scene.server);
    auto hello = decoded<messages::ClientHello>(next_of(pair.client));
    hello.compression_methods.items.insert(hello.compression_methods.items.begin(), messages::CompressionMethod{deflate});
    pair.server.deliver(RawHello(hello).message());
    if (scene.client->options().versions[0] == Version::tls13) {
      EXPECT_EQ(fault_of(pair.server), "hello.compression");
      continue;
    }
    ASSERT_EQ(fault_of(pair.server), "") << name;
    auto answer = decoded<messages::ServerHello>(next_of(pair.server));
    EXPECT_EQ(answer.compression_method, messages::CompressionMethod::null);
  }
}

// HEIST (Vanhoef, Van Goethem 2016) and others who measure lengths: with record_padding all contents of up to so many bytes look alike.
TEST(Heist, PaddingHidesLengths) {
  auto row = scenario("TLS 1.3 hybrid");
  row.client.record_padding = row.server.record_padding = 512;
  const Scene scene(row);
  auto pair = *scene.begin();
  pair.pump();
  for (auto* end : {&pair.client, &pair.server}) {
    take(*end);
    for (size_t size : {1, 2, 100, 511}) {
      ASSERT_TRUE(end->write(Buffer(size, 'x')));
      EXPECT_EQ(take(*end).size(), 5u + 512 + 16) << size;
    }
  }
}

}  // namespace
}  // namespace handfast
