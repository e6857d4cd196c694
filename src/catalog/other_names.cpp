#include <catalog/other_names.hpp>

namespace handfast::catalog {
namespace {

struct Entry {
  uint16_t number;
  std::string_view name;
};

// clang-format off
constexpr Entry groups[] = {
    {1, "sect163k1"}, {2, "sect163r1"}, {3, "sect163r2"}, {4, "sect193r1"}, {5, "sect193r2"}, {6, "sect233k1"},
    {7, "sect233r1"}, {8, "sect239k1"}, {9, "sect283k1"}, {10, "sect283r1"}, {11, "sect409k1"}, {12, "sect409r1"},
    {13, "sect571k1"}, {14, "sect571r1"}, {15, "secp160k1"}, {16, "secp160r1"}, {17, "secp160r2"}, {18, "secp192k1"},
    {19, "secp192r1"}, {20, "secp224k1"}, {21, "secp224r1"}, {22, "secp256k1"}, {26, "brainpoolP256r1"},
    {27, "brainpoolP384r1"}, {28, "brainpoolP512r1"}, {31, "brainpoolP256r1tls13"}, {32, "brainpoolP384r1tls13"},
    {33, "brainpoolP512r1tls13"}, {34, "GC256A"}, {35, "GC256B"}, {36, "GC256C"}, {37, "GC256D"}, {38, "GC512A"},
    {39, "GC512B"}, {40, "GC512C"}, {41, "curveSM2"}, {0x0200, "MLKEM512"}, {0x0201, "MLKEM768"}, {0x0202, "MLKEM1024"},
    {0x11ed, "SecP384r1MLKEM1024"}, {0x11ee, "curveSM2MLKEM768"}, {0x6399, "X25519Kyber768Draft00"},
    {0x639a, "SecP256r1Kyber768Draft00"}, {0xff01, "arbitrary_explicit_prime_curves"},
    {0xff02, "arbitrary_explicit_char2_curves"},
};

constexpr Entry schemes[] = {
    {0x0101, "rsa_pkcs1_md5"}, {0x0201, "rsa_pkcs1_sha1"}, {0x0202, "dsa_sha1"}, {0x0203, "ecdsa_sha1"},
    {0x0301, "rsa_pkcs1_sha224"}, {0x0302, "dsa_sha224"}, {0x0303, "ecdsa_sha224"}, {0x0402, "dsa_sha256"},
    {0x0420, "rsa_pkcs1_sha256_legacy"}, {0x0502, "dsa_sha384"}, {0x0520, "rsa_pkcs1_sha384_legacy"}, {0x0602, "dsa_sha512"},
    {0x0620, "rsa_pkcs1_sha512_legacy"}, {0x0704, "eccsi_sha256"}, {0x0705, "iso_ibs1"}, {0x0706, "iso_ibs2"},
    {0x0707, "iso_chinese_ibs"}, {0x0708, "sm2sig_sm3"}, {0x0709, "gostr34102012_256a"}, {0x070a, "gostr34102012_256b"},
    {0x070b, "gostr34102012_256c"}, {0x070c, "gostr34102012_256d"}, {0x070d, "gostr34102012_512a"},
    {0x070e, "gostr34102012_512b"}, {0x070f, "gostr34102012_512c"}, {0x081a, "ecdsa_brainpoolP256r1tls13_sha256"},
    {0x081b, "ecdsa_brainpoolP384r1tls13_sha384"}, {0x081c, "ecdsa_brainpoolP512r1tls13_sha512"}, {0x0904, "mldsa44"},
    {0x0905, "mldsa65"}, {0x0906, "mldsa87"},
    {static_cast<uint16_t>(Scheme::rsa_pkcs1_md5_sha1), "rsa_pkcs1_md5_sha1"},
};
// clang-format on

template <class Table, class T>
std::string_view look_up(const Table& table, T value) {
  for (const auto& entry : table)
    if (entry.number == static_cast<uint16_t>(value)) return entry.name;
  return {};
}

}  // namespace

std::string_view other_name(Group group) { return look_up(groups, group); }
std::string_view other_name(Scheme scheme) { return look_up(schemes, scheme); }

}  // namespace handfast::catalog
