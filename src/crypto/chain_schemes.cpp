// chain_schemes.cpp: which signature schemes the signatures of certificates are by.
#include <algorithm>
#include <crypto/chain_schemes.hpp>
#include <crypto/owned.hpp>

namespace handfast::crypto {
namespace {

using enum Scheme;

struct SignatureRow {
  Scheme scheme;
  int key, digest;  ///< libcrypto's numbers, as X509_get_signature_info gives them
  KeyType issuer;
  std::optional<Group> curve{};
};

constexpr SignatureRow rows[] = {
    {ecdsa_secp256r1_sha256, EVP_PKEY_EC, NID_sha256, KeyType::ecdsa, Group::secp256r1},
    {ecdsa_secp384r1_sha384, EVP_PKEY_EC, NID_sha384, KeyType::ecdsa, Group::secp384r1},
    {ecdsa_secp521r1_sha512, EVP_PKEY_EC, NID_sha512, KeyType::ecdsa, Group::secp521r1},
    {ecdsa_sha1, EVP_PKEY_EC, NID_sha1, KeyType::ecdsa},
    {ed25519, EVP_PKEY_ED25519, NID_undef, KeyType::ed25519},
    {ed448, EVP_PKEY_ED448, NID_undef, KeyType::ed448},
    {rsa_pss_rsae_sha256, EVP_PKEY_RSA_PSS, NID_sha256, KeyType::rsa},
    {rsa_pss_rsae_sha384, EVP_PKEY_RSA_PSS, NID_sha384, KeyType::rsa},
    {rsa_pss_rsae_sha512, EVP_PKEY_RSA_PSS, NID_sha512, KeyType::rsa},
    {rsa_pss_pss_sha256, EVP_PKEY_RSA_PSS, NID_sha256, KeyType::rsa_pss},
    {rsa_pss_pss_sha384, EVP_PKEY_RSA_PSS, NID_sha384, KeyType::rsa_pss},
    {rsa_pss_pss_sha512, EVP_PKEY_RSA_PSS, NID_sha512, KeyType::rsa_pss},
    {rsa_pkcs1_sha256, EVP_PKEY_RSA, NID_sha256, KeyType::rsa},
    {rsa_pkcs1_sha384, EVP_PKEY_RSA, NID_sha384, KeyType::rsa},
    {rsa_pkcs1_sha512, EVP_PKEY_RSA, NID_sha512, KeyType::rsa},
    {rsa_pkcs1_sha1, EVP_PKEY_RSA, NID_sha1, KeyType::rsa},
};

struct Signature {
  int key = NID_undef, digest = NID_undef;
  bool is_for_tls = false;  ///< of PSS: one digest throughout, and a salt as long as it
};

Signature signature_of(const Certificate& certificate) {
  QuietErrors quiet;
  Signature signature;
  uint32_t flags = 0;
  int bits_of_security = 0;
  if (X509_get_signature_info(static_cast<X509*>(certificate.native()), &signature.digest, &signature.key,
                              &bits_of_security, &flags) <= 0)
    return {};
  signature.is_for_tls = (flags & X509_SIG_INFO_TLS) != 0;
  return signature;
}

bool fits(const Signature& signature, const SignatureRow& row, Version version, const PublicKey* issuer_key) {
  if (signature.key != row.key || signature.digest != row.digest) return false;
  if (row.key == EVP_PKEY_RSA_PSS && !signature.is_for_tls) return false;
  if (!issuer_key) return true;
  if (issuer_key->type() != row.issuer) return false;
  return version < Version::tls13 || !row.curve || row.curve == issuer_key->curve();
}

const Certificate* issuer_of(std::span<const Certificate> chain, const Certificate& certificate) {
  const auto name = certificate.issuer_der();
  const auto found = std::ranges::find_if(chain, [&](const auto& other) { return other.subject_der() == name; });
  return found == chain.end() ? nullptr : &*found;
}

}  // namespace

bool is_signed_by(const Certificate& certificate, Scheme scheme, Version version, const PublicKey* issuer_key) {
  const auto* row = std::ranges::find(rows, scheme, &SignatureRow::scheme);
  return row != std::end(rows) && fits(signature_of(certificate), *row, version, issuer_key);
}

std::optional<size_t> first_signed_by_none_of(std::span<const Certificate> chain, std::span<const Scheme> schemes,
                                              Version version) {
  for (size_t i = 0; i < chain.size(); ++i) {
    const auto& certificate = chain[i];
    if (X509_get_extension_flags(static_cast<X509*>(certificate.native())) & EXFLAG_SS) continue;
    const auto* issuer = issuer_of(chain, certificate);
    const auto* key = issuer ? &issuer->key() : nullptr;
    const auto is_its_scheme = [&](Scheme scheme) { return is_signed_by(certificate, scheme, version, key); };
    if (std::ranges::none_of(schemes, is_its_scheme)) return i;
  }
  return {};
}

}  // namespace handfast::crypto
