// diffie_hellman.cpp: ephemeral keys of elliptic curves and finite fields, from libcrypto.
#include <openssl/core_names.h>
#include <openssl/dh.h>

#include <crypto/diffie_hellman.hpp>
#include <crypto/owned.hpp>
#include <utility>

namespace handfast::crypto {
namespace {

enum class Kind : uint8_t { montgomery, weierstrass, finite_field };

struct LibcryptoGroup {
  Group group;
  Kind kind;
  const char* algorithm;  ///< libcrypto's name of the key type
  const char* name;       ///< libcrypto's name of the group where the key type has several
  DiffieHellmanSizes sizes;
};

constexpr LibcryptoGroup rows[] = {
    {Group::x25519, Kind::montgomery, "X25519", nullptr, {32, 32}},
    {Group::secp256r1, Kind::weierstrass, "EC", "P-256", {65, 32}},
    {Group::secp384r1, Kind::weierstrass, "EC", "P-384", {97, 48}},
    {Group::x448, Kind::montgomery, "X448", nullptr, {56, 56}},
    {Group::secp521r1, Kind::weierstrass, "EC", "P-521", {133, 66}},
    {Group::ffdhe2048, Kind::finite_field, "DH", "ffdhe2048", {256, 256}},
    {Group::ffdhe3072, Kind::finite_field, "DH", "ffdhe3072", {384, 384}},
    {Group::ffdhe4096, Kind::finite_field, "DH", "ffdhe4096", {512, 512}},
    {Group::ffdhe6144, Kind::finite_field, "DH", "ffdhe6144", {768, 768}},
    {Group::ffdhe8192, Kind::finite_field, "DH", "ffdhe8192", {1024, 1024}},
};
constexpr uint8_t uncompressed = 4;  // RFC 8422 section 5.4.1

const LibcryptoGroup* find(Group group) {
  for (const auto& row : rows)
    if (row.group == group) return &row;
  return nullptr;
}

/// What a thread keeps for one group: making a generator anew for each key costs as much as a P-256 key itself, and so
/// does parsing a peer's value into a new key instead of one whose curve is set.
struct Workbench {
  OwnedKeyContext generator;
  OwnedKey peer;
};

OwnedKeyContext make_generator(const LibcryptoGroup& row) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, row.algorithm, nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) <= 0) return nullptr;
  if (row.name && EVP_PKEY_CTX_set_group_name(context.get(), row.name) <= 0) return nullptr;
  return context;
}

OwnedKey generate_key(EVP_PKEY_CTX* generator) {
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_generate(generator, &key) <= 0) return nullptr;
  return OwnedKey(key);
}

Workbench* workbench(const LibcryptoGroup& row) {
  thread_local Workbench benches[std::size(rows)];
  auto& bench = benches[&row - rows];
  if (bench.peer) return &bench;
  bench.generator = make_generator(row);
  if (bench.generator) bench.peer = generate_key(bench.generator.get());
  return bench.peer ? &bench : nullptr;
}

bool derive_into(const LibcryptoGroup& row, EVP_PKEY* own, EVP_PKEY* peer, std::span<uint8_t> out) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
  if (!context || EVP_PKEY_derive_init(context.get()) <= 0) return false;
  // RFC 8446 section 7.4.1: leading zeros stay.
  if (row.kind == Kind::finite_field && EVP_PKEY_CTX_set_dh_pad(context.get(), 1) <= 0) return false;
  // Setting the peer's value has checked that it is on the curve, where the cofactor is 1 and the order therefore
  // right, or between 2 and p-2.
  constexpr int validate = 0;
  if (EVP_PKEY_derive_set_peer_ex(context.get(), peer, validate) <= 0) return false;
  size_t size = out.size();
  return EVP_PKEY_derive(context.get(), out.data(), &size) > 0 && size == out.size();
}

bool is_all_zero(Bytes bytes) {
  uint8_t sum = 0;
  for (auto byte : bytes) sum |= byte;
  return sum == 0;
}

