// names.hpp: versions, cipher suites, groups and signature schemes, by their registered numbers and names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handfast {

/// ProtocolVersion, RFC 8446 section 4.2.1.
enum class Version : uint16_t { ssl30 = 0x0300, tls10 = 0x0301, tls11 = 0x0302, tls12 = 0x0303, tls13 = 0x0304 };

/// CipherSuite, by its number in the IANA registry. The ones Handfast implements have a row in its catalog; any other
/// value can be named and printed as well.
enum class Suite : uint16_t {
  TLS_RSA_WITH_NULL_MD5 = 0x0001,
  TLS_RSA_WITH_NULL_SHA = 0x0002,
  TLS_PSK_WITH_NULL_SHA = 0x002c,
  TLS_DHE_PSK_WITH_NULL_SHA = 0x002d,
  TLS_RSA_WITH_AES_128_CBC_SHA = 0x002f,
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA = 0x0033,
  TLS_DH_anon_WITH_AES_128_CBC_SHA = 0x0034,
  TLS_RSA_WITH_AES_256_CBC_SHA = 0x0035,
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA = 0x0039,
  TLS_DH_anon_WITH_AES_256_CBC_SHA = 0x003a,
  TLS_RSA_WITH_NULL_SHA256 = 0x003b,
  TLS_RSA_WITH_AES_128_CBC_SHA256 = 0x003c,
  TLS_RSA_WITH_AES_256_CBC_SHA256 = 0x003d,
  TLS_RSA_WITH_CAMELLIA_128_CBC_SHA = 0x0041,
  TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA = 0x0045,
  TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA = 0x0046,
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA256 = 0x0067,
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA256 = 0x006b,
  TLS_DH_anon_WITH_AES_128_CBC_SHA256 = 0x006c,
  TLS_DH_anon_WITH_AES_256_CBC_SHA256 = 0x006d,
  TLS_RSA_WITH_CAMELLIA_256_CBC_SHA = 0x0084,
  TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA = 0x0088,
  TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA = 0x0089,
  TLS_PSK_WITH_AES_128_CBC_SHA = 0x008c,
  TLS_PSK_WITH_AES_256_CBC_SHA = 0x008d,
  TLS_DHE_PSK_WITH_AES_128_CBC_SHA = 0x0090,
  TLS_DHE_PSK_WITH_AES_256_CBC_SHA = 0x0091,
  TLS_RSA_WITH_AES_128_GCM_SHA256 = 0x009c,
  TLS_RSA_WITH_AES_256_GCM_SHA384 = 0x009d,
  TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 = 0x009e,
  TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 = 0x009f,
  TLS_DH_anon_WITH_AES_128_GCM_SHA256 = 0x00a6,
  TLS_DH_anon_WITH_AES_256_GCM_SHA384 = 0x00a7,
  TLS_PSK_WITH_AES_128_GCM_SHA256 = 0x00a8,
  TLS_PSK_WITH_AES_256_GCM_SHA384 = 0x00a9,
  TLS_DHE_PSK_WITH_AES_128_GCM_SHA256 = 0x00aa,
  TLS_DHE_PSK_WITH_AES_256_GCM_SHA384 = 0x00ab,
  TLS_PSK_WITH_AES_128_CBC_SHA256 = 0x00ae,
  TLS_PSK_WITH_AES_256_CBC_SHA384 = 0x00af,
  TLS_PSK_WITH_NULL_SHA256 = 0x00b0,
  TLS_PSK_WITH_NULL_SHA384 = 0x00b1,
  TLS_DHE_PSK_WITH_AES_128_CBC_SHA256 = 0x00b2,
  TLS_DHE_PSK_WITH_AES_256_CBC_SHA384 = 0x00b3,
  TLS_DHE_PSK_WITH_NULL_SHA256 = 0x00b4,
  TLS_DHE_PSK_WITH_NULL_SHA384 = 0x00b5,
  TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256 = 0x00ba,
  TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256 = 0x00be,
  TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256 = 0x00bf,
  TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256 = 0x00c0,
  TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256 = 0x00c4,
  TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256 = 0x00c5,
  TLS_EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff,
  TLS_AES_128_GCM_SHA256 = 0x1301,
  TLS_AES_256_GCM_SHA384 = 0x1302,
  TLS_CHACHA20_POLY1305_SHA256 = 0x1303,
  TLS_AES_128_CCM_SHA256 = 0x1304,
  TLS_AES_128_CCM_8_SHA256 = 0x1305,
  TLS_FALLBACK_SCSV = 0x5600,
  TLS_ECDHE_ECDSA_WITH_NULL_SHA = 0xc006,
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA = 0xc009,
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA = 0xc00a,
  TLS_ECDHE_RSA_WITH_NULL_SHA = 0xc010,
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA = 0xc013,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA = 0xc014,
  TLS_ECDH_anon_WITH_NULL_SHA = 0xc015,
  TLS_ECDH_anon_WITH_AES_128_CBC_SHA = 0xc018,
  TLS_ECDH_anon_WITH_AES_256_CBC_SHA = 0xc019,
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 = 0xc023,
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384 = 0xc024,
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 = 0xc027,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384 = 0xc028,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 = 0xc02b,
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 = 0xc02c,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 = 0xc02f,
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 = 0xc030,
  TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA = 0xc035,
  TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA = 0xc036,
  TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256 = 0xc037,
  TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384 = 0xc038,
  TLS_ECDHE_PSK_WITH_NULL_SHA = 0xc039,
  TLS_ECDHE_PSK_WITH_NULL_SHA256 = 0xc03a,
  TLS_ECDHE_PSK_WITH_NULL_SHA384 = 0xc03b,
  TLS_RSA_WITH_ARIA_128_GCM_SHA256 = 0xc050,
  TLS_RSA_WITH_ARIA_256_GCM_SHA384 = 0xc051,
  TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256 = 0xc052,
  TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384 = 0xc053,
  TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256 = 0xc05c,
  TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384 = 0xc05d,
  TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256 = 0xc060,
  TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384 = 0xc061,
  TLS_PSK_WITH_ARIA_128_GCM_SHA256 = 0xc06a,
  TLS_PSK_WITH_ARIA_256_GCM_SHA384 = 0xc06b,
  TLS_DHE_PSK_WITH_ARIA_128_GCM_SHA256 = 0xc06c,
  TLS_DHE_PSK_WITH_ARIA_256_GCM_SHA384 = 0xc06d,
  TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256 = 0xc072,
  TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384 = 0xc073,
  TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256 = 0xc076,
  TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384 = 0xc077,
  TLS_PSK_WITH_CAMELLIA_128_CBC_SHA256 = 0xc094,
  TLS_PSK_WITH_CAMELLIA_256_CBC_SHA384 = 0xc095,
  TLS_DHE_PSK_WITH_CAMELLIA_128_CBC_SHA256 = 0xc096,
  TLS_DHE_PSK_WITH_CAMELLIA_256_CBC_SHA384 = 0xc097,
  TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256 = 0xc09a,
  TLS_ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384 = 0xc09b,
  TLS_RSA_WITH_AES_128_CCM = 0xc09c,
  TLS_RSA_WITH_AES_256_CCM = 0xc09d,
  TLS_DHE_RSA_WITH_AES_128_CCM = 0xc09e,
  TLS_DHE_RSA_WITH_AES_256_CCM = 0xc09f,
  TLS_RSA_WITH_AES_128_CCM_8 = 0xc0a0,
  TLS_RSA_WITH_AES_256_CCM_8 = 0xc0a1,
  TLS_DHE_RSA_WITH_AES_128_CCM_8 = 0xc0a2,
  TLS_DHE_RSA_WITH_AES_256_CCM_8 = 0xc0a3,
  TLS_PSK_WITH_AES_128_CCM = 0xc0a4,
  TLS_PSK_WITH_AES_256_CCM = 0xc0a5,
  TLS_DHE_PSK_WITH_AES_128_CCM = 0xc0a6,
  TLS_DHE_PSK_WITH_AES_256_CCM = 0xc0a7,
  TLS_PSK_WITH_AES_128_CCM_8 = 0xc0a8,
  TLS_PSK_WITH_AES_256_CCM_8 = 0xc0a9,
  TLS_PSK_DHE_WITH_AES_128_CCM_8 = 0xc0aa,
  TLS_PSK_DHE_WITH_AES_256_CCM_8 = 0xc0ab,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM = 0xc0ac,
  TLS_ECDHE_ECDSA_WITH_AES_256_CCM = 0xc0ad,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 = 0xc0ae,
  TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8 = 0xc0af,
  TLS_SHA256_SHA256 = 0xc0b4,
  TLS_SHA384_SHA384 = 0xc0b5,
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 = 0xcca8,
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 = 0xcca9,
  TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256 = 0xccaa,
  TLS_PSK_WITH_CHACHA20_POLY1305_SHA256 = 0xccab,
  TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 = 0xccac,
  TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256 = 0xccad,
  TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256 = 0xd001,
  TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384 = 0xd002,
  TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256 = 0xd003,
  TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256 = 0xd005,
};

