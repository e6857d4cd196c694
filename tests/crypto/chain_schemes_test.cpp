// Which schemes the signatures in a chain are by.
#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include <crypto/chain_schemes.hpp>
#include <crypto/issue.hpp>
#include <crypto/owned.hpp>

namespace handfast::crypto {
namespace {

using enum Scheme;
using namespace std::chrono_literals;

const auto now = std::chrono::sys_days{std::chrono::November / 21 / 2026} + 12h;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(*result);
}

CertificateSpec spec(std::string name, Purpose purpose) {
  return {.common_name = std::move(name), .purpose = purpose, .valid = {now - 24h, now + 24h}, .dns_names = {}};
}

/// root -> intermediate -> leaf, as a server sends it: without the root.
struct Chain {
  Issuer root, intermediate;
  std::vector<Certificate> sent;
};

Issuer authority(const char* name, NewKey kind, const Issuer* above) {
  auto key = must(make_key(kind));
  return {must(issue_certificate(spec(name, Purpose::authority), key, above)), key};
}

Chain make_chain(NewKey root_kind, NewKey intermediate_kind, bool with_sha1 = false) {
  auto root = authority("Root", root_kind, nullptr);
  auto intermediate = authority("Intermediate", intermediate_kind, &root);
  auto leaf_spec = spec("leaf", Purpose::server);
  leaf_spec.signed_with_sha1 = with_sha1;
  auto leaf = must(issue_certificate(leaf_spec, must(make_key(NewKey::p256)), &intermediate));
  std::vector<Certificate> sent{leaf, intermediate.certificate};
  return {std::move(root), std::move(intermediate), std::move(sent)};
}

std::optional<size_t> check(const Chain& chain, std::vector<Scheme> schemes, Version version = Version::tls13) {
  return first_signed_by_none_of(chain.sent, schemes, version);
}

/// The same certificate, signed anew with PSS.
Certificate with_pss(const Certificate& certificate, const KeyHandle& key, const char* digest, int salt) {
  auto* copy = X509_dup(static_cast<X509*>(certificate.native()));
  OwnedDigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  EXPECT_GT(EVP_DigestSignInit_ex(context.get(), &options, digest, nullptr, nullptr, static_cast<EVP_PKEY*>(key.get()),
                                  nullptr),
            0);
  EXPECT_GT(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING), 0);
  EXPECT_GT(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt), 0);
  EXPECT_GT(X509_sign_ctx(copy, context.get()), 0);
  return Certificate(std::shared_ptr<void>(copy, Release<X509_free>()));
}

TEST(ChainSchemes, EverySignatureIsByOneOfThem) {
  const auto chain = make_chain(NewKey::rsa_2048, NewKey::p256);
  EXPECT_EQ(check(chain, {ecdsa_secp256r1_sha256, rsa_pkcs1_sha256}), std::nullopt);
  EXPECT_EQ(check(chain, {ecdsa_secp256r1_sha256}), 1u);
  EXPECT_EQ(check(chain, {rsa_pkcs1_sha256}), 0u);
  EXPECT_EQ(check(chain, {rsa_pkcs1_sha384, ecdsa_secp256r1_sha256}), 1u);
  EXPECT_EQ(check(chain, {}), 0u);
  EXPECT_EQ(first_signed_by_none_of({}, {}, Version::tls13), std::nullopt);
}

TEST(ChainSchemes, TheCurveOfTheIssuerCountsInTls13) {
  const auto p384 = make_chain(NewKey::p256, NewKey::p384);
  const bool leaf_has_sha384 = is_signed_by(p384.sent[0], ecdsa_secp384r1_sha384, Version::tls13, nullptr);
  const auto digest = leaf_has_sha384 ? ecdsa_secp384r1_sha384 : ecdsa_secp256r1_sha256;
  const auto other = leaf_has_sha384 ? ecdsa_secp256r1_sha256 : ecdsa_secp384r1_sha384;
  const auto& key = p384.intermediate.certificate.key();
  EXPECT_TRUE(is_signed_by(p384.sent[0], digest, Version::tls12, &key));
  EXPECT_FALSE(is_signed_by(p384.sent[0], other, Version::tls12, &key));
  EXPECT_EQ(is_signed_by(p384.sent[0], digest, Version::tls13, &key), leaf_has_sha384);
  // Nobody sent the root: its curve is not known.
  EXPECT_TRUE(is_signed_by(p384.sent[1], ecdsa_secp256r1_sha256, Version::tls13, nullptr));
}

TEST(ChainSchemes, SelfSignedOnesMayBeSignedByAnything) {
  auto chain = make_chain(NewKey::rsa_2048, NewKey::ed25519);
  chain.sent.push_back(chain.root.certificate);
  EXPECT_EQ(check(chain, {ed25519}), 1u);
  EXPECT_EQ(check(chain, {ed25519, rsa_pkcs1_sha256}), std::nullopt);
  const std::vector<Certificate> root{chain.root.certificate};
  EXPECT_EQ(first_signed_by_none_of(root, {}, Version::tls13), std::nullopt);
}

TEST(ChainSchemes, Sha1IsAnAnswerOnlyToWhoNamesIt) {
  const auto chain = make_chain(NewKey::rsa_2048, NewKey::rsa_2048, true);
  EXPECT_EQ(check(chain, {rsa_pkcs1_sha256}), 0u);
  EXPECT_EQ(check(chain, {rsa_pkcs1_sha256, rsa_pkcs1_sha1}), std::nullopt);
}

TEST(ChainSchemes, PssIsKnownByTheIssuersKey) {
  auto chain = make_chain(NewKey::rsa_2048, NewKey::rsa_2048);
  const auto& key = chain.intermediate.key;
  chain.sent[0] = with_pss(chain.sent[0], key, "SHA256", RSA_PSS_SALTLEN_DIGEST);
  EXPECT_EQ(check(chain, {rsa_pss_rsae_sha256, rsa_pkcs1_sha256}), std::nullopt);
  EXPECT_EQ(check(chain, {rsa_pss_pss_sha256, rsa_pkcs1_sha256}), 0u);
  EXPECT_EQ(check(chain, {rsa_pss_rsae_sha384, rsa_pkcs1_sha256}), 0u);
  EXPECT_TRUE(is_signed_by(chain.sent[0], rsa_pss_pss_sha256, Version::tls13, nullptr));
  // A salt of another length is no scheme of TLS.
  chain.sent[0] = with_pss(chain.sent[0], key, "SHA256", 20);
  EXPECT_EQ(check(chain, {rsa_pss_rsae_sha256, rsa_pss_pss_sha256, rsa_pkcs1_sha256}), 0u);
}

}  // namespace
}  // namespace handfast::crypto
