#include <openssl/core_names.h>

#include <crypto/key_exchange.hpp>
#include <crypto/owned.hpp>

namespace handfast::crypto {
namespace {

struct LibcryptoGroup {
  Group group;
  const char* algorithm;  ///< libcrypto's name of the key type
  const char* curve;      ///< libcrypto's name of the curve of an "EC" key
  size_t public_size;     ///< bytes of a public value
  size_t shared_size;     ///< bytes of the result
};

constexpr LibcryptoGroup rows[] = {
    {Group::x25519, "X25519", nullptr, 32, 32}, {Group::secp256r1, "EC", "P-256", 65, 32},
    {Group::secp384r1, "EC", "P-384", 97, 48},  {Group::x448, "X448", nullptr, 56, 56},
    {Group::secp521r1, "EC", "P-521", 133, 66},
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
  if (row.curve && EVP_PKEY_CTX_set_group_name(context.get(), row.curve) <= 0) return nullptr;
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

bool derive_into(EVP_PKEY* own, EVP_PKEY* peer, std::span<uint8_t> out) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
  if (!context || EVP_PKEY_derive_init(context.get()) <= 0) return false;
  // Setting the peer's value has checked that it is on the curve; the cofactor is 1, so it has the right order too.
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

}  // namespace

Result<KeyShare> KeyShare::generate(Group group) {
  QuietErrors quiet;
  const auto* row = find(group);
  auto* bench = row ? workbench(*row) : nullptr;
  if (!bench) return fail(Fault::crypto_failed, {"libcrypto has no key exchange over " + printable(group)});
  auto key = generate_key(bench->generator.get());
  if (!key) return fail(Fault::crypto_failed, {"libcrypto made no key over " + printable(group)});

  KeyShare share(group, key.release());
  TRY(share.take_public_value());
  return share;
}

Result<KeyShare> KeyShare::from_private(Group group, Bytes private_key) {
  QuietErrors quiet;
  const auto* row = find(group);
  if (!row || row->curve) return fail(Fault::crypto_failed, {"only X25519 and X448 keys can be given"});
  KeyShare share(
      group, EVP_PKEY_new_raw_private_key_ex(nullptr, row->algorithm, nullptr, private_key.data(), private_key.size()));
  TRY(share.take_public_value());
  return share;
}

Result<> KeyShare::take_public_value() {
  const auto* row = find(group_);
  const char* what = row->curve ? OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY : OSSL_PKEY_PARAM_PUB_KEY;
  auto* own = static_cast<EVP_PKEY*>(key_);
  if (!own || EVP_PKEY_get_octet_string_param(own, what, public_.data(), public_.size(), &public_size_) <= 0 ||
      public_size_ != row->public_size)
    return fail(Fault::crypto_failed, {"libcrypto gave no public value over " + printable(group_)});
  return {};
}

Result<SharedSecret> KeyShare::derive(Bytes peer_public) && {
  QuietErrors quiet;
  const auto* row = find(group_);
  const auto refuse = [&](std::string why) { return fail(Fault::public_value_invalid, {std::move(why)}); };
  if (peer_public.size() != row->public_size)
    return refuse("a public value of " + printable(group_) + " has " + std::to_string(row->public_size) +
                  " bytes, not " + std::to_string(peer_public.size()));
  if (row->curve && peer_public[0] != uncompressed) return refuse("the point is not in the uncompressed format");

  auto* bench = workbench(*row);
  if (!bench || !key_) return fail(Fault::crypto_failed, {"libcrypto lost the key over " + printable(group_)});
  if (EVP_PKEY_set1_encoded_public_key(bench->peer.get(), peer_public.data(), peer_public.size()) <= 0)
    return refuse("the point is not on the curve");

  SharedSecret secret(row->shared_size);
  const bool derived = derive_into(static_cast<EVP_PKEY*>(key_), bench->peer.get(), secret.writable());
  if (!derived || is_all_zero(secret.view())) return refuse("the shared secret is all zero");
  return secret;
}

KeyShare::KeyShare(KeyShare&& other) noexcept
    : group_(other.group_),
      public_(other.public_),
      public_size_(other.public_size_),
      key_(std::exchange(other.key_, nullptr)) {}

KeyShare& KeyShare::operator=(KeyShare&& other) noexcept {
  group_ = other.group_;
  public_ = other.public_;
  public_size_ = other.public_size_;
  std::swap(key_, other.key_);
  return *this;
}

KeyShare::~KeyShare() { EVP_PKEY_free(static_cast<EVP_PKEY*>(key_)); }

}  // namespace handfast::crypto
