// Raw public keys (RFC 7250), staples and timestamps as parts of identities and trust.
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <crypto/owned.hpp>
#include <stdexcept>
#include <support/identities.hpp>

namespace handfast::crypto {
namespace {

using namespace std::chrono_literals;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return *std::move(result);
}

struct Pair {
  std::string secret, open;
};

Pair make_pair(NewKey kind = NewKey::p256) {
  const auto key = must(make_key(kind));
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), static_cast<EVP_PKEY*>(key.get()));
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  const auto secret = must(key_to_pem(key));
  return {std::string(as_text(secret.view())), std::string(text, static_cast<size_t>(size))};
}

TEST(RawPublicKey, TrustWithFurtherKeysRemembersNothingOfTheOld) {
  const auto before = support::trust();
  const auto after = must(before.with_raw_keys(make_pair().open));
  EXPECT_NE(before.state().known, after.state().known);
  EXPECT_NE(before.state().verified, after.state().verified);
}

TEST(RawPublicKey, EveryKindOfKeyIsAnIdentity) {
  for (auto kind : {NewKey::p256, NewKey::p384, NewKey::rsa_2048, NewKey::ed25519}) {
    const auto pair = make_pair(kind);
    const auto identity = must(Identity::raw_public_key(pair.secret));
    EXPECT_TRUE(identity.is_raw_public_key());
    ASSERT_EQ(identity.chain().size(), 1u);
    const auto trust = must(TrustStore::nobody().with_raw_keys(pair.open));
    ASSERT_EQ(trust.raw_keys().size(), 1u);
    EXPECT_EQ(identity.chain()[0], trust.raw_keys()[0]);
    const auto key = accept_raw_key(identity.chain()[0], trust);
    ASSERT_TRUE(key) << key.error().message();
    EXPECT_EQ(key->description(), identity.state().public_key.description());
  }
}

TEST(RawPublicKey, AnotherKeyIsRefused) {
  const auto ours = must(Identity::raw_public_key(make_pair().secret));
  const auto trust = must(TrustStore::nobody().with_raw_keys(make_pair().open));
  const auto refused = accept_raw_key(ours.chain()[0], trust);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::raw_public_key_unknown);
  EXPECT_FALSE(accept_raw_key(ours.chain()[0], TrustStore::nobody()));
  EXPECT_FALSE(accept_raw_key(ours.chain()[0], support::trust()));
  EXPECT_TRUE(accept_raw_key(ours.chain()[0], TrustStore::insecure_accept_anyone()));
}

TEST(RawPublicKey, WhatIsNoKeyIsRefused) {
  const auto pair = make_pair();
  const auto trust = must(TrustStore::nobody().with_raw_keys(pair.open));
  auto spki = trust.raw_keys()[0];
  spki.push_back(0);
  EXPECT_EQ(accept_raw_key(spki, trust).error().fault, Fault::certificate_malformed);
  spki.pop_back();
  spki.pop_back();
  EXPECT_EQ(accept_raw_key(spki, trust).error().fault, Fault::certificate_malformed);
  EXPECT_EQ(accept_raw_key({}, trust).error().fault, Fault::certificate_malformed);
}

TEST(RawPublicKey, TrustIsKeysBesideAuthoritiesOrAlone) {
  const auto pair = make_pair();
  EXPECT_FALSE(TrustStore::nobody().takes_certificates());
  EXPECT_TRUE(support::trust().takes_certificates());
  const auto both = must(support::trust().with_raw_keys(pair.open + make_pair().open));
  EXPECT_TRUE(both.takes_certificates());
  EXPECT_EQ(both.raw_keys().size(), 2u);
  EXPECT_TRUE(support::trust().raw_keys().empty());
  // Sessions are bound to the fingerprint.
  EXPECT_NE(as_text(both.fingerprint()), as_text(support::trust().fingerprint()));
  const VerifyOptions options{.name = "server.test", .now = support::now()};
  const auto chain = support::server_identity().state().certificates;
  EXPECT_TRUE(verify_chain(chain, both, options).accepted);
  EXPECT_FALSE(verify_chain(chain, must(TrustStore::nobody().with_raw_keys(pair.open)), options).accepted);
}

TEST(RawPublicKey, FilesThatHoldNoneAreNamed) {
  EXPECT_EQ(TrustStore::nobody().with_raw_keys("nothing").error().fault, Fault::pem_malformed);
  auto cut = make_pair().open;
  cut.erase(60, 8);
  EXPECT_EQ(TrustStore::nobody().with_raw_keys(cut).error().fault, Fault::pem_malformed);
  EXPECT_EQ(TrustStore::nobody().with_raw_keys(make_pair(NewKey::rsa_1024).open).error().fault, Fault::key_unsupported);
  EXPECT_EQ(Identity::raw_public_key("nothing").error().fault, Fault::pem_malformed);
  EXPECT_EQ(Identity::raw_public_key(make_pair(NewKey::rsa_1024).secret).error().fault, Fault::key_unsupported);
  EXPECT_EQ(Identity::raw_public_key_from_file("/nonexistent").error().fault, Fault::file_unreadable);
  EXPECT_EQ(TrustStore::nobody().with_raw_keys_from_files({"/nonexistent"}).error().fault, Fault::file_unreadable);
}

TEST(IdentityWithStaple, TakesOneAboutItsOwnCertificate) {
  const auto key = must(make_key(NewKey::p256));
  const Validity valid{support::now() - 1h, support::now() + 24h};
  const Issuer authority{
      must(issue_certificate({.common_name = "CA", .purpose = Purpose::authority, .valid = valid}, key, nullptr)), key};
  const auto leaf = must(issue_certificate({.common_name = "server", .valid = valid}, key, &authority));
  const auto secret = must(key_to_pem(key));
  const auto identity = must(Identity::from_pem(certificate_to_pem(leaf), as_text(secret.view())));
  const auto staple = must(make_staple(authority, leaf, {.valid = valid}));
  EXPECT_EQ(must(identity.with_staple(staple)).state().staple, staple);
  EXPECT_TRUE(identity.state().staple.empty());
  EXPECT_EQ(support::server_identity().with_staple(staple).error().fault, Fault::config_conflict);
  EXPECT_EQ(identity.with_staple({1, 2, 3}).error().fault, Fault::config_conflict);
  EXPECT_FALSE(must(Identity::raw_public_key(make_pair().secret)).with_staple(staple));
}

TEST(IdentityWithTimestamps, TakesAList) {
  const auto identity = support::server_identity();
  const Buffer list{0, 7, 0, 2, 1, 2, 0, 1, 3};
  EXPECT_EQ(must(identity.with_timestamps(list)).state().timestamps, list);
  for (const Buffer& wrong : {Buffer{}, Buffer{0}, Buffer{0, 0}, Buffer{0, 1, 0}, Buffer{0, 2, 0, 0}, Buffer{0, 3, 0, 2, 1},
                              Buffer{0, 3, 0, 1, 1, 0}, Buffer{0, 4, 0, 1, 1, 0}})
    EXPECT_EQ(identity.with_timestamps(wrong).error().fault, Fault::config_conflict);
}

}  // namespace
}  // namespace handfast::crypto
