#include <gtest/gtest.h>

#include <crypto/key_exchange.hpp>
#include <support/vectors.hpp>

namespace handfast::crypto {
namespace {

constexpr Group all_groups[] = {Group::x25519, Group::x448, Group::secp256r1, Group::secp384r1, Group::secp521r1};

using test::from_hex;
using test::json_vectors;
using test::missing_vectors;

KeyShare generate(Group group) {
  auto share = KeyShare::generate(group);
  EXPECT_TRUE(share) << share.error().message();
  return std::move(*share);
}

Buffer public_value(const KeyShare& share) { return {share.public_value().begin(), share.public_value().end()}; }

void expect_refused(Group group, Bytes peer) {
  auto secret = generate(group).derive(peer);
  ASSERT_FALSE(secret) << printable(group);
  EXPECT_EQ(secret.error().fault, Fault::public_value_invalid);
  EXPECT_FALSE(secret.error().facts.empty());
}

TEST(KeyExchange, BothSidesDeriveTheSame) {
  for (auto group : all_groups) {
    auto alice = generate(group), bob = generate(group);
    const auto alice_public = public_value(alice), bob_public = public_value(bob);
    EXPECT_NE(alice_public, bob_public);
    auto from_alice = std::move(alice).derive(bob_public), from_bob = std::move(bob).derive(alice_public);
    ASSERT_TRUE(from_alice && from_bob) << printable(group);
    EXPECT_TRUE(equal_secrets(from_alice->view(), from_bob->view())) << printable(group);
    EXPECT_FALSE(from_alice->empty());
  }
}

TEST(KeyExchange, PublicValuesHaveTheirSizeAndFormat) {
  EXPECT_EQ(generate(Group::x25519).public_value().size(), 32u);
  EXPECT_EQ(generate(Group::x448).public_value().size(), 56u);
  const std::pair<Group, size_t> points[] = {{Group::secp256r1, 65}, {Group::secp384r1, 97}, {Group::secp521r1, 133}};
  for (auto [group, size] : points) {
    auto share = generate(group);
    EXPECT_EQ(share.public_value().size(), size);
    EXPECT_EQ(share.public_value()[0], 4);
  }
}

TEST(KeyExchange, RefusesWrongLengths) {
  for (auto group : all_groups) {
    auto value = public_value(generate(group));
    expect_refused(group, {});
    expect_refused(group, Bytes(value).first(value.size() - 1));
    value.push_back(0);
    expect_refused(group, value);
  }
}

TEST(KeyExchange, RefusesPointsOffTheCurveAndOtherFormats) {
  for (auto group : {Group::secp256r1, Group::secp384r1, Group::secp521r1}) {
    const auto point = public_value(generate(group));
    auto off_curve = point;
    off_curve.back() ^= 1;
    expect_refused(group, off_curve);
    for (const int format : {0, 2, 3, 5, 6, 7}) {
      auto other = point;
      other[0] = static_cast<uint8_t>(format);
      expect_refused(group, other);
    }
    Buffer compressed(point.begin(), point.begin() + static_cast<long>(point.size() / 2 + 1));
    compressed[0] = static_cast<uint8_t>(2 | (point.back() & 1));
    expect_refused(group, compressed);
    expect_refused(group, Buffer(1, 0));  // the point at infinity
    Buffer zero(point.size(), 0);
    zero[0] = 4;
    expect_refused(group, zero);
    expect_refused(group, Buffer(point.size(), 0xff));
  }
}

TEST(KeyExchange, RefusesAllZeroResults) {
  expect_refused(Group::x25519, Buffer(32, 0));
  expect_refused(Group::x448, Buffer(56, 0));
  Buffer one(32, 0);
  one[0] = 1;
  expect_refused(Group::x25519, one);
}

TEST(KeyExchange, AValueThatWasRefusedLeavesTheNextExchangeAlone) {
  for (auto group : all_groups) {
    Buffer bad(public_value(generate(group)).size(), 0);
    if (bad.size() % 2) bad[0] = 4;
    expect_refused(group, bad);
    auto ours = generate(group), theirs = generate(group);
    const auto our_value = public_value(ours), their_value = public_value(theirs);
    auto a = std::move(ours).derive(their_value), b = std::move(theirs).derive(our_value);
    ASSERT_TRUE(a && b);
    EXPECT_TRUE(equal_secrets(a->view(), b->view()));
  }
}

TEST(KeyExchange, MovesItsKey) {
  auto first = generate(Group::x25519), second = generate(Group::secp256r1);
  const auto value = public_value(first);
  second = std::move(first);
  EXPECT_EQ(second.group(), Group::x25519);
  EXPECT_EQ(public_value(second), value);
  EXPECT_TRUE(std::move(second).derive(public_value(generate(Group::x25519))));
}

TEST(KeyExchange, WycheproofX25519) {
  const auto vectors = json_vectors("wycheproof/x25519_test.json");
  if (!vectors) GTEST_SKIP() << missing_vectors("wycheproof/x25519_test.json");
  size_t count = 0;
  for (const auto& group : (*vectors)["testGroups"]) {
    for (const auto& test : group["tests"]) {
      auto share = KeyShare::from_private(Group::x25519, from_hex(test["private"].get<std::string>()));
      ASSERT_TRUE(share);
      auto secret = std::move(*share).derive(from_hex(test["public"].get<std::string>()));
      const auto expected = from_hex(test["shared"].get<std::string>());
      const bool zero = expected == Buffer(32, 0);
      EXPECT_EQ(secret.has_value(), !zero) << test["tcId"];
      if (secret) {
        EXPECT_EQ(Buffer(secret->view().begin(), secret->view().end()), expected) << test["tcId"];
      }
      ++count;
    }
  }
  EXPECT_EQ(count, (*vectors)["numberOfTests"].get<size_t>());
}

}  // namespace
}  // namespace handfast::crypto
