// suites.cpp: the one table of cipher suites.
#include <catalog/suites.hpp>

namespace handfast::catalog {
namespace {

constexpr std::string_view cbc =
    "CBC with MAC-then-encrypt has had one padding oracle after another (RFC 9325 section 4.2.1); AEAD has none";
constexpr std::string_view static_rsa =
    "static RSA has no forward secrecy: who gets the server's key later reads what was recorded (RFC 9325 section 4.1)";
constexpr std::string_view static_rsa_cbc =
    "static RSA has no forward secrecy (RFC 9325 section 4.1), and CBC has had one padding oracle after another";

constexpr std::string_view short_tag =
    "its tag of 8 bytes is for devices that cannot afford more (RFC 8446 section B.4)";

// clang-format off
constexpr SuiteRow rows[] = {
    {Suite::TLS_AES_128_GCM_SHA256, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256",
     KeyExchange::any, Authentication::any, Cipher::aes_128_gcm, Mac::aead, Prf::sha256, true, ""},
    {Suite::TLS_AES_256_GCM_SHA384, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384",
     KeyExchange::any, Authentication::any, Cipher::aes_256_gcm, Mac::aead, Prf::sha384, true, ""},
    {Suite::TLS_CHACHA20_POLY1305_SHA256, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256",
     KeyExchange::any, Authentication::any, Cipher::chacha20_poly1305, Mac::aead, Prf::sha256, true, ""},
    {Suite::TLS_AES_128_CCM_SHA256, "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256",
     KeyExchange::any, Authentication::any, Cipher::aes_128_ccm, Mac::aead, Prf::sha256, true, ""},
    {Suite::TLS_AES_128_CCM_8_SHA256, "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256",
     KeyExchange::any, Authentication::any, Cipher::aes_128_ccm_8, Mac::aead, Prf::sha256, false, short_tag},
    {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
     "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256",
     KeyExchange::ecdhe, Authentication::ecdsa, Cipher::aes_128_gcm, Mac::aead, Prf::sha256, true, ""},
    {Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
     "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
     KeyExchange::ecdhe, Authentication::rsa, Cipher::aes_128_gcm, Mac::aead, Prf::sha256, true, ""},
    {Suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
     "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384",
     KeyExchange::ecdhe, Authentication::ecdsa, Cipher::aes_256_gcm, Mac::aead, Prf::sha384, true, ""},
    {Suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
     "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
     KeyExchange::ecdhe, Authentication::rsa, Cipher::aes_256_gcm, Mac::aead, Prf::sha384, true, ""},
    {Suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
     "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305",
     KeyExchange::ecdhe, Authentication::ecdsa, Cipher::chacha20_poly1305, Mac::aead, Prf::sha256, true, ""},
    {Suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
     "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305",
     KeyExchange::ecdhe, Authentication::rsa, Cipher::chacha20_poly1305, Mac::aead, Prf::sha256, true, ""},
    {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
     "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256",
     KeyExchange::ecdhe, Authentication::ecdsa, Cipher::aes_128_cbc, Mac::hmac_sha256, Prf::sha256, false, cbc},
    {Suite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
     "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256",
     KeyExchange::ecdhe, Authentication::rsa, Cipher::aes_128_cbc, Mac::hmac_sha256, Prf::sha256, false, cbc},
    {Suite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
     "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE-ECDSA-AES256-SHA384",
     KeyExchange::ecdhe, Authentication::ecdsa, Cipher::aes_256_cbc, Mac::hmac_sha384, Prf::sha384, false, cbc},
    {Suite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
     "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE-RSA-AES256-SHA384",
     KeyExchange::ecdhe, Authentication::rsa, Cipher::aes_256_cbc, Mac::hmac_sha384, Prf::sha384, false, cbc},
    {Suite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
     "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA",
     KeyExchange::ecdhe, Authentication::ecdsa, Cipher::aes_128_cbc, Mac::hmac_sha1, Prf::sha256, false, cbc},
    {Suite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
     "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA",
     KeyExchange::ecdhe, Authentication::rsa, Cipher::aes_128_cbc, Mac::hmac_sha1, Prf::sha256, false, cbc},
    {Suite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
     "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA",
     KeyExchange::ecdhe, Authentication::ecdsa, Cipher::aes_256_cbc, Mac::hmac_sha1, Prf::sha256, false, cbc},
    {Suite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
     "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA",
     KeyExchange::ecdhe, Authentication::rsa, Cipher::aes_256_cbc, Mac::hmac_sha1, Prf::sha256, false, cbc},
    {Suite::TLS_RSA_WITH_AES_128_GCM_SHA256,
     "TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256",
     KeyExchange::rsa, Authentication::rsa, Cipher::aes_128_gcm, Mac::aead, Prf::sha256, false, static_rsa},
    {Suite::TLS_RSA_WITH_AES_256_GCM_SHA384,
     "TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384",
     KeyExchange::rsa, Authentication::rsa, Cipher::aes_256_gcm, Mac::aead, Prf::sha384, false, static_rsa},
    {Suite::TLS_RSA_WITH_AES_128_CBC_SHA256,
     "TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256",
     KeyExchange::rsa, Authentication::rsa, Cipher::aes_128_cbc, Mac::hmac_sha256, Prf::sha256, false, static_rsa_cbc},
    {Suite::TLS_RSA_WITH_AES_256_CBC_SHA256,
     "TLS_RSA_WITH_AES_256_CBC_SHA256", "AES256-SHA256",
     KeyExchange::rsa, Authentication::rsa, Cipher::aes_256_cbc, Mac::hmac_sha256, Prf::sha256, false, static_rsa_cbc},
    {Suite::TLS_RSA_WITH_AES_128_CBC_SHA,
     "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA",
     KeyExchange::rsa, Authentication::rsa, Cipher::aes_128_cbc, Mac::hmac_sha1, Prf::sha256, false, static_rsa_cbc},
    {Suite::TLS_RSA_WITH_AES_256_CBC_SHA,
     "TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA",
     KeyExchange::rsa, Authentication::rsa, Cipher::aes_256_cbc, Mac::hmac_sha1, Prf::sha256, false, static_rsa_cbc},
};
// clang-format on

constexpr size_t cipher_key_size(Cipher cipher) {
  return cipher == Cipher::aes_256_gcm || cipher == Cipher::chacha20_poly1305 || cipher == Cipher::aes_256_cbc ? 32
                                                                                                               : 16;
}

constexpr size_t mac_key_size(Mac mac) {
  constexpr size_t sizes[] = {0, 20, 32, 48};
  return sizes[static_cast<size_t>(mac)];
}

}  // namespace

std::span<const SuiteRow> suites() { return rows; }

const SuiteRow* find(Suite suite) {
  for (const auto& row : rows)
    if (row.suite == suite) return &row;
  return nullptr;
}

KeySizes key_sizes(const SuiteRow& row) {
  // RFC 5288 section 3: a salt of 4 bytes; RFC 7905 section 2 and RFC 8446 section 5.3: 12 bytes; CBC carries its IV in
  // the record.
  bool whole = row.cipher == Cipher::chacha20_poly1305 || version_of(row) == Version::tls13;
  size_t iv = !is_aead(row) ? 0 : whole ? 12 : 4;
  return {mac_key_size(row.mac), cipher_key_size(row.cipher), iv};
}

}  // namespace handfast::catalog
