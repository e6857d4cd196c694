// Groups by their numbers: the published ones, others with a safe prime, and those that are not.
#include <crypto/finite_field.hpp>

#include <gtest/gtest.h>

namespace handfast::crypto {
namespace {

/// p = 2q + 1 with q prime: 1019 = 2 * 509 + 1.
const FiniteField small_safe{{0x03, 0xfb}, {0x02}};

std::string_view id_of(const Result<>& result) { return result ? "" : info(result.error().fault).id; }

TEST(FiniteField, NamedGroupsAreKnownByTheirNumbers) {
  for (auto group : {Group::ffdhe2048, Group::ffdhe3072, Group::ffdhe4096, Group::ffdhe6144, Group::ffdhe8192}) {
    auto field = finite_field(group);
    ASSERT_TRUE(field) << printable(group);
    EXPECT_EQ(bits_of(*field), diffie_hellman_sizes(group)->secret * 8);
    EXPECT_EQ(named_finite_field(*field), group);
    EXPECT_TRUE(check_safe(*field));
    field->p.insert(field->p.begin(), 0);   // a number may have zeros in front
    EXPECT_EQ(named_finite_field(*field), group);
    field->p.back() ^= 2;
    EXPECT_FALSE(named_finite_field(*field));
  }
}

TEST(FiniteField, OnlySafePrimesAreSafe) {
  EXPECT_TRUE(check_safe(small_safe));
  EXPECT_EQ(bits_of(small_safe), 10u);
  const auto unsafe = [](Buffer p, Buffer g) { return id_of(check_safe({std::move(p), std::move(g)})); };
  constexpr std::string_view refused = "key_exchange.finite_field_unsafe";
  EXPECT_EQ(unsafe({0x03, 0xfd}, {2}), refused);         // 1021: prime, but 510 is not
  EXPECT_EQ(unsafe({0x03, 0xf9}, {2}), refused);         // 1017 = 3 * 339
  EXPECT_EQ(unsafe(small_safe.p, {0}), refused);
  EXPECT_EQ(unsafe(small_safe.p, {1}), refused);
  EXPECT_EQ(unsafe(small_safe.p, {0x03, 0xfa}), refused);   // p - 1
  EXPECT_EQ(unsafe({0}, {0}), refused);
  EXPECT_EQ(unsafe(Buffer(600, 0xff), {2}), refused);    // longer than we try
}

TEST(FiniteField, BothHalvesHaveTheSameSecret) {
  auto field = finite_field(Group::ffdhe2048);
  ASSERT_TRUE(field);
  auto share = KeyShare::generate(Group::ffdhe2048);
  ASSERT_TRUE(share);
  auto response = respond(*field, share->public_value());
  ASSERT_TRUE(response);
  auto secret = std::move(*share).derive(response->public_value);
  ASSERT_TRUE(secret);
  EXPECT_TRUE(equal_secrets(secret->view(), response->secret.view()));
}

TEST(FiniteField, PublicValuesAreBetweenTwoAndPMinusTwo) {
  auto field = *finite_field(Group::ffdhe2048);
  auto most = field.p;
  most.back() ^= 1;   // p - 1
  for (const auto& value : {Buffer{}, Buffer{0}, Buffer{1}, most, field.p, Buffer(300, 0xff)}) {
    auto response = respond(field, value);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().fault, Fault::public_value_invalid);
  }
  EXPECT_TRUE(respond(field, Buffer{2}));
}

}  // namespace
}  // namespace handfast::crypto
