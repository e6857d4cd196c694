// What binds an authentication inside the connection to the connection (RFC 9266, RFC 5929).
#include <gtest/gtest.h>

#include <support/pair.hpp>
#include <support/table13.hpp>
#include <support/vectors.hpp>

namespace handfast {
namespace {

using namespace support;

class ChannelBindings : public testing::TestWithParam<Version> {
 protected:
  ChannelBindings() { client.versions = server.versions = {GetParam()}; }
  ClientOptions client = client_options();
  ServerOptions server = server_options();
};

TEST_P(ChannelBindings, AreTheSameOnBothSides) {
  auto pair = shake_hands(client, server);
  auto other = shake_hands(client, server);
  for (auto type : {ChannelBinding::tls_exporter, ChannelBinding::tls_server_end_point}) {
    auto ours = pair.client.channel_binding(type);
    ASSERT_TRUE(ours) << ours.error().message();
    EXPECT_EQ(*ours, *pair.server.channel_binding(type));
    EXPECT_EQ(ours->size(), 32u);
    EXPECT_EQ(*ours == *other.client.channel_binding(type), type == ChannelBinding::tls_server_end_point);
  }
}

// RFC 9266 section 2; the context is there and empty.
TEST_P(ChannelBindings, ExporterIsAnExport) {
  auto pair = shake_hands(client, server);
  EXPECT_EQ(*pair.client.channel_binding(ChannelBinding::tls_exporter),
            *pair.server.exporter("EXPORTER-Channel-Binding", Bytes{}, 32));
}

// RFC 5929 section 4.1; the test authority signs with SHA-256.
TEST_P(ChannelBindings, EndPointIsTheCertificatesHash) {
  auto pair = shake_hands(client, server);
  EXPECT_EQ(test::to_hex(*pair.client.channel_binding(ChannelBinding::tls_server_end_point)), pair.client.summary().peer->sha256);
}

TEST_P(ChannelBindings, WaitForTheHandshake) {
  auto pair = make_pair(client, server);
  for (auto type : {ChannelBinding::tls_exporter, ChannelBinding::tls_server_end_point})
    EXPECT_EQ(pair.client.channel_binding(type).error().fault, Fault::handshake_incomplete);
}

INSTANTIATE_TEST_SUITE_P(Versions, ChannelBindings, testing::Values(Version::tls12, Version::tls13));

TEST(ChannelBindings13, OfAResumedSession) {
  Table13 table;
  auto first = table.connect();
  auto second = table.connect(first.client.session());
  ASSERT_TRUE(second.client.summary().resumed);
  EXPECT_EQ(*second.client.channel_binding(ChannelBinding::tls_exporter),
            *second.server.channel_binding(ChannelBinding::tls_exporter));
  EXPECT_EQ(*second.client.channel_binding(ChannelBinding::tls_server_end_point),
            *first.server.channel_binding(ChannelBinding::tls_server_end_point));
  EXPECT_EQ(second.server.channel_binding(ChannelBinding::tls_server_end_point).error().fault,
            Fault::channel_binding_unavailable);
}

}  // namespace
}  // namespace handfast
