#include <catalog/schemes.hpp>

namespace handfast::catalog {
namespace {

using enum Scheme;

constexpr SchemeRow rows[] = {
    {ecdsa_secp256r1_sha256, "ecdsa_secp256r1_sha256", true},
    {ed25519, "ed25519", true},
    {ecdsa_secp384r1_sha384, "ecdsa_secp384r1_sha384", true},
    {ecdsa_secp521r1_sha512, "ecdsa_secp521r1_sha512", true},
    {rsa_pss_rsae_sha256, "rsa_pss_rsae_sha256", true},
    {rsa_pss_rsae_sha384, "rsa_pss_rsae_sha384", true},
    {rsa_pss_rsae_sha512, "rsa_pss_rsae_sha512", true},
    {rsa_pss_pss_sha256, "rsa_pss_pss_sha256", true},
    {rsa_pss_pss_sha384, "rsa_pss_pss_sha384", true},
    {rsa_pss_pss_sha512, "rsa_pss_pss_sha512", true},
    {rsa_pkcs1_sha256, "rsa_pkcs1_sha256", true},
    {rsa_pkcs1_sha384, "rsa_pkcs1_sha384", true},
    {rsa_pkcs1_sha512, "rsa_pkcs1_sha512", true},
    {ed448, "ed448", false},
};

}  // namespace

std::span<const SchemeRow> schemes() { return rows; }

const SchemeRow* find(Scheme scheme) {
  for (const auto& row : rows)
    if (row.scheme == scheme) return &row;
  return nullptr;
}

}  // namespace handfast::catalog
