#include <gtest/gtest.h>
#include <openssl/core_names.h>

#include <crypto/key_exchange.hpp>
#include <crypto/owned.hpp>
#include <support/vectors.hpp>

namespace handfast::crypto {
namespace {

constexpr Group all_groups[] = {Group::x25519,    Group::x448,           Group::secp256r1,
                                Group::secp384r1, Group::secp521r1,      Group::ffdhe2048,
                                Group::ffdhe3072, Group::X25519MLKEM768, Group::SecP256r1MLKEM768};
constexpr Group curves[] = {Group::x25519, Group::x448, Group::secp256r1, Group::secp384r1, Group::secp521r1};
constexpr Group hybrids[] = {Group::X25519MLKEM768, Group::SecP256r1MLKEM768};
constexpr size_t ct_size = mlkem768_ciphertext_size;

using test::from_hex;
using test::json_vectors;
using test::missing_vectors;

KeyShare generate(Group group) {
  auto share = KeyShare::generate(group);
  EXPECT_TRUE(share) << share.error().message();
  return std::move(*share);
}

Buffer public_value(const KeyShare& share) { return {share.public_value().begin(), share.public_value().end()}; }

Buffer bytes_of(const SharedSecret& secret) { return {secret.view().begin(), secret.view().end()}; }
Buffer concatenate(Bytes a, Bytes b) {
  Buffer whole(a.begin(), a.end());
  whole.insert(whole.end(), b.begin(), b.end());
  return whole;
}

KeyExchangeResponse respond(Group group, Bytes peer) {
  auto response = KeyShare::respond(group, peer);
  EXPECT_TRUE(response) << response.error().message();
  return std::move(*response);
}

template <class T>
void expect_fault(const Result<T>& result, std::string_view fact) {
  ASSERT_FALSE(result) << fact;
  EXPECT_EQ(result.error().fault, Fault::public_value_invalid);
  ASSERT_FALSE(result.error().facts.empty());
  EXPECT_NE(result.error().facts[0].find(fact), std::string::npos) << result.error().message();
}

/// By both halves of an exchange.
void expect_refused(Group group, Bytes peer, std::string_view fact = "") {
  expect_fault(generate(group).derive(peer), fact);
  expect_fault(KeyShare::respond(group, peer), fact);
}

TEST(KeyExchange, TheSecondHalfKnowsWhatTheFirstDerives) {
  for (auto group : all_groups) {
    auto first = generate(group);
    const auto response = respond(group, first.public_value());
    auto secret = std::move(first).derive(response.public_value);
    ASSERT_TRUE(secret) << printable(group);
    EXPECT_EQ(bytes_of(*secret), bytes_of(response.secret)) << printable(group);
    EXPECT_NE(bytes_of(*secret), bytes_of(respond(group, generate(group).public_value()).secret));
  }
}

TEST(KeyExchange, SizesAreThoseOfTheDrafts) {
  struct Row {
    Group group;
    size_t first, second, secret;
  };
  const Row rows[] = {{Group::x25519, 32, 32, 32},
                      {Group::x448, 56, 56, 56},
                      {Group::secp256r1, 65, 65, 32},
                      {Group::secp384r1, 97, 97, 48},
                      {Group::secp521r1, 133, 133, 66},
                      {Group::ffdhe2048, 256, 256, 256},
                      {Group::ffdhe3072, 384, 384, 384},
                      {Group::X25519MLKEM768, 1216, 1120, 64},
                      {Group::SecP256r1MLKEM768, 1249, 1153, 64}};
  for (const auto& row : rows) {
    const auto share = generate(row.group);
    EXPECT_EQ(share.group(), row.group);
    EXPECT_EQ(share.public_value().size(), row.first) << printable(row.group);
    const auto response = respond(row.group, share.public_value());
    EXPECT_EQ(response.public_value.size(), row.second) << printable(row.group);
    EXPECT_EQ(response.secret.view().size(), row.secret) << printable(row.group);
  }
}

TEST(KeyExchange, BothSidesDeriveTheSame) {
  for (auto group :
       {Group::x25519, Group::x448, Group::secp256r1, Group::secp384r1, Group::secp521r1, Group::ffdhe2048}) {
    auto alice = generate(group), bob = generate(group);
    const auto alice_public = public_value(alice), bob_public = public_value(bob);
    EXPECT_NE(alice_public, bob_public);
    auto from_alice = std::move(alice).derive(bob_public), from_bob = std::move(bob).derive(alice_public);
    ASSERT_TRUE(from_alice && from_bob) << printable(group);
    EXPECT_TRUE(equal_secrets(from_alice->view(), from_bob->view())) << printable(group);
    EXPECT_FALSE(from_alice->empty());
  }
}

TEST(KeyExchange, PointsAreUncompressed) {
  const std::pair<Group, size_t> points[] = {{Group::secp256r1, 65}, {Group::secp384r1, 97}, {Group::secp521r1, 133}};
  for (auto [group, size] : points) {
    auto share = generate(group);
    EXPECT_EQ(share.public_value().size(), size);
    EXPECT_EQ(share.public_value()[0], 4);
  }
}

TEST(KeyExchange, RefusesWrongLengths) {
  for (auto group : all_groups) {
    const auto first = public_value(generate(group));
    const auto second = respond(group, first).public_value;
    for (const auto* good : {&first, &second}) {
      auto longer = *good;
      longer.push_back(0);
      const auto shorter = Bytes(*good).first(good->size() - 1);
      expect_refused(group, longer, "bytes");
      expect_refused(group, shorter, "bytes");
    }
    expect_refused(group, {}, "bytes");
    expect_refused(group, Buffer(1, 2), "bytes");
    expect_refused(group, Buffer(65535, 2), "bytes");
  }
}

// draft-ietf-tls-ecdhe-mlkem section 4: each hybrid made from parts that know nothing of it.
TEST(KeyExchange, AHybridIsItsTwoParts) {
  for (auto group : hybrids) {
    const bool kem_first = group == Group::X25519MLKEM768;
    const auto curve = kem_first ? Group::x25519 : Group::secp256r1;
    const size_t curve_size = kem_first ? 32 : 65;
    const auto join = [&](Bytes kem, Bytes point) {
      return kem_first ? concatenate(kem, point) : concatenate(point, kem);
    };
    const auto kem_of = [&](Bytes whole) {
      return kem_first ? whole.first(whole.size() - curve_size) : whole.subspan(curve_size);
    };
    const auto curve_of = [&](Bytes whole) { return kem_first ? whole.last(curve_size) : whole.first(curve_size); };

    auto ours = generate(group);
    auto point = generate(curve);
    const auto value = public_value(point);
    const auto encapsulation = mlkem_encapsulate(kem_of(ours.public_value()), Buffer(32, 7));
    ASSERT_TRUE(encapsulation);
    auto from_curve = std::move(point).derive(curve_of(ours.public_value()));
    ASSERT_TRUE(from_curve);
    auto secret = std::move(ours).derive(join(encapsulation->ciphertext, value));
    ASSERT_TRUE(secret);
    EXPECT_EQ(bytes_of(*secret), join(encapsulation->secret.view(), from_curve->view()));

    auto other_point = generate(curve);
    const auto kem = MlkemKey::from_seed(Buffer(64, 9));
    ASSERT_TRUE(kem);
    const auto response = respond(group, join((*kem)->encapsulation_key(), other_point.public_value()));
    const auto decapsulated = (*kem)->decapsulate(kem_of(response.public_value));
    ASSERT_TRUE(decapsulated);
    auto derived = std::move(other_point).derive(curve_of(response.public_value));
    ASSERT_TRUE(derived);
    EXPECT_EQ(bytes_of(response.secret), join(decapsulated->view(), derived->view()));
  }
}

TEST(KeyExchange, RefusesAHybridWithOneBadPart) {
  const auto x25519 = public_value(generate(Group::X25519MLKEM768));
  const auto p256 = public_value(generate(Group::SecP256r1MLKEM768));

  auto not_reduced = x25519;
  not_reduced[0] = 0xff;
  not_reduced[1] |= 0x0f;
  expect_fault(KeyShare::respond(Group::X25519MLKEM768, not_reduced), "not below q");
  not_reduced = p256;
  not_reduced[65 + 1150] = not_reduced[65 + 1151] = 0xff;
  expect_fault(KeyShare::respond(Group::SecP256r1MLKEM768, not_reduced), "not below q");

  auto low_order = x25519;
  std::fill(low_order.end() - 32, low_order.end(), uint8_t{0});
  expect_fault(KeyShare::respond(Group::X25519MLKEM768, low_order), "all zero");
  expect_fault(generate(Group::X25519MLKEM768).derive(Buffer(ct_size + 32, 0)), "all zero");

  auto off_curve = p256;
  off_curve[64] ^= 1;
  expect_fault(KeyShare::respond(Group::SecP256r1MLKEM768, off_curve), "not on the curve");
  expect_fault(generate(Group::SecP256r1MLKEM768).derive(Bytes(off_curve).first(65 + ct_size)), "not on the curve");
  off_curve[0] = 2;
  expect_fault(KeyShare::respond(Group::SecP256r1MLKEM768, off_curve), "uncompressed");
}

// A damaged ciphertext is no fault (FIPS 203 section 6.3): the handshake fails later, with other keys on each side.
TEST(KeyExchange, ADamagedCiphertextGivesAnotherSecret) {
  for (auto group : hybrids) {
    auto share = generate(group);
    auto response = respond(group, share.public_value());
    response.public_value[group == Group::X25519MLKEM768 ? 0 : 65] ^= 1;
    auto secret = std::move(share).derive(response.public_value);
    ASSERT_TRUE(secret);
    EXPECT_NE(bytes_of(*secret), bytes_of(response.secret));
  }
}

TEST(KeyExchange, GroupsOfOneClientHelloShareTheKeyOfTheirCurve) {
  const Group groups[] = {Group::X25519MLKEM768, Group::x25519, Group::secp256r1, Group::SecP256r1MLKEM768};
  auto shares = KeyShare::generate(groups);
  ASSERT_TRUE(shares);
  ASSERT_EQ(shares->size(), 4u);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ((*shares)[i].group(), groups[i]);
  const auto value = [&](size_t i) { return public_value((*shares)[i]); };
  EXPECT_TRUE(std::ranges::equal(Bytes(value(0)).last(32), value(1)));
  EXPECT_TRUE(std::ranges::equal(Bytes(value(3)).first(65), value(2)));
  for (auto& share : *shares) {
    const auto response = respond(share.group(), share.public_value());
    auto secret = std::move(share).derive(response.public_value);
    ASSERT_TRUE(secret);
    EXPECT_EQ(bytes_of(*secret), bytes_of(response.secret));
  }
  const Group unknown[] = {Group::x25519, static_cast<Group>(0x1a1a)};
  EXPECT_FALSE(KeyShare::generate(unknown));
  EXPECT_TRUE(KeyShare::generate(std::span<const Group>())->empty());
}

TEST(KeyExchange, RefusesGroupsItDoesNotKnow) {
  for (const int number : {0, 22, 261, 0x0a0a, 0xffff}) {
    const auto group = static_cast<Group>(number);
    auto share = KeyShare::generate(group);
    ASSERT_FALSE(share);
    EXPECT_EQ(share.error().fault, Fault::crypto_failed);
    EXPECT_FALSE(KeyShare::respond(group, Buffer(32, 9)));
  }
}

/// p of RFC 7919 as libcrypto has it.
Buffer prime_of(const char* name) {
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  EXPECT_GT(EVP_PKEY_keygen_init(context.get()), 0);
  EXPECT_GT(EVP_PKEY_CTX_set_group_name(context.get(), name), 0);
  EVP_PKEY* made = nullptr;
  EXPECT_GT(EVP_PKEY_generate(context.get(), &made), 0);
  const OwnedKey key(made);
  BIGNUM* p = nullptr;
  EXPECT_GT(EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_FFC_P, &p), 0);
  Buffer bytes(static_cast<size_t>(BN_num_bytes(p)));
  BN_bn2bin(p, bytes.data());
  BN_free(p);
  return bytes;
}

constexpr size_t size_of(Group group) { return group == Group::ffdhe2048 ? 256 : 384; }

TEST(KeyExchange, FiniteFieldValuesAreBetweenTwoAndPMinusTwo) {
  for (auto group : {Group::ffdhe2048, Group::ffdhe3072}) {
    Buffer value(size_of(group), 0);
    expect_refused(group, value, "between 2 and p-2");
    value.back() = 1;
    expect_refused(group, value, "between 2 and p-2");
    value.back() = 2;
    EXPECT_TRUE(KeyShare::respond(group, value));

    const auto* name = group == Group::ffdhe2048 ? "ffdhe2048" : "ffdhe3072";
    auto p = prime_of(name);
    ASSERT_EQ(p.size(), size_of(group));
    ASSERT_EQ(p.back(), 0xff);
    expect_refused(group, p, "between 2 and p-2");
    p.back() = 0xfe;
    expect_refused(group, p, "between 2 and p-2");
    p.back() = 0xfd;
    EXPECT_TRUE(KeyShare::respond(group, p));
    expect_refused(group, Buffer(size_of(group), 0xff), "between 2 and p-2");
  }
}

// RFC 8446 section 4.2.8.1 and 7.4.1. The generator of these groups is 2, so who answers the value 2 has its own public
// value as secret.
TEST(KeyExchange, FiniteFieldValuesAndSecretsKeepTheirLeadingZeros) {
  Buffer generator(256, 0);
  generator.back() = 2;
  bool seen = false;
  for (int tries = 0; tries < 5000 && !seen; ++tries) {
    const auto response = respond(Group::ffdhe2048, generator);
    ASSERT_EQ(response.public_value.size(), 256u);
    ASSERT_EQ(bytes_of(response.secret), response.public_value);
    seen = response.public_value[0] == 0;
  }
  EXPECT_TRUE(seen);
  Buffer larger(384, 0);
  larger.back() = 2;
  const auto response = respond(Group::ffdhe3072, larger);
  EXPECT_EQ(bytes_of(response.secret), response.public_value);
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
  for (auto group : curves) {
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

// RFC 7748 section 6.2.
TEST(KeyExchange, X448OfTheRfc) {
  const auto alice = from_hex(
      "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726"
      "b");
  const auto bob_value = from_hex(
      "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf3360"
      "9");
  auto share = KeyShare::from_private(Group::x448, alice);
  ASSERT_TRUE(share);
  EXPECT_EQ(public_value(*share), from_hex("9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d"
                                           "953d40c5b12da88120d53177f80e532c41fa0"));
  auto secret = std::move(*share).derive(bob_value);
  ASSERT_TRUE(secret);
  EXPECT_EQ(bytes_of(*secret), from_hex("07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c3355439"
                                        "36521c24403085d59a449a5037514a879d"));
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
