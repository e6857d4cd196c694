// mlkem_libcrypto.cpp: ML-KEM-768 by libcrypto 3.5 or later, whose names are given as text so that 3.0 compiles them.
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <crypto/mlkem_backends.hpp>
#include <crypto/owned.hpp>

namespace handfast::crypto {
namespace {

constexpr const char* algorithm = "ML-KEM-768";
constexpr const char* seed_parameter = "seed";          // OSSL_PKEY_PARAM_ML_KEM_SEED
constexpr const char* randomness_parameter = "ikme";    // OSSL_KEM_PARAM_IKME

OSSL_PARAM octets(const char* name, Bytes bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<uint8_t*>(bytes.data()), bytes.size());
}

OwnedKey import_key(int selection, const char* name, Bytes bytes) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  OSSL_PARAM parameters[] = {octets(name, bytes), OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters) <= 0)
    return nullptr;
  return OwnedKey(key);
}

class LibcryptoKey final : public MlkemKey {
 public:
  explicit LibcryptoKey(OwnedKey key) : key_(std::move(key)) {}

  bool take_encapsulation_key() {
    size_t size = 0;
    return key_ &&
           EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, public_.data(), public_.size(), &size) > 0 &&
           size == public_.size();
  }

  Bytes encapsulation_key() const override { return public_; }

  Result<MlkemSecret> decapsulate(Bytes ciphertext) const override {
    if (ciphertext.size() != mlkem768_ciphertext_size) return refuse_ciphertext(ciphertext.size());
    QuietErrors quiet;
    MlkemSecret secret(mlkem768_secret_size);
    size_t size = mlkem768_secret_size;
    OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    if (!context || EVP_PKEY_decapsulate_init(context.get(), nullptr) <= 0 ||
        EVP_PKEY_decapsulate(context.get(), secret.writable().data(), &size, ciphertext.data(), ciphertext.size()) <= 0)
      return fail(Fault::crypto_failed, {"libcrypto did not decapsulate"});
    return secret;
  }

 private:
  OwnedKey key_;
  std::array<uint8_t, mlkem768_encapsulation_key_size> public_;
};

}  // namespace

bool has_libcrypto_mlkem() {
  static const bool has = [] {
    QuietErrors quiet;
    Owned<EVP_KEM, EVP_KEM_free> kem(EVP_KEM_fetch(nullptr, algorithm, nullptr));
    return kem != nullptr;
  }();
  return has;
}

Result<std::unique_ptr<MlkemKey>> make_libcrypto_mlkem_key(Bytes key) {
  QuietErrors quiet;
  const char* form = key.size() == mlkem768_seed_size ? seed_parameter : OSSL_PKEY_PARAM_PRIV_KEY;
  auto made = std::make_unique<LibcryptoKey>(import_key(EVP_PKEY_KEYPAIR, form, key));
  if (!made->take_encapsulation_key()) return fail(Fault::key_unsupported, {"libcrypto refuses the ML-KEM-768 key"});
  return made;
}

Result<MlkemEncapsulation> libcrypto_mlkem_encapsulate(Bytes encapsulation_key, Bytes randomness) {
  QuietErrors quiet;
  auto key = import_key(EVP_PKEY_PUBLIC_KEY, OSSL_PKEY_PARAM_PUB_KEY, encapsulation_key);
  if (!key) return fail(Fault::public_value_invalid, {"libcrypto refuses the ML-KEM-768 encapsulation key"});
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  const OSSL_PARAM parameters[] = {octets(randomness_parameter, randomness), OSSL_PARAM_construct_end()};
  MlkemEncapsulation result;
  size_t ciphertext_size = result.ciphertext.size(), secret_size = mlkem768_secret_size;
  if (!context || EVP_PKEY_encapsulate_init(context.get(), parameters) <= 0 ||
      EVP_PKEY_encapsulate(context.get(), result.ciphertext.data(), &ciphertext_size, result.secret.writable().data(),
                           &secret_size) <= 0)
    return fail(Fault::crypto_failed, {"libcrypto did not encapsulate"});
  return result;
}

}  // namespace handfast::crypto
