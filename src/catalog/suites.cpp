// suites.cpp: the rows of the suites that Handfast implements.
#include <catalog/suites.hpp>

namespace handfast::catalog {
namespace {

struct Keys {
  KeyExchange exchange;
  Authentication authentication;
};
constexpr Keys any{KeyExchange::any, Authentication::any};
constexpr Keys ecdhe_ecdsa{KeyExchange::ecdhe, Authentication::ecdsa};
constexpr Keys ecdhe_rsa{KeyExchange::ecdhe, Authentication::rsa};
constexpr Keys dhe_rsa{KeyExchange::dhe, Authentication::rsa};
constexpr Keys ecdhe_psk{KeyExchange::ecdhe, Authentication::psk};
constexpr Keys dhe_psk{KeyExchange::dhe, Authentication::psk};
constexpr Keys psk{KeyExchange::psk, Authentication::psk};
constexpr Keys ecdh_anon{KeyExchange::ecdhe, Authentication::anonymous};
constexpr Keys dh_anon{KeyExchange::dhe, Authentication::anonymous};
constexpr Keys static_rsa{KeyExchange::rsa, Authentication::rsa};

constexpr bool is_ccm_8(Cipher cipher) { return cipher == Cipher::aes_128_ccm_8 || cipher == Cipher::aes_256_ccm_8; }
constexpr bool is_ccm(Cipher cipher) { return cipher == Cipher::aes_128_ccm || cipher == Cipher::aes_256_ccm; }
constexpr bool is_gcm(Cipher cipher) { return cipher == Cipher::aes_128_gcm || cipher == Cipher::aes_256_gcm; }

/// What weighs most against a suite; empty: nothing.
constexpr std::string_view why_not(Keys keys, Cipher cipher, Mac mac) {
  const bool is_cbc = mac != Mac::aead && cipher != Cipher::null;
  if (cipher == Cipher::null) return "it encrypts nothing: whoever is on the way reads along";
  if (keys.authentication == Authentication::anonymous) return "nobody proves who they are: whoever is on the way can be the server";
  if (keys.exchange == KeyExchange::rsa && is_cbc)
    return "static RSA has no forward secrecy (RFC 9325 section 4.1), and CBC has had one padding oracle after another";
  if (keys.exchange == KeyExchange::rsa)
    return "static RSA has no forward secrecy: who gets the server's key reads what was recorded (RFC 9325 section 4.1)";
  if (keys.exchange == KeyExchange::psk)
    return "a pre-shared key alone has no forward secrecy: who gets it reads what was recorded (RFC 9325 section 4.1)";
  if (keys.authentication == Authentication::psk) return "it needs a key that both sides have";
  if (keys.exchange == KeyExchange::dhe)
    return "the server alone chooses the finite-field group, and it is slow (RFC 9325 section 4.1)";
  if (is_cbc) return "CBC with MAC-then-encrypt has had one padding oracle after another";
  if (is_ccm_8(cipher)) return "its tag of 8 bytes is for devices that cannot afford more (RFC 8446 section B.4)";
  if (keys.exchange == KeyExchange::any || is_gcm(cipher) || cipher == Cipher::chacha20_poly1305) return {};
  return is_ccm(cipher) ? "few peers have it, and AES-GCM does the same faster"
                        : "few peers have it; it is for those whom a national standard asks for it";
}

constexpr SuiteRow row(Suite suite, std::string_view name, std::string_view openssl_name, Keys keys, Cipher cipher, Mac mac,
                       Prf prf, Version first) {
  auto why = why_not(keys, cipher, mac);
  auto last = keys.exchange == KeyExchange::any ? Version::tls13 : Version::tls12;
  return {suite, name, openssl_name, keys.exchange, keys.authentication, cipher, mac, prf, first, last, why.empty(), why};
}

using enum Cipher;
using enum Mac;
using enum Prf;
using enum Version;
#define SUITE(name) Suite::name, #name

// clang-format off
constexpr SuiteRow rows[] = {
    row(SUITE(TLS_AES_128_GCM_SHA256), "TLS_AES_128_GCM_SHA256", any, aes_128_gcm, aead, sha256, tls13),
    row(SUITE(TLS_AES_256_GCM_SHA384), "TLS_AES_256_GCM_SHA384", any, aes_256_gcm, aead, sha384, tls13),
    row(SUITE(TLS_CHACHA20_POLY1305_SHA256), "TLS_CHACHA20_POLY1305_SHA256", any, chacha20_poly1305, aead, sha256, tls13),
    row(SUITE(TLS_AES_128_CCM_SHA256), "TLS_AES_128_CCM_SHA256", any, aes_128_ccm, aead, sha256, tls13),
    row(SUITE(TLS_AES_128_CCM_8_SHA256), "TLS_AES_128_CCM_8_SHA256", any, aes_128_ccm_8, aead, sha256, tls13),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256), "ECDHE-ECDSA-AES128-GCM-SHA256", ecdhe_ecdsa, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256), "ECDHE-RSA-AES128-GCM-SHA256", ecdhe_rsa, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384), "ECDHE-ECDSA-AES256-GCM-SHA384", ecdhe_ecdsa, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384), "ECDHE-RSA-AES256-GCM-SHA384", ecdhe_rsa, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256), "ECDHE-ECDSA-CHACHA20-POLY1305", ecdhe_ecdsa, chacha20_poly1305, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256), "ECDHE-RSA-CHACHA20-POLY1305", ecdhe_rsa, chacha20_poly1305, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CCM), "ECDHE-ECDSA-AES128-CCM", ecdhe_ecdsa, aes_128_ccm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CCM), "ECDHE-ECDSA-AES256-CCM", ecdhe_ecdsa, aes_256_ccm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8), "ECDHE-ECDSA-AES128-CCM8", ecdhe_ecdsa, aes_128_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8), "ECDHE-ECDSA-AES256-CCM8", ecdhe_ecdsa, aes_256_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256), "ECDHE-ECDSA-ARIA128-GCM-SHA256", ecdhe_ecdsa, aria_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256), "ECDHE-ARIA128-GCM-SHA256", ecdhe_rsa, aria_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384), "ECDHE-ECDSA-ARIA256-GCM-SHA384", ecdhe_ecdsa, aria_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384), "ECDHE-ARIA256-GCM-SHA384", ecdhe_rsa, aria_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256), "ECDHE-ECDSA-AES128-SHA256", ecdhe_ecdsa, aes_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256), "ECDHE-RSA-AES128-SHA256", ecdhe_rsa, aes_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256), "ECDHE-ECDSA-CAMELLIA128-SHA256", ecdhe_ecdsa, camellia_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256), "ECDHE-RSA-CAMELLIA128-SHA256", ecdhe_rsa, camellia_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384), "ECDHE-ECDSA-AES256-SHA384", ecdhe_ecdsa, aes_256_cbc, hmac_sha384, sha384, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384), "ECDHE-RSA-AES256-SHA384", ecdhe_rsa, aes_256_cbc, hmac_sha384, sha384, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384), "ECDHE-ECDSA-CAMELLIA256-SHA384", ecdhe_ecdsa, camellia_256_cbc, hmac_sha384, sha384, tls12),
    row(SUITE(TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384), "ECDHE-RSA-CAMELLIA256-SHA384", ecdhe_rsa, camellia_256_cbc, hmac_sha384, sha384, tls12),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA), "ECDHE-ECDSA-AES128-SHA", ecdhe_ecdsa, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), "ECDHE-RSA-AES128-SHA", ecdhe_rsa, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA), "ECDHE-ECDSA-AES256-SHA", ecdhe_ecdsa, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA), "ECDHE-RSA-AES256-SHA", ecdhe_rsa, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DHE_RSA_WITH_AES_128_GCM_SHA256), "DHE-RSA-AES128-GCM-SHA256", dhe_rsa, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_256_GCM_SHA384), "DHE-RSA-AES256-GCM-SHA384", dhe_rsa, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256), "DHE-RSA-CHACHA20-POLY1305", dhe_rsa, chacha20_poly1305, aead, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_128_CCM), "DHE-RSA-AES128-CCM", dhe_rsa, aes_128_ccm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_256_CCM), "DHE-RSA-AES256-CCM", dhe_rsa, aes_256_ccm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_128_CCM_8), "DHE-RSA-AES128-CCM8", dhe_rsa, aes_128_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_256_CCM_8), "DHE-RSA-AES256-CCM8", dhe_rsa, aes_256_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256), "DHE-RSA-ARIA128-GCM-SHA256", dhe_rsa, aria_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384), "DHE-RSA-ARIA256-GCM-SHA384", dhe_rsa, aria_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_128_CBC_SHA256), "DHE-RSA-AES128-SHA256", dhe_rsa, aes_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_256_CBC_SHA256), "DHE-RSA-AES256-SHA256", dhe_rsa, aes_256_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256), "DHE-RSA-CAMELLIA128-SHA256", dhe_rsa, camellia_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256), "DHE-RSA-CAMELLIA256-SHA256", dhe_rsa, camellia_256_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_DHE_RSA_WITH_AES_128_CBC_SHA), "DHE-RSA-AES128-SHA", dhe_rsa, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DHE_RSA_WITH_AES_256_CBC_SHA), "DHE-RSA-AES256-SHA", dhe_rsa, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA), "DHE-RSA-CAMELLIA128-SHA", dhe_rsa, camellia_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA), "DHE-RSA-CAMELLIA256-SHA", dhe_rsa, camellia_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256), "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256", ecdhe_psk, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_PSK_WITH_AES_128_GCM_SHA256), "DHE-PSK-AES128-GCM-SHA256", dhe_psk, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384), "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384", ecdhe_psk, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_DHE_PSK_WITH_AES_256_GCM_SHA384), "DHE-PSK-AES256-GCM-SHA384", dhe_psk, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256), "ECDHE-PSK-CHACHA20-POLY1305", ecdhe_psk, chacha20_poly1305, aead, sha256, tls12),
    row(SUITE(TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256), "DHE-PSK-CHACHA20-POLY1305", dhe_psk, chacha20_poly1305, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256), "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256", ecdhe_psk, aes_128_ccm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_PSK_WITH_AES_128_CCM), "DHE-PSK-AES128-CCM", dhe_psk, aes_128_ccm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_PSK_WITH_AES_256_CCM), "DHE-PSK-AES256-CCM", dhe_psk, aes_256_ccm, aead, sha256, tls12),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256), "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256", ecdhe_psk, aes_128_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_PSK_DHE_WITH_AES_128_CCM_8), "DHE-PSK-AES128-CCM8", dhe_psk, aes_128_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_PSK_DHE_WITH_AES_256_CCM_8), "DHE-PSK-AES256-CCM8", dhe_psk, aes_256_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_DHE_PSK_WITH_ARIA_128_GCM_SHA256), "DHE-PSK-ARIA128-GCM-SHA256", dhe_psk, aria_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_DHE_PSK_WITH_ARIA_256_GCM_SHA384), "DHE-PSK-ARIA256-GCM-SHA384", dhe_psk, aria_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256), "ECDHE-PSK-AES128-CBC-SHA256", ecdhe_psk, aes_128_cbc, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_AES_128_CBC_SHA256), "DHE-PSK-AES128-CBC-SHA256", dhe_psk, aes_128_cbc, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256), "ECDHE-PSK-CAMELLIA128-SHA256", ecdhe_psk, camellia_128_cbc, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_CAMELLIA_128_CBC_SHA256), "DHE-PSK-CAMELLIA128-SHA256", dhe_psk, camellia_128_cbc, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384), "ECDHE-PSK-AES256-CBC-SHA384", ecdhe_psk, aes_256_cbc, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_AES_256_CBC_SHA384), "DHE-PSK-AES256-CBC-SHA384", dhe_psk, aes_256_cbc, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384), "ECDHE-PSK-CAMELLIA256-SHA384", ecdhe_psk, camellia_256_cbc, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_CAMELLIA_256_CBC_SHA384), "DHE-PSK-CAMELLIA256-SHA384", dhe_psk, camellia_256_cbc, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA), "ECDHE-PSK-AES128-CBC-SHA", ecdhe_psk, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_AES_128_CBC_SHA), "DHE-PSK-AES128-CBC-SHA", dhe_psk, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA), "ECDHE-PSK-AES256-CBC-SHA", ecdhe_psk, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_AES_256_CBC_SHA), "DHE-PSK-AES256-CBC-SHA", dhe_psk, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_RSA_WITH_AES_128_GCM_SHA256), "AES128-GCM-SHA256", static_rsa, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_AES_256_GCM_SHA384), "AES256-GCM-SHA384", static_rsa, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_RSA_WITH_AES_128_CCM), "AES128-CCM", static_rsa, aes_128_ccm, aead, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_AES_256_CCM), "AES256-CCM", static_rsa, aes_256_ccm, aead, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_AES_128_CCM_8), "AES128-CCM8", static_rsa, aes_128_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_AES_256_CCM_8), "AES256-CCM8", static_rsa, aes_256_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_ARIA_128_GCM_SHA256), "ARIA128-GCM-SHA256", static_rsa, aria_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_ARIA_256_GCM_SHA384), "ARIA256-GCM-SHA384", static_rsa, aria_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_RSA_WITH_AES_128_CBC_SHA256), "AES128-SHA256", static_rsa, aes_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_AES_256_CBC_SHA256), "AES256-SHA256", static_rsa, aes_256_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256), "CAMELLIA128-SHA256", static_rsa, camellia_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256), "CAMELLIA256-SHA256", static_rsa, camellia_256_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_AES_128_CBC_SHA), "AES128-SHA", static_rsa, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_RSA_WITH_AES_256_CBC_SHA), "AES256-SHA", static_rsa, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_RSA_WITH_CAMELLIA_128_CBC_SHA), "CAMELLIA128-SHA", static_rsa, camellia_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_RSA_WITH_CAMELLIA_256_CBC_SHA), "CAMELLIA256-SHA", static_rsa, camellia_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_PSK_WITH_AES_128_GCM_SHA256), "PSK-AES128-GCM-SHA256", psk, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_PSK_WITH_AES_256_GCM_SHA384), "PSK-AES256-GCM-SHA384", psk, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_PSK_WITH_CHACHA20_POLY1305_SHA256), "PSK-CHACHA20-POLY1305", psk, chacha20_poly1305, aead, sha256, tls12),
    row(SUITE(TLS_PSK_WITH_AES_128_CCM), "PSK-AES128-CCM", psk, aes_128_ccm, aead, sha256, tls12),
    row(SUITE(TLS_PSK_WITH_AES_256_CCM), "PSK-AES256-CCM", psk, aes_256_ccm, aead, sha256, tls12),
    row(SUITE(TLS_PSK_WITH_AES_128_CCM_8), "PSK-AES128-CCM8", psk, aes_128_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_PSK_WITH_AES_256_CCM_8), "PSK-AES256-CCM8", psk, aes_256_ccm_8, aead, sha256, tls12),
    row(SUITE(TLS_PSK_WITH_ARIA_128_GCM_SHA256), "PSK-ARIA128-GCM-SHA256", psk, aria_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_PSK_WITH_ARIA_256_GCM_SHA384), "PSK-ARIA256-GCM-SHA384", psk, aria_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_PSK_WITH_AES_128_CBC_SHA256), "PSK-AES128-CBC-SHA256", psk, aes_128_cbc, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_PSK_WITH_CAMELLIA_128_CBC_SHA256), "PSK-CAMELLIA128-SHA256", psk, camellia_128_cbc, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_PSK_WITH_AES_256_CBC_SHA384), "PSK-AES256-CBC-SHA384", psk, aes_256_cbc, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_PSK_WITH_CAMELLIA_256_CBC_SHA384), "PSK-CAMELLIA256-SHA384", psk, camellia_256_cbc, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_PSK_WITH_AES_128_CBC_SHA), "PSK-AES128-CBC-SHA", psk, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_PSK_WITH_AES_256_CBC_SHA), "PSK-AES256-CBC-SHA", psk, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DH_anon_WITH_AES_128_GCM_SHA256), "ADH-AES128-GCM-SHA256", dh_anon, aes_128_gcm, aead, sha256, tls12),
    row(SUITE(TLS_DH_anon_WITH_AES_256_GCM_SHA384), "ADH-AES256-GCM-SHA384", dh_anon, aes_256_gcm, aead, sha384, tls12),
    row(SUITE(TLS_DH_anon_WITH_AES_128_CBC_SHA256), "ADH-AES128-SHA256", dh_anon, aes_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_DH_anon_WITH_AES_256_CBC_SHA256), "ADH-AES256-SHA256", dh_anon, aes_256_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256), "ADH-CAMELLIA128-SHA256", dh_anon, camellia_128_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256), "ADH-CAMELLIA256-SHA256", dh_anon, camellia_256_cbc, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_ECDH_anon_WITH_AES_128_CBC_SHA), "AECDH-AES128-SHA", ecdh_anon, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DH_anon_WITH_AES_128_CBC_SHA), "ADH-AES128-SHA", dh_anon, aes_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDH_anon_WITH_AES_256_CBC_SHA), "AECDH-AES256-SHA", ecdh_anon, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DH_anon_WITH_AES_256_CBC_SHA), "ADH-AES256-SHA", dh_anon, aes_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA), "ADH-CAMELLIA128-SHA", dh_anon, camellia_128_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA), "ADH-CAMELLIA256-SHA", dh_anon, camellia_256_cbc, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_SHA256_SHA256), "TLS_SHA256_SHA256", any, null, hmac_sha256, sha256, tls13),
    row(SUITE(TLS_SHA384_SHA384), "TLS_SHA384_SHA384", any, null, hmac_sha384, sha384, tls13),
    row(SUITE(TLS_ECDHE_ECDSA_WITH_NULL_SHA), "ECDHE-ECDSA-NULL-SHA", ecdhe_ecdsa, null, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDHE_RSA_WITH_NULL_SHA), "ECDHE-RSA-NULL-SHA", ecdhe_rsa, null, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_NULL_SHA256), "ECDHE-PSK-NULL-SHA256", ecdhe_psk, null, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_NULL_SHA256), "DHE-PSK-NULL-SHA256", dhe_psk, null, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_NULL_SHA384), "ECDHE-PSK-NULL-SHA384", ecdhe_psk, null, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_NULL_SHA384), "DHE-PSK-NULL-SHA384", dhe_psk, null, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_ECDHE_PSK_WITH_NULL_SHA), "ECDHE-PSK-NULL-SHA", ecdhe_psk, null, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_DHE_PSK_WITH_NULL_SHA), "DHE-PSK-NULL-SHA", dhe_psk, null, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_RSA_WITH_NULL_SHA256), "NULL-SHA256", static_rsa, null, hmac_sha256, sha256, tls12),
    row(SUITE(TLS_RSA_WITH_NULL_SHA), "NULL-SHA", static_rsa, null, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_RSA_WITH_NULL_MD5), "NULL-MD5", static_rsa, null, hmac_md5, sha256, tls10),
    row(SUITE(TLS_PSK_WITH_NULL_SHA256), "PSK-NULL-SHA256", psk, null, hmac_sha256, sha256, tls10),
    row(SUITE(TLS_PSK_WITH_NULL_SHA384), "PSK-NULL-SHA384", psk, null, hmac_sha384, sha384, tls10),
    row(SUITE(TLS_PSK_WITH_NULL_SHA), "PSK-NULL-SHA", psk, null, hmac_sha1, sha256, tls10),
    row(SUITE(TLS_ECDH_anon_WITH_NULL_SHA), "AECDH-NULL-SHA", ecdh_anon, null, hmac_sha1, sha256, tls10),
};
// clang-format on
#undef SUITE

