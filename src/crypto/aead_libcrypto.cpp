// aead_libcrypto.cpp: AEAD by libcrypto, one context per key.
#include <openssl/evp.h>

#include <algorithm>
#include <new>

#include <base/secret.hpp>
#include <crypto/aead_backends.hpp>
#include <crypto/fetched.hpp>

namespace handfast::crypto {
namespace {

const EVP_CIPHER* cipher(AeadAlgorithm algorithm) {
  static FetchedCipher gcm_128("AES-128-GCM"), gcm_256("AES-256-GCM"), chacha("ChaCha20-Poly1305"),
      ccm_128("AES-128-CCM"), ccm_256("AES-256-CCM"), aria_128("ARIA-128-GCM"), aria_256("ARIA-256-GCM");
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm: return gcm_128.get();
    case AeadAlgorithm::aes_256_gcm: return gcm_256.get();
    case AeadAlgorithm::chacha20_poly1305: return chacha.get();
    case AeadAlgorithm::aes_128_ccm:
    case AeadAlgorithm::aes_128_ccm_8: return ccm_128.get();
    case AeadAlgorithm::aes_256_ccm:
    case AeadAlgorithm::aes_256_ccm_8: return ccm_256.get();
    case AeadAlgorithm::aria_128_gcm: return aria_128.get();
    case AeadAlgorithm::aria_256_gcm: return aria_256.get();
  }
  return nullptr;
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

class LibcryptoAead final : public Aead {
 public:
  LibcryptoAead(AeadAlgorithm algorithm, Bytes key, Context context)
      : algorithm_(algorithm),
        tag_size_(tag_size(algorithm)),
        context_(std::move(context)),
        ccm_key_(is_ccm(algorithm) ? key : Bytes{}) {}

  void seal(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext) override {
    int ignored = 0;
    bool done = start(nonce, 1) && announce(plaintext.size()) && add(aad) && update(out, plaintext) &&
                EVP_CipherFinal_ex(context_.get(), out, &ignored) == 1 && take_tag(out + plaintext.size());
    if (!done) throw std::bad_alloc();
  }

  // The copy is cheap beside what a call of libcrypto costs, and CCM takes its text in one piece.
  void seal_with_tail(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext, size_t tail) override {
    std::copy(plaintext.begin(), plaintext.end(), out);
    seal(out, nonce, aad, {out, plaintext.size() + tail});
  }

  bool open(std::span<uint8_t> sealed, Bytes nonce, Bytes aad) override {
    if (sealed.size() < tag_size_) return false;
    auto text = sealed.first(sealed.size() - tag_size_);
    auto tag = sealed.last(tag_size_);
    uint8_t none[16];
    int ignored = 0;
    bool done = start(nonce, 0) && expect_tag(tag) && announce(text.size()) && add(aad) && update(text.data(), text) &&
                (is_ccm(algorithm_) || EVP_CipherFinal_ex(context_.get(), none, &ignored) == 1);
    if (!done) erase(text);
    return done;
  }

  std::string_view description() const override {
    constexpr std::string_view names[] = {"AES-128-GCM (libcrypto)", "AES-256-GCM (libcrypto)",
                                          "ChaCha20-Poly1305 (libcrypto)", "AES-128-CCM (libcrypto)",
                                          "AES-128-CCM-8 (libcrypto)",     "AES-256-CCM (libcrypto)",
                                          "AES-256-CCM-8 (libcrypto)",     "ARIA-128-GCM (libcrypto)",
                                          "ARIA-256-GCM (libcrypto)"};
    return names[static_cast<size_t>(algorithm_)];
  }

 private:
  // The key stays; only the nonce and the direction are set. CCM wants its key again when the direction changes.
  bool start(Bytes nonce, int encrypt) {
    bool turns = !ccm_key_.empty() && encrypt != direction_;
    direction_ = encrypt;
    return nonce.size() == aead_nonce_size &&
           EVP_CipherInit_ex2(context_.get(), nullptr, turns ? ccm_key_.view().data() : nullptr, nonce.data(), encrypt,
                              nullptr) == 1;
  }
  bool expect_tag(std::span<uint8_t> tag) {
    return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, int(tag.size()), tag.data()) == 1;
  }
  bool take_tag(uint8_t* out) {
    return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, int(tag_size_), out) == 1;
  }
  // CCM authenticates the length first.
  bool announce(size_t size) {
    int ignored = 0;
    return !is_ccm(algorithm_) || EVP_CipherUpdate(context_.get(), nullptr, &ignored, nullptr, int(size)) == 1;
  }
  bool add(Bytes aad) {
    int ignored = 0;
    return aad.empty() || EVP_CipherUpdate(context_.get(), nullptr, &ignored, aad.data(), int(aad.size())) == 1;
  }
  // CCM makes and checks its tag here, even that of an empty text.
  bool update(uint8_t* out, Bytes in) {
    int written = 0;
    if (in.empty() && !is_ccm(algorithm_)) return true;
    uint8_t nothing = 0;
    auto from = in.empty() ? &nothing : in.data();
    return EVP_CipherUpdate(context_.get(), in.empty() ? &nothing : out, &written, from, int(in.size())) == 1;
  }

  AeadAlgorithm algorithm_;
  size_t tag_size_;
  Context context_;
  Secret<32> ccm_key_;
  int direction_ = 1;
};

// CCM computes with the sizes of nonce and tag from the moment it has its key.
bool set_key(EVP_CIPHER_CTX* context, const EVP_CIPHER* cipher, AeadAlgorithm algorithm, Bytes key) {
  if (EVP_CipherInit_ex2(context, cipher, nullptr, nullptr, 1, nullptr) != 1) return false;
  if (is_ccm(algorithm) &&
      (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, int(aead_nonce_size), nullptr) != 1 ||
       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, int(tag_size(algorithm)), nullptr) != 1))
    return false;
  return EVP_CipherInit_ex2(context, nullptr, key.data(), nullptr, 1, nullptr) == 1;
}

}  // namespace

std::unique_ptr<Aead> make_libcrypto_aead(AeadAlgorithm algorithm, Bytes key) {
  auto fetched = cipher(algorithm);
  if (!fetched) return nullptr;
  Context context(EVP_CIPHER_CTX_new());
  if (!context || !set_key(context.get(), fetched, algorithm, key)) throw std::bad_alloc();
  return std::make_unique<LibcryptoAead>(algorithm, key, std::move(context));
}

}  // namespace handfast::crypto
