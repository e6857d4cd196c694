// Sessions of both versions as bytes.
#include <gtest/gtest.h>

#include <handshake/session_state.hpp>
#include <support/pair.hpp>

namespace handfast {
namespace {

ClientSession13 example() {
  ClientSession13 session;
  session.common.suite = Suite::TLS_AES_128_GCM_SHA256;
  session.common.psk.bytes.assign(32, 7);
  session.common.configuration.bytes.assign(32, 1);
  session.common.server_name.text = "server.test";
  session.common.alpn.text = "h2";
  session.common.made = 1'800'000'000'123;
  session.common.expires = 1'800'000'100;
  session.common.age_add = 0xfedcba98;
  session.common.max_early_data = 16384;
  session.ticket.bytes = {1, 2, 3};
  session.server_name_indication.text = "server.test";
  session.client_certificate_sent = 1;
  return session;
}

std::shared_ptr<const Session> session_of(ClientSession13 kept) {
  return std::make_shared<const Session>(std::make_shared<const Session::State>(std::move(kept)));
}

TEST(SessionState, OfTls13SurvivesBeingWrittenDown) {
  auto session = session_of(example());
  auto bytes = session->serialize();
  EXPECT_TRUE(as_text(bytes).starts_with("handfast session 2\n"));
  auto again = Session::parse(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->serialize(), bytes);
  EXPECT_EQ((*again)->version(), Version::tls13);
  EXPECT_EQ((*again)->suite(), Suite::TLS_AES_128_GCM_SHA256);
  EXPECT_EQ((*again)->server_name(), "server.test");
  EXPECT_TRUE((*again)->has_ticket());
  EXPECT_FALSE(session12(**again));
  const auto& kept = *session13(**again);
  EXPECT_EQ(kept.common.psk.bytes, Buffer(32, 7));
  EXPECT_EQ(kept.common.age_add, 0xfedcba98);
  EXPECT_EQ(kept.common.max_early_data, 16384u);
}

TEST(SessionState, OfTls12IsReadAgain) {
  auto pair = support::shake_hands();
  auto bytes = pair.client.session()->serialize();
  EXPECT_TRUE(as_text(bytes).starts_with("handfast session 3\n"));
  auto again = Session::parse(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->version(), Version::tls12);
  EXPECT_FALSE(session13(**again));
}

TEST(SessionState, OfOneVersionDoesNotPassForTheOther) {
  auto content13 = encode_session(example().common);
  ASSERT_TRUE(content13);
  auto as12 = wire::decode<Session12>(content13->view());
  EXPECT_FALSE(as12 && as12->version == Version::tls12);
  auto bytes = session_of(example())->serialize();
  bytes[17] = '1';
  EXPECT_FALSE(Session::parse(bytes));
  bytes[17] = '3';
  EXPECT_FALSE(Session::parse(bytes));
}

TEST(SessionState, CutOffAnywhereDoesNotParse) {
  auto bytes = session_of(example())->serialize();
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(Session::parse(Bytes(bytes).first(n))) << n;
}

}  // namespace
}  // namespace handfast
