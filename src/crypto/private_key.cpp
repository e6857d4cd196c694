// private_key.cpp: signing and the RSA premaster (PrivateKey of public_key.hpp).
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <crypto/owned.hpp>
#include <crypto/public_key.hpp>
#include <crypto/scheme_algorithms.hpp>
#include <vector>

namespace handfast::crypto {
namespace {

constexpr size_t premaster_size = 48;

/// All ones when a == b, else zero, without a branch.
uint8_t equal_mask(unsigned a, unsigned b) {
  const uint32_t difference = a ^ b;
  const uint32_t differs = (difference | (0u - difference)) >> 31;
  return static_cast<uint8_t>(differs - 1);
}

/// Decrypts to 48 bytes. The provider checks padding and version in constant time and gives random bytes where they are
/// wrong (PROVIDER-ASYM_CIPHER(7)); false only for a number that is no ciphertext of this key, which anyone can see.
bool decrypt(EVP_PKEY* key, Bytes encrypted, Version offered, std::span<uint8_t> out) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  auto version = static_cast<unsigned>(offered);
  const OSSL_PARAM options[] = {OSSL_PARAM_construct_uint(OSSL_ASYM_CIPHER_PARAM_TLS_CLIENT_VERSION, &version),
                                OSSL_PARAM_construct_end()};
  size_t size = out.size();
  return context && EVP_PKEY_decrypt_init(context.get()) > 0 &&
         EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_WITH_TLS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_params(context.get(), options) > 0 &&
         EVP_PKEY_decrypt(context.get(), out.data(), &size, encrypted.data(), encrypted.size()) > 0 &&
         size == out.size();
}

}  // namespace

/// The key and one ready context per scheme: a copy of it costs 0.15 us, a new one 2.5 us. Only read after it is made.
struct PrivateKey::Prepared {
  std::shared_ptr<void> key;
  PublicKey half;
  std::vector<std::pair<Scheme, OwnedDigestContext>> signers;
};

PrivateKey::PrivateKey(std::shared_ptr<void> key) {
  if (!key) return;
  QuietErrors quiet;
  const PublicKey half(key);
  auto prepared = std::make_shared<Prepared>();
  for (const auto& algorithm : scheme_algorithms()) {
    if (!half.fits(algorithm.scheme, algorithm.before_tls12 ? Version::tls11 : Version::tls12)) continue;
    auto context = make_context(algorithm, EVP_DigestSignInit_ex, static_cast<EVP_PKEY*>(key.get()));
    if (context) prepared->signers.emplace_back(algorithm.scheme, std::move(context));
  }
  prepared->half = half;
  prepared->key = std::move(key);
  prepared_ = std::move(prepared);
}

PublicKey PrivateKey::public_key() const { return prepared_ ? prepared_->half : PublicKey(); }

Result<Buffer> PrivateKey::sign(Scheme scheme, Version version, Bytes message) const {
  QuietErrors quiet;
  const EVP_MD_CTX* ready = nullptr;
  if (prepared_)
    for (const auto& [candidate, context] : prepared_->signers)
      if (candidate == scheme) ready = context.get();
  if (!ready || !prepared_->half.fits(scheme, version))
    return fail(Fault::scheme_not_for_key, {"our key is " + public_key().description() + ", not one for " +
                                            printable(scheme) + " in " + printable(version)});

  OwnedDigestContext context(EVP_MD_CTX_new());
  Buffer signature(static_cast<size_t>(EVP_PKEY_get_size(static_cast<EVP_PKEY*>(prepared_->key.get()))));
  size_t size = signature.size();
  if (!context || EVP_MD_CTX_copy_ex(context.get(), ready) <= 0 ||
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) <= 0)
    return fail(Fault::signing_failed, {printable(scheme)});
  signature.resize(size);
  return signature;
}

Result<Premaster> PrivateKey::decrypt_premaster(Bytes encrypted, Version offered, Bytes substitute) const {
  QuietErrors quiet;
  if (public_key().type() != KeyType::rsa || substitute.size() != premaster_size)
    return fail(Fault::crypto_failed, {"a premaster secret needs an RSA key and a substitute of 48 bytes"});

  Premaster premaster(premaster_size);
  auto bytes = premaster.writable();
  const bool decrypted = decrypt(static_cast<EVP_PKEY*>(prepared_->key.get()), encrypted, offered, bytes);
  const auto version = static_cast<unsigned>(offered);
  const auto keep = static_cast<uint8_t>(equal_mask(decrypted, 1) & equal_mask(bytes[0], version >> 8) &
                                         equal_mask(bytes[1], version & 0xff));
  for (size_t i = 0; i < premaster_size; ++i)
    bytes[i] = static_cast<uint8_t>((bytes[i] & keep) | (substitute[i] & ~keep));
  return premaster;
}

}  // namespace handfast::crypto
