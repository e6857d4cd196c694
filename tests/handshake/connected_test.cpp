// After the handshake: requests for another one, and tickets of unusual sizes.
#include <gtest/gtest.h>

#include <handshake/connected.hpp>

#include "link_pair.hpp"

namespace handfast {
namespace {

using namespace support;

LinkPair connected_pair() {
  LinkPair pair(*ClientConfig::make(client_options()), *ServerConfig::make(server_options()));
  pair.run_until(Side::client, SIZE_MAX);
  EXPECT_TRUE(pair.client.link->done && pair.server.link->done);
  return pair;
}

const Buffer hello_request{0, 0, 0, 0};
const Message request{messages::HelloRequest::kind, hello_request, Bytes(hello_request).subspan(4)};

size_t output_size(const Link& link) { return link.writer.output().size(); }

TEST(Connected, AnswersABoundedNumberOfRequests) {
  auto pair = connected_pair();
  auto& link = *pair.client.link;
  RenegotiationCounts requests;
  for (size_t i = 0; i < link.options.limits.renegotiation_requests; ++i) {
    auto before = output_size(link);
    ASSERT_TRUE(handle_after_handshake(link, request, requests, false));
    EXPECT_GT(output_size(link), before);
  }
  auto flood = handle_after_handshake(link, request, requests, false);
  EXPECT_EQ(flood.error().fault, Fault::unexpected_message);
}

TEST(Connected, AnswersNothingAfterItsCloseNotify) {
  auto pair = connected_pair();
  auto& link = *pair.client.link;
  RenegotiationCounts requests;
  auto before = output_size(link);
  EXPECT_TRUE(handle_after_handshake(link, request, requests, true));
  EXPECT_EQ(output_size(link), before);
}

TEST(Connected, TakesNoHandshakeMessageOfTheOtherRole) {
  auto pair = connected_pair();
  RenegotiationCounts requests;
  EXPECT_FALSE(handle_after_handshake(*pair.server.link, request, requests, false));
  const Buffer hello{1, 0, 0, 0};
  Message client_hello{messages::ClientHello::kind, hello, Bytes(hello).subspan(4)};
  EXPECT_FALSE(handle_after_handshake(*pair.client.link, client_hello, requests, false));
}

// With a longer ticket the next ClientHello would be refused for its size, by us or by the server.
TEST(Tickets, OfAbsurdSizeAreNeitherKeptNorGiven) {
  auto pair = connected_pair();
  Agreed12 agreed;
  agreed.suite = catalog::find(Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  agreed.extended_master_secret = true;
  keys::MasterSecret master(48);
  Target target{"server.test", "server.test", nullptr};
  auto keep = [&](size_t size) {
    return make_session(*pair.client.link, *pair.client_config, target, agreed, master, {{}, Buffer(size), 0, UINT64_MAX});
  };
  EXPECT_TRUE(keep(longest_ticket));
  EXPECT_FALSE(keep(longest_ticket + 1));

  auto session = make_session12(*pair.server.link, *pair.server_config, agreed, master, UINT64_MAX);
  EXPECT_FALSE(make_ticket(*pair.server_config, session)->ticket.bytes.empty());
  session.peer.chain.add(Buffer(longest_given_ticket(Limits{}) - 200));
  EXPECT_FALSE(make_ticket(*pair.server_config, session)->ticket.bytes.empty());
  session.peer.chain.add(Buffer(300));
  EXPECT_TRUE(make_ticket(*pair.server_config, session)->ticket.bytes.empty());
  session.peer.subject.text.assign(70000, 'x');   // not even a session
  EXPECT_TRUE(make_ticket(*pair.server_config, session)->ticket.bytes.empty());
}

}  // namespace
}  // namespace handfast
