// A private key that is kept elsewhere fails, says nothing, or says too much: on either side, in the handshake and after it.
#include <gtest/gtest.h>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

/// A key elsewhere, which is asked and answers when the test says so.
struct Elsewhere {
  explicit Elsewhere(Identity real) : key(std::move(real)) {}
  Identity identity() {
    return *Identity::with_callback(crypto::certificate_to_pem(key.state().certificates.front()),
                                    [this](SigningRequest request) { requests.push_back(std::move(request)); });
  }
  Buffer signature(size_t at, Version version) const {
    return key.state().key.sign(requests.at(at).scheme, version, requests.at(at).input).value();
  }
  Identity key;
  std::vector<SigningRequest> requests;
};

struct Row {
  const char* scenario;
  Side side;   ///< whose key is elsewhere
  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.scenario; }
};

class Signing : public testing::TestWithParam<Row> {
 protected:
  Signing() {
    auto made = scenario(GetParam().scenario);
    (GetParam().side == Side::client ? made.client.identities : made.server.identities) = {elsewhere.identity()};
    made.client.environment.steady_clock = made.server.environment.steady_clock = [this] { return time; };
    scene.emplace(made);
  }
  /// A connection that waits for the signature.
  Pair begin() {
    auto pair = *scene->begin();
    pair.pump();
    if (scene->then == Then::late_certificate) {
      EXPECT_TRUE(pair.server.request_client_certificate());
      pair.pump();
    }
    return pair;
  }
  static Connection& asking(Pair& pair) { return GetParam().side == Side::client ? pair.client : pair.server; }
  static Connection& other(Pair& pair) { return GetParam().side == Side::client ? pair.server : pair.client; }
  Buffer signature(size_t at) const { return elsewhere.signature(at, scene->client->options().versions[0]); }
  void answer(Pair& pair, size_t at) {
    EXPECT_TRUE(asking(pair).complete(elsewhere.requests.at(at).token, signature(at)));
    pair.pump();
  }
  static void expect_proved(Pair& pair) {
    EXPECT_TRUE(pair.connected()) << fault_id(pair.client) << " " << fault_id(pair.server);
    EXPECT_TRUE((GetParam().side == Side::client ? pair.server : pair.client).summary().peer);
  }

  std::chrono::steady_clock::time_point time{};
  Elsewhere elsewhere{GetParam().side == Side::client ? client_identity() : server_identity()};
  std::optional<Scene> scene;
};

TEST_P(Signing, ThatFailsFailsItsConnection) {
  auto pair = begin();
  ASSERT_EQ(elsewhere.requests.size(), 1u);
  EXPECT_FALSE(asking(pair).complete(elsewhere.requests[0].token, fail(Fault::signing_failed)));
  pair.pump();
  EXPECT_EQ(fault_id(asking(pair)), info(Fault::signing_failed).id);
  ASSERT_TRUE(other(pair).error());
  EXPECT_EQ(other(pair).error()->alert, Alert::internal_error);
}

TEST_P(Signing, ThatNeverComesEndsAtTheDeadlineAndHoldsNobodyUp) {
  auto waiting = begin();
  auto lucky = begin();   // another one of the same configuration
  ASSERT_EQ(elsewhere.requests.size(), 2u);
  answer(lucky, 1);
  expect_proved(lucky);
  time += std::chrono::seconds(31);
  // A client that is asked after the handshake may take its time: it is the server that waits.
  auto& end = scene->then == Then::late_certificate ? other(waiting) : asking(waiting);
  EXPECT_FALSE(end.check_deadline());
  EXPECT_EQ(fault_id(end), info(Fault::handshake_timeout).id);
  EXPECT_TRUE(lucky.client.check_deadline());
  EXPECT_TRUE(lucky.server.check_deadline());
  EXPECT_EQ(carry(lucky, lucky.client, lucky.server, "on"), "on");
}

TEST_P(Signing, ThatComesTwiceCountsOnce) {
  auto pair = begin();
  ASSERT_EQ(elsewhere.requests.size(), 1u);
  answer(pair, 0);
  answer(pair, 0);
  EXPECT_TRUE(asking(pair).complete(elsewhere.requests[0].token, fail(Fault::signing_failed)));
  expect_proved(pair);
  EXPECT_EQ(carry(pair, pair.server, pair.client, "on"), "on");
}

TEST_P(Signing, ToAQuestionThatNobodyAskedIsNoAnswer) {
  auto pair = begin();
  ASSERT_EQ(elsewhere.requests.size(), 1u);
  EXPECT_TRUE(asking(pair).complete(elsewhere.requests[0].token + 1, fail(Fault::signing_failed)));
  answer(pair, 0);
  expect_proved(pair);
}

TEST_P(Signing, ThatComesTooLateChangesNothing) {
  auto failed = begin();
  EXPECT_FALSE(asking(failed).received_end());
  auto late = asking(failed).complete(elsewhere.requests.at(0).token, signature(0));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault, Fault::truncated);

  auto closed = begin();
  asking(closed).close();
  const auto said = asking(closed).output().size();
  EXPECT_TRUE(asking(closed).complete(elsewhere.requests.at(1).token, signature(1)));
  EXPECT_EQ(asking(closed).output().size(), said);
}

TEST_P(Signing, ThatIsNoneIsRefusedByThePeer) {
  for (size_t length : {0, 1, 64, 70}) {
    auto pair = begin();
    EXPECT_TRUE(asking(pair).complete(elsewhere.requests.back().token, Buffer(length, 0x30)));
    pair.pump();
    EXPECT_EQ(fault_id(other(pair)), info(Fault::signature_invalid).id) << length;
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, Signing,
                         testing::Values(Row{"TLS 1.2 mutual", Side::server}, Row{"TLS 1.2 mutual", Side::client},
                                         Row{"TLS 1.3 mutual", Side::server}, Row{"TLS 1.3 mutual", Side::client},
                                         Row{"TLS 1.3 late certificate", Side::client}, Row{"TLS 1.0 ECDHE", Side::server}),
                         [](const auto& test) {
                           std::string name = test.param.scenario + std::string(test.param.side == Side::client ? "Client" : "Server");
                           std::erase_if(name, [](unsigned char c) { return !std::isalnum(c); });
                           return name;
                         });

}  // namespace
}  // namespace handfast
