// finite_field.cpp: groups by their numbers, from libcrypto.
#include <crypto/finite_field.hpp>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/dh.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <crypto/owned.hpp>

namespace handfast::crypto {
namespace {

using OwnedNumber = Owned<BIGNUM, BN_clear_free>;
using OwnedBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using OwnedParams = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using OwnedNumbers = Owned<BN_CTX, BN_CTX_free>;

constexpr size_t longest_tried = 3072;

Bytes without_zeros(Bytes number) {
  const auto first = std::ranges::find_if(number, [](uint8_t byte) { return byte != 0; });
  return number.subspan(static_cast<size_t>(first - number.begin()));
}

OwnedNumber number_of(Bytes bytes) { return OwnedNumber(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)); }

Buffer bytes_of(const BIGNUM* number) {
  Buffer bytes(static_cast<size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  return bytes;
}

std::unexpected<Error> failed(std::string what) { return fail(Fault::crypto_failed, {"libcrypto: " + std::move(what)}); }

/// RFC 3526: what most servers use that do not know RFC 7919.
bool is_published(const BIGNUM* p) {
  for (auto* prime : {BN_get_rfc3526_prime_2048, BN_get_rfc3526_prime_3072, BN_get_rfc3526_prime_4096, BN_get_rfc3526_prime_6144,
                      BN_get_rfc3526_prime_8192, BN_get_rfc3526_prime_1536, BN_get_rfc2409_prime_1024}) {
    OwnedNumber known(prime(nullptr));
    if (known && BN_cmp(known.get(), p) == 0) return true;
  }
  return false;
}

/// Where q is prime and p = 2q + 1, p is prime if 2^(p-1) mod p is 1 and 3 does not divide p (Pocklington's theorem).
bool is_safe_prime(const BIGNUM* p) {
  OwnedNumbers scratch(BN_CTX_new());
  OwnedNumber less(BN_dup(p)), half(BN_dup(p)), two(BN_new()), power(BN_new());
  if (!scratch || !less || !half || !two || !power) return false;
  if (!BN_is_odd(p) || BN_mod_word(p, 3) == 0 || !BN_sub_word(less.get(), 1) || !BN_rshift1(half.get(), half.get()) ||
      !BN_set_word(two.get(), 2) || !BN_mod_exp(power.get(), two.get(), less.get(), p, scratch.get()) || !BN_is_one(power.get()))
    return false;
  return BN_check_prime(half.get(), scratch.get(), nullptr) == 1;
}

OwnedKey key_of(const BIGNUM* p, const BIGNUM* g, const BIGNUM* public_value) {
  OwnedBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, p) ||
      !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, g) ||
      (public_value && !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_value)))
    return nullptr;
  OwnedParams params(OSSL_PARAM_BLD_to_param(builder.get()));
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  EVP_PKEY* key = nullptr;
  const int selection = public_value ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEY_PARAMETERS;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) <= 0)
    return nullptr;
  return OwnedKey(key);
}

OwnedKey generate_key(EVP_PKEY* group) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, group, nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) <= 0 || EVP_PKEY_keygen(context.get(), &key) <= 0) return nullptr;
  return OwnedKey(key);
}

Result<Buffer> public_value_of(EVP_PKEY* key, size_t size) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PUB_KEY, &value) <= 0) return failed("no public value");
  OwnedNumber owned(value);
  Buffer bytes(size);
  if (BN_bn2binpad(value, bytes.data(), static_cast<int>(size)) < 0) return failed("a public value longer than the prime");
  return bytes;
}

Result<SharedSecret> derive(EVP_PKEY* own, EVP_PKEY* peer, size_t size) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
  SharedSecret secret(size);
  constexpr int validate = 0;   // the value was held against p, and every such value of a safe prime's group is good
  if (!context || EVP_PKEY_derive_init(context.get()) <= 0 || EVP_PKEY_CTX_set_dh_pad(context.get(), 1) <= 0 ||
      EVP_PKEY_derive_set_peer_ex(context.get(), peer, validate) <= 0 ||
      EVP_PKEY_derive(context.get(), secret.writable().data(), &size) <= 0 || size != secret.view().size())
    return failed("no secret of a finite field");
  return secret;
}

}  // namespace