std::unexpected<Error> refuse(std::string why) { return fail(Fault::public_value_invalid, {std::move(why)}); }

}  // namespace

const DiffieHellmanSizes* diffie_hellman_sizes(Group group) {
  const auto* row = find(group);
  return row ? &row->sizes : nullptr;
}

Result<DiffieHellmanKey> DiffieHellmanKey::generate(Group group) {
  QuietErrors quiet;
  const auto* row = find(group);
  auto* bench = row ? workbench(*row) : nullptr;
  if (!bench) return fail(Fault::crypto_failed, {"libcrypto has no key exchange over " + printable(group)});
  auto key = generate_key(bench->generator.get());
  if (!key) return fail(Fault::crypto_failed, {"libcrypto made no key over " + printable(group)});
  return DiffieHellmanKey(group, key.release());
}

Result<DiffieHellmanKey> DiffieHellmanKey::from_private(Group group, Bytes private_key) {
  QuietErrors quiet;
  const auto* row = find(group);
  if (!row || row->kind != Kind::montgomery)
    return fail(Fault::crypto_failed, {"only X25519 and X448 keys can be given"});
  auto* key = EVP_PKEY_new_raw_private_key_ex(nullptr, row->algorithm, nullptr, private_key.data(), private_key.size());
  if (!key) return fail(Fault::crypto_failed, {"that is no private key of " + printable(group)});
  return DiffieHellmanKey(group, key);
}

DiffieHellmanKey DiffieHellmanKey::share() const {
  EVP_PKEY_up_ref(static_cast<EVP_PKEY*>(key_));
  return {group_, key_};
}

Result<> DiffieHellmanKey::write_public_value(std::span<uint8_t> out) const {
  QuietErrors quiet;
  const auto* what =
      find(group_)->kind == Kind::montgomery ? OSSL_PKEY_PARAM_PUB_KEY : OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY;
  size_t size = 0;
  if (!key_ ||
      EVP_PKEY_get_octet_string_param(static_cast<EVP_PKEY*>(key_), what, out.data(), out.size(), &size) <= 0 ||
      size != out.size())
    return fail(Fault::crypto_failed, {"libcrypto gave no public value over " + printable(group_)});
  return {};
}

Result<> DiffieHellmanKey::derive(Bytes peer_value, std::span<uint8_t> out) const {
  QuietErrors quiet;
  const auto& row = *find(group_);
  if (peer_value.size() != row.sizes.public_value)
    return refuse("a public value of " + printable(group_) + " has " + std::to_string(row.sizes.public_value) +
                  " bytes, not " + std::to_string(peer_value.size()));
  if (row.kind == Kind::weierstrass && peer_value[0] != uncompressed)
    return refuse("the point is not in the uncompressed format");

  auto* bench = workbench(row);
  if (!bench || !key_) return fail(Fault::crypto_failed, {"libcrypto lost the key over " + printable(group_)});
  if (EVP_PKEY_set1_encoded_public_key(bench->peer.get(), peer_value.data(), peer_value.size()) <= 0)
    return refuse(row.kind == Kind::finite_field ? "the public value is not between 2 and p-2"
                                                 : "the point is not on the curve");
  const bool derived = derive_into(row, static_cast<EVP_PKEY*>(key_), bench->peer.get(), out);
  if (!derived || is_all_zero(out)) return refuse("the shared secret is all zero");
  return {};
}

DiffieHellmanKey::DiffieHellmanKey(DiffieHellmanKey&& other) noexcept
    : group_(other.group_), key_(std::exchange(other.key_, nullptr)) {}

DiffieHellmanKey& DiffieHellmanKey::operator=(DiffieHellmanKey&& other) noexcept {
  group_ = other.group_;
  std::swap(key_, other.key_);
  return *this;
}

DiffieHellmanKey::~DiffieHellmanKey() { EVP_PKEY_free(static_cast<EVP_PKEY*>(key_)); }

}  // namespace handfast::crypto
