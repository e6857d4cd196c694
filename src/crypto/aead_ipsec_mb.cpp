// aead_ipsec_mb.cpp: AEAD by Intel IPsec MB, through its direct calls: one message each, nothing is queued.
#include <crypto/aead_backends.hpp>

#ifdef HANDFAST_HAVE_IPSEC_MB

#include <intel-ipsec-mb.h>

#include <cstring>

#include <base/secret.hpp>

namespace handfast::crypto {
namespace {

// Only the table of functions that its initialisation chose for this processor is used, and only read: one serves every
// thread. It is never freed, as connections may outlive any static object.
const IMB_MGR* make_manager() {
  auto manager = alloc_mb_mgr(0);
  if (!manager) return nullptr;
  IMB_ARCH arch = IMB_ARCH_NONE;
  init_mb_mgr_auto(manager, &arch);
  constexpr uint64_t needed = IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ | IMB_FEATURE_AVX2;
  if (imb_get_errno(manager) == 0 && arch >= IMB_ARCH_AVX2 && (manager->features & needed) == needed) return manager;
  free_mb_mgr(manager);
  return nullptr;
}

const IMB_MGR* manager() {
  static const IMB_MGR* const shared = make_manager();
  return shared;
}

template <class T>
std::span<uint8_t> bytes_of(T& object) {
  return {reinterpret_cast<uint8_t*>(&object), sizeof object};
}

// What all algorithms here have.
constexpr size_t tag_bytes = 16;

// Constant time, in two words: a loop over bytes would take as long as opening a short record.
bool equal_tags(const uint8_t* a, const uint8_t* b) {
  uint64_t left[2], right[2];
  std::memcpy(left, a, tag_bytes);
  std::memcpy(right, b, tag_bytes);
  return ((left[0] ^ right[0]) | (left[1] ^ right[1])) == 0;
}

// Decides on a tag computed beside the plaintext that is not released yet.
bool accept(std::span<uint8_t> plaintext, Bytes computed, Bytes received) {
  const bool same = declassified(equal_tags(computed.data(), received.data()));
  if (!same) erase(plaintext);
  return same;
}

template <AeadAlgorithm algorithm>
class IpsecMbGcm final : public Aead {
 public:
  explicit IpsecMbGcm(Bytes key) {
    if constexpr (is_128)
      IMB_AES128_GCM_PRE(manager(), key.data(), &key_);
    else
      IMB_AES256_GCM_PRE(manager(), key.data(), &key_);
  }
  ~IpsecMbGcm() override { erase(bytes_of(key_)); }

  void seal(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext) override {
    gcm_context_data context;
    auto encrypt = is_128 ? manager_->gcm128_enc : manager_->gcm256_enc;
    encrypt(&key_, &context, out, plaintext.data(), plaintext.size(), nonce.data(), aad.data(), aad.size(),
            out + plaintext.size(), tag_bytes);
    erase(bytes_of(context));
  }

  void seal_with_tail(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext, size_t tail) override {
    if (plaintext.size() <= copied_at_most) {
      if (!plaintext.empty()) std::memcpy(out, plaintext.data(), plaintext.size());
      return seal(out, nonce, aad, {out, plaintext.size() + tail});
    }
    gcm_context_data context;
    auto end = out + plaintext.size();
    if constexpr (is_128) {
      IMB_AES128_GCM_INIT(manager_, &key_, &context, nonce.data(), aad.data(), aad.size());
      IMB_AES128_GCM_ENC_UPDATE(manager_, &key_, &context, out, plaintext.data(), plaintext.size());
      IMB_AES128_GCM_ENC_UPDATE(manager_, &key_, &context, end, end, tail);
      IMB_AES128_GCM_ENC_FINALIZE(manager_, &key_, &context, end + tail, tag_bytes);
    } else {
      IMB_AES256_GCM_INIT(manager_, &key_, &context, nonce.data(), aad.data(), aad.size());
      IMB_AES256_GCM_ENC_UPDATE(manager_, &key_, &context, out, plaintext.data(), plaintext.size());
      IMB_AES256_GCM_ENC_UPDATE(manager_, &key_, &context, end, end, tail);
      IMB_AES256_GCM_ENC_FINALIZE(manager_, &key_, &context, end + tail, tag_bytes);
    }
    erase(bytes_of(context));
  }

