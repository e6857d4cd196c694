#include <openssl/rsa.h>

#include <crypto/scheme_algorithms.hpp>

namespace handfast::crypto {
namespace {

using enum Scheme;

constexpr SchemeAlgorithm rows[] = {
    {ecdsa_secp256r1_sha256, KeyType::ecdsa, "SHA256", 32, Padding::none, Group::secp256r1},
    {ecdsa_secp384r1_sha384, KeyType::ecdsa, "SHA384", 48, Padding::none, Group::secp384r1},
    {ecdsa_secp521r1_sha512, KeyType::ecdsa, "SHA512", 64, Padding::none, Group::secp521r1},
    {ed25519, KeyType::ed25519, nullptr, 0, Padding::none, {}},
    {ed448, KeyType::ed448, nullptr, 0, Padding::none, {}},
    {rsa_pss_rsae_sha256, KeyType::rsa, "SHA256", 32, Padding::pss, {}},
    {rsa_pss_rsae_sha384, KeyType::rsa, "SHA384", 48, Padding::pss, {}},
    {rsa_pss_rsae_sha512, KeyType::rsa, "SHA512", 64, Padding::pss, {}},
    {rsa_pss_pss_sha256, KeyType::rsa_pss, "SHA256", 32, Padding::pss, {}},
    {rsa_pss_pss_sha384, KeyType::rsa_pss, "SHA384", 48, Padding::pss, {}},
    {rsa_pss_pss_sha512, KeyType::rsa_pss, "SHA512", 64, Padding::pss, {}},
    {rsa_pkcs1_sha256, KeyType::rsa, "SHA256", 32, Padding::pkcs1, {}},
    {rsa_pkcs1_sha384, KeyType::rsa, "SHA384", 48, Padding::pkcs1, {}},
    {rsa_pkcs1_sha512, KeyType::rsa, "SHA512", 64, Padding::pkcs1, {}},
    {rsa_pkcs1_md5_sha1, KeyType::rsa, "MD5-SHA1", 36, Padding::pkcs1, {}, true},
    {ecdsa_sha1, KeyType::ecdsa, "SHA1", 20, Padding::none, {}, true},
};

}  // namespace

std::span<const SchemeAlgorithm> scheme_algorithms() { return rows; }

const SchemeAlgorithm* find(Scheme scheme) {
  for (const auto& row : rows)
    if (row.scheme == scheme) return &row;
  return nullptr;
}

OwnedDigestContext make_context(const SchemeAlgorithm& algorithm, DigestInit init, EVP_PKEY* key) {
  OwnedDigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // owned by context
  if (!context || init(context.get(), &options, algorithm.digest, nullptr, nullptr, key, nullptr) <= 0) return nullptr;
  if (algorithm.padding == Padding::pss && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) <= 0 ||
                                            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) <= 0))
    return nullptr;
  return context;
}

}  // namespace handfast::crypto