/// NamedGroup, RFC 8446 section 4.2.7 and RFC 8422 section 5.1.1; the hybrids with ML-KEM-768 are those of
/// draft-ietf-tls-ecdhe-mlkem.
enum class Group : uint16_t {
  secp256r1 = 23,
  secp384r1 = 24,
  secp521r1 = 25,
  x25519 = 29,
  x448 = 30,
  ffdhe2048 = 256,
  ffdhe3072 = 257,
  ffdhe4096 = 258,
  ffdhe6144 = 259,
  ffdhe8192 = 260,
  SecP256r1MLKEM768 = 0x11eb,
  X25519MLKEM768 = 0x11ec,
};

/// SignatureScheme, RFC 8446 section 4.2.3; in TLS 1.2 the same numbers are {hash, signature} (RFC 5246 section 7.4.1.4.1).
enum class Scheme : uint16_t {
  rsa_pkcs1_sha1 = 0x0201,
  ecdsa_sha1 = 0x0203,
  rsa_pkcs1_sha256 = 0x0401,
  ecdsa_secp256r1_sha256 = 0x0403,
  rsa_pkcs1_sha384 = 0x0501,
  ecdsa_secp384r1_sha384 = 0x0503,
  rsa_pkcs1_sha512 = 0x0601,
  ecdsa_secp521r1_sha512 = 0x0603,
  rsa_pss_rsae_sha256 = 0x0804,
  rsa_pss_rsae_sha384 = 0x0805,
  rsa_pss_rsae_sha512 = 0x0806,
  ed25519 = 0x0807,
  ed448 = 0x0808,
  rsa_pss_pss_sha256 = 0x0809,
  rsa_pss_pss_sha384 = 0x080a,
  rsa_pss_pss_sha512 = 0x080b,
  /// Never on the wire: what RSA keys sign with in TLS 1.0 and 1.1 (RFC 2246 section 7.4.3). The number is one for private use.
  rsa_pkcs1_md5_sha1 = 0xff01,
};