  bool open(std::span<uint8_t> sealed, Bytes nonce, Bytes aad) override {
    if (sealed.size() < tag_bytes) return false;
    auto text = sealed.first(sealed.size() - tag_bytes);
    gcm_context_data context;
    uint8_t tag[tag_bytes];
    auto decrypt = is_128 ? manager_->gcm128_dec : manager_->gcm256_dec;
    decrypt(&key_, &context, text.data(), text.data(), text.size(), nonce.data(), aad.data(), aad.size(), tag,
            tag_bytes);
    erase(bytes_of(context));
    return accept(text, tag, sealed.last(tag_bytes));
  }

  std::string_view description() const override {
    return is_128 ? "AES-128-GCM (ipsec-mb)" : "AES-256-GCM (ipsec-mb)";
  }

 private:
  static constexpr bool is_128 = algorithm == AeadAlgorithm::aes_128_gcm;
  // Up to here a copy and one call are faster than the four calls that need no copy.
  static constexpr size_t copied_at_most = 2048;
  const IMB_MGR* manager_ = manager();
  gcm_key_data key_;
};

class IpsecMbChaCha final : public Aead {
 public:
  explicit IpsecMbChaCha(Bytes key) : key_(key) {}

  void seal(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext) override {
    chacha20_poly1305_context_data context;
    IMB_CHACHA20_POLY1305_INIT(manager_, key_.view().data(), &context, nonce.data(), aad.data(), aad.size());
    IMB_CHACHA20_POLY1305_ENC_UPDATE(manager_, key_.view().data(), &context, out, plaintext.data(), plaintext.size());
    IMB_CHACHA20_POLY1305_ENC_FINALIZE(manager_, &context, out + plaintext.size(), tag_bytes);
    erase(bytes_of(context));
  }

  // The copy is cheap beside ChaCha20.
  void seal_with_tail(uint8_t* out, Bytes nonce, Bytes aad, Bytes plaintext, size_t tail) override {
    if (!plaintext.empty()) std::memcpy(out, plaintext.data(), plaintext.size());
    seal(out, nonce, aad, {out, plaintext.size() + tail});
  }

  bool open(std::span<uint8_t> sealed, Bytes nonce, Bytes aad) override {
    if (sealed.size() < tag_bytes) return false;
    auto text = sealed.first(sealed.size() - tag_bytes);
    chacha20_poly1305_context_data context;
    uint8_t tag[tag_bytes];
    IMB_CHACHA20_POLY1305_INIT(manager_, key_.view().data(), &context, nonce.data(), aad.data(), aad.size());
    IMB_CHACHA20_POLY1305_DEC_UPDATE(manager_, key_.view().data(), &context, text.data(), text.data(), text.size());
    IMB_CHACHA20_POLY1305_DEC_FINALIZE(manager_, &context, tag, tag_bytes);
    erase(bytes_of(context));
    return accept(text, tag, sealed.last(tag_bytes));
  }

  std::string_view description() const override { return "ChaCha20-Poly1305 (ipsec-mb)"; }

 private:
  const IMB_MGR* manager_ = manager();
  Secret<48> key_;   // of 32 bytes: IPsec MB 1.3 reads 16 bytes behind them
};

}  // namespace

bool has_ipsec_mb() { return manager() != nullptr; }

std::unique_ptr<Aead> make_ipsec_mb_aead(AeadAlgorithm algorithm, Bytes key) {
  if (!has_ipsec_mb()) return nullptr;
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm: return std::make_unique<IpsecMbGcm<AeadAlgorithm::aes_128_gcm>>(key);
    case AeadAlgorithm::aes_256_gcm: return std::make_unique<IpsecMbGcm<AeadAlgorithm::aes_256_gcm>>(key);
    case AeadAlgorithm::chacha20_poly1305: return std::make_unique<IpsecMbChaCha>(key);
    default: return nullptr;
  }
}

}  // namespace handfast::crypto

#else

namespace handfast::crypto {

bool has_ipsec_mb() { return false; }
std::unique_ptr<Aead> make_ipsec_mb_aead(AeadAlgorithm, Bytes) { return nullptr; }

}  // namespace handfast::crypto

#endif