Result<FiniteField> finite_field(Group group) {
  QuietErrors quiet;
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  EVP_PKEY* made = nullptr;
  const auto group_name = std::string(name(group));
  if (!context || EVP_PKEY_paramgen_init(context.get()) <= 0 ||
      EVP_PKEY_CTX_set_group_name(context.get(), group_name.c_str()) <= 0 || EVP_PKEY_paramgen(context.get(), &made) <= 0)
    return failed("no group " + group_name);
  OwnedKey key(made);
  BIGNUM *p = nullptr, *g = nullptr;
  const bool has_both = EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_FFC_P, &p) > 0 &&
                        EVP_PKEY_get_bn_param(made, OSSL_PKEY_PARAM_FFC_G, &g) > 0;
  OwnedNumber owned_p(p), owned_g(g);
  if (!has_both) return failed("no numbers of " + group_name);
  return FiniteField{bytes_of(p), bytes_of(g)};
}

std::optional<Group> named_finite_field(const FiniteField& field) {
  using enum Group;
  for (auto group : {ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144, ffdhe8192}) {
    if (bits_of(field) != diffie_hellman_sizes(group)->secret * 8) continue;
    auto known = finite_field(group);
    if (known && std::ranges::equal(without_zeros(field.p), known->p) && std::ranges::equal(without_zeros(field.g), known->g))
      return group;
  }
  return std::nullopt;
}

size_t bits_of(const FiniteField& field) {
  const auto p = without_zeros(field.p);
  return p.empty() ? 0 : p.size() * 8 - static_cast<size_t>(std::countl_zero(p.front()));
}

Result<> check_safe(const FiniteField& field) {
  QuietErrors quiet;
  const auto refused = [](std::string why) { return fail(Fault::finite_field_group_unsafe, {std::move(why)}); };
  auto p = number_of(field.p), g = number_of(field.g);
  if (!p || !g) return fail(Fault::out_of_memory);
  OwnedNumber most(BN_dup(p.get()));
  if (!most || !BN_sub_word(most.get(), 1)) return fail(Fault::out_of_memory);
  if (BN_cmp(g.get(), BN_value_one()) <= 0 || BN_cmp(g.get(), most.get()) >= 0)
    return refused("the generator is not between 2 and p-2");
  if (named_finite_field(field) || is_published(p.get())) return {};
  if (bits_of(field) > longest_tried)
    return refused("a group of " + std::to_string(bits_of(field)) + " bits that is not published takes too long to check");
  if (!is_safe_prime(p.get())) return refused("p and (p-1)/2 are not both prime");
  return {};
}

Result<KeyExchangeResponse> respond(const FiniteField& field, Bytes peer_value) {
  QuietErrors quiet;
  const auto size = (bits_of(field) + 7) / 8;
  auto p = number_of(field.p), g = number_of(field.g), value = number_of(peer_value), most = number_of(field.p);
  if (!p || !g || !value || !most || !BN_sub_word(most.get(), 1)) return fail(Fault::out_of_memory);
  if (BN_cmp(value.get(), BN_value_one()) <= 0 || BN_cmp(value.get(), most.get()) >= 0)
    return fail(Fault::public_value_invalid, {"the public value is not between 2 and p-2"});
  auto group = key_of(p.get(), g.get(), nullptr), peer = key_of(p.get(), g.get(), value.get());
  auto own = group ? generate_key(group.get()) : nullptr;
  if (!own || !peer) return failed("no key of a finite field");
  KeyExchangeResponse response;
  auto public_value = TRY(public_value_of(own.get(), size));
  response.public_value = std::move(public_value);
  auto secret = TRY(derive(own.get(), peer.get(), size));
  response.secret = std::move(secret);
  return response;
}

}  // namespace handfast::crypto