size_t cipher_key_size(const SuiteRow& row) {
  switch (row.cipher) {
    case aes_256_gcm:
    case chacha20_poly1305:
    case aes_256_ccm:
    case aes_256_ccm_8:
    case aria_256_gcm:
    case aes_256_cbc:
    case camellia_256_cbc: return 32;
    case null: return row.last == tls13 ? mac_size(row.mac) : 0;   // RFC 9150 section 4: the key of the HMAC
    default: return 16;
  }
}

size_t iv_size(const SuiteRow& row, Version version) {
  // RFC 5288 section 3, RFC 6655 section 3: a salt of 4 bytes; RFC 7905 section 2 and RFC 8446 section 5.3: 12 bytes.
  if (is_aead(row)) return row.cipher == chacha20_poly1305 || version == tls13 ? 12 : 4;
  if (row.cipher == null) return version == tls13 ? mac_size(row.mac) : 0;   // RFC 9150 section 4
  // RFC 2246 section 6.3; later versions carry it in the record.
  return version == tls10 ? 16 : 0;
}

}  // namespace

size_t mac_size(Mac mac) {
  constexpr size_t sizes[] = {0, 16, 20, 32, 48};
  return sizes[static_cast<size_t>(mac)];
}

std::span<const SuiteRow> suites() { return rows; }

const SuiteRow* find(Suite suite) {
  for (const auto& row : rows)
    if (row.suite == suite) return &row;
  return nullptr;
}

Prf prf_of(const SuiteRow& row, Version version) { return version < tls12 ? Prf::md5_sha1 : row.prf; }

KeySizes key_sizes(const SuiteRow& row, Version version) {
  const bool has_mac_key = !is_aead(row) && version != tls13;
  return {has_mac_key ? mac_size(row.mac) : 0, cipher_key_size(row), iv_size(row, version)};
}

}  // namespace handfast::catalog
