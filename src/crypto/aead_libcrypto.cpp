// aead_libcrypto.cpp: AEAD by libcrypto, one context per key.
#include <openssl/evp.h>

#include <new>

#include <base/secret.hpp>
#include <crypto/aead_backends.hpp>
#include <crypto/fetched.hpp>

namespace handfast::crypto {
namespace {

const EVP_CIPHER* cipher(AeadAlgorithm algorithm) {
  static FetchedCipher ciphers[] = {FetchedCipher("AES-128-GCM"), FetchedCipher("AES-256-GCM"),
                                    FetchedCipher("ChaCha20-Poly1305")};
  return ciphers[static_cast<size_t>(algorithm)].get();
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

class LibcryptoAead final : public Aead {
 public:
  LibcryptoAead(AeadAlgorithm algorithm, Context context) : algorithm_(algorithm), context_(std::move(context)) {}

  void seal(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext) override {
    int ignored = 0;
    bool done = start(nonce, aad, 1) && update(out, plaintext) &&
                EVP_CipherFinal_ex(context_.get(), out, &ignored) == 1 &&
                EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, aead_tag_size, out + plaintext.size()) == 1;
    if (!done) throw std::bad_alloc();
  }

  bool open(std::span<uint8_t> sealed, Bytes nonce, Bytes aad) override {
    if (sealed.size() < aead_tag_size) return false;
    auto text = sealed.first(sealed.size() - aead_tag_size);
    auto tag = sealed.last(aead_tag_size);
    int ignored = 0;
    bool done = start(nonce, aad, 0) && update(text.data(), text) &&
                EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, aead_tag_size, tag.data()) == 1 &&
                EVP_CipherFinal_ex(context_.get(), tag.data(), &ignored) == 1;
    if (!done) erase(text);
    return done;
  }

  std::string_view description() const override {
    constexpr std::string_view names[] = {"AES-128-GCM (libcrypto)", "AES-256-GCM (libcrypto)",
                                          "ChaCha20-Poly1305 (libcrypto)"};
    return names[static_cast<size_t>(algorithm_)];
  }

 private:
  // The key stays; only the nonce and the direction are set.
  bool start(Bytes nonce, Bytes aad, int encrypt) {
    int ignored = 0;
    return nonce.size() == aead_nonce_size &&
           EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), encrypt, nullptr) == 1 &&
           (aad.empty() || EVP_CipherUpdate(context_.get(), nullptr, &ignored, aad.data(), int(aad.size())) == 1);
  }
  bool update(uint8_t* out, Bytes in) {
    int written = 0;
    return in.empty() || EVP_CipherUpdate(context_.get(), out, &written, in.data(), int(in.size())) == 1;
  }

  AeadAlgorithm algorithm_;
  Context context_;
};

}  // namespace

std::unique_ptr<Aead> make_libcrypto_aead(AeadAlgorithm algorithm, Bytes key) {
  auto fetched = cipher(algorithm);
  if (!fetched) return nullptr;
  Context context(EVP_CIPHER_CTX_new());
  if (!context || EVP_CipherInit_ex2(context.get(), fetched, key.data(), nullptr, 1, nullptr) != 1) throw std::bad_alloc();
  return std::make_unique<LibcryptoAead>(algorithm, std::move(context));
}

}  // namespace handfast::crypto