/// CertificateType, RFC 7250 section 3.
enum class CertificateType : uint8_t { x509 = 0, raw_public_key = 2 };

/// CertificateCompressionAlgorithm, RFC 8879 section 7.3.
enum class CertificateCompression : uint16_t { zlib = 1, brotli = 2, zstd = 3 };

/// The registered name, e.g. "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "x25519"; empty for a number that
/// Handfast has no name for. The text lives as long as the program.
std::string_view name(Version version);
std::string_view name(Suite suite);
std::string_view name(Group group);
std::string_view name(Scheme scheme);
std::string_view name(CertificateType type);
std::string_view name(CertificateCompression algorithm);

/// The registered name, or the number as 0x1234.
std::string printable(Version version);
std::string printable(Suite suite);
std::string printable(Group group);
std::string printable(Scheme scheme);
std::string printable(CertificateType type);
std::string printable(CertificateCompression algorithm);

/// Looks a name up, without regard to case; also OpenSSL's name of a suite ("ECDHE-RSA-AES128-GCM-SHA256"), "P-256" and
/// "1.2". Empty where the name is unknown or not implemented.
std::optional<Version> version_from(std::string_view text);
std::optional<Suite> suite_from(std::string_view text);
std::optional<Group> group_from(std::string_view text);
std::optional<Scheme> scheme_from(std::string_view text);
std::optional<CertificateCompression> certificate_compression_from(std::string_view text);

/// What Handfast implements, and what it uses when a configuration names nothing, in order of preference.
std::vector<Suite> implemented_suites();
std::vector<Suite> default_suites();
std::vector<Group> default_groups();
std::vector<Scheme> default_schemes();

}  // namespace handfast
