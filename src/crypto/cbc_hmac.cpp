// cbc_hmac.cpp: CBC records by libcrypto, which also opens MAC-then-encrypt in constant time for us.
#include <crypto/cbc_hmac.hpp>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <new>

#include <crypto/fetched.hpp>
#include <crypto/random.hpp>

namespace handfast::crypto {
namespace {

constexpr size_t block = 16;
constexpr size_t largest_mac = 48;

void require(bool success) {
  if (!success) throw std::bad_alloc();
}

const EVP_CIPHER* cipher(size_t key_size) {
  static FetchedCipher aes_128("AES-128-CBC"), aes_256("AES-256-CBC");
  return (key_size == 16 ? aes_128 : aes_256).get();
}

const EVP_MAC* hmac() {
  static FetchedMac fetched("HMAC");
  return fetched.get();
}

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Free>;

void set_length(MacHeader& header, size_t length) {
  header[11] = static_cast<uint8_t>(length >> 8);
  header[12] = static_cast<uint8_t>(length);
}

// The smallest padding, RFC 5246 section 6.2.3.2: each of its bytes is how many follow the first.
size_t padding_size(size_t content) { return block - content % block; }

// AES-CBC over whole blocks. Each direction's context is made at its first use: a record only ever goes one way.
class Cbc {
 public:
  explicit Cbc(Bytes key) : key_(key) {}

  CipherContext& encrypting() { return encrypting_ ? encrypting_ : encrypting_ = make(1, nullptr); }
  CipherContext& decrypting(const OSSL_PARAM* params) {
    return decrypting_ ? decrypting_ : decrypting_ = make(0, params);
  }

  // IV and then the encryption of content, tail; whole blocks together.
  void encrypt(uint8_t* out, Bytes content, Bytes tail) {
    auto context = encrypting().get();
    int head = 0, rest = 0;
    require(EVP_CipherInit_ex2(context, nullptr, nullptr, out, 1, nullptr) == 1 &&
            EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
            (content.empty() || EVP_CipherUpdate(context, out + block, &head, content.data(), int(content.size())) == 1) &&
            EVP_CipherUpdate(context, out + block + head, &rest, tail.data(), int(tail.size())) == 1);
  }

 private:
  CipherContext make(int encrypt, const OSSL_PARAM* params) const {
    constexpr uint8_t no_iv[block] = {};
    CipherContext context(EVP_CIPHER_CTX_new());
    auto key = key_.view();
    require(context && EVP_CipherInit_ex2(context.get(), cipher(key.size()), key.data(), no_iv, encrypt, params) == 1);
    return context;
  }

  Secret<32> key_;
  CipherContext encrypting_, decrypting_;
};

class EncryptThenMac final : public CbcHmac {
 public:
  EncryptThenMac(HashAlgorithm hash, Bytes mac_key, Bytes key) : hmac_(hash, mac_key), cbc_(key) {}

  size_t sealed_size(size_t plaintext) const override {
    return block + plaintext + padding_size(plaintext) + hmac_.size();
  }

  Result<> seal(uint8_t* out, MacHeader header, Bytes plaintext) override {
    if (!random_bytes({out, block})) return fail(Fault::randomness_failed);
    auto padding = padding_size(plaintext.size());
    std::array<uint8_t, block> tail;
    tail.fill(static_cast<uint8_t>(padding - 1));
    cbc_.encrypt(out, plaintext, std::span(tail).first(padding));
    std::span covered(out, block + plaintext.size() + padding);
    set_length(header, covered.size());
    hmac_.compute({header, covered}, {covered.data() + covered.size(), hmac_.size()});
    return {};
  }

  std::optional<std::span<uint8_t>> open(std::span<uint8_t> sealed, MacHeader header) override {
    auto mac_size = hmac_.size();
    if (sealed.size() < 2 * block + mac_size || (sealed.size() - mac_size) % block != 0) return {};
    auto covered = sealed.first(sealed.size() - mac_size);
    set_length(header, covered.size());
    std::array<uint8_t, largest_mac> mac;
    hmac_.compute({header, covered}, std::span(mac).first(mac_size));
    if (!equal_secrets(std::span(mac).first(mac_size), sealed.last(mac_size))) return {};
    return decrypt(covered);
  }

 private:
  // Authentic by now, so that a wrong padding is the peer's own and no secret.
  std::optional<std::span<uint8_t>> decrypt(std::span<uint8_t> covered) {
    auto context = cbc_.decrypting(nullptr).get();
    auto text = covered.subspan(block);
    int written = 0;
    require(EVP_CipherInit_ex2(context, nullptr, nullptr, covered.data(), 0, nullptr) == 1 &&
            EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
            EVP_CipherUpdate(context, text.data(), &written, text.data(), int(text.size())) == 1);
    size_t padding = text.back() + size_t{1};
    bool right = padding <= text.size();
    for (size_t i = 0; right && i < padding; ++i) right = text[text.size() - 1 - i] == text.back();
    if (right) return text.first(text.size() - padding);
    erase(text);
    return {};
  }

  Hmac hmac_;
  Cbc cbc_;
};

// Opening must not show, by its time either, where the padding starts (Lucky 13). libcrypto has the two halves of that:
// the cipher, told the TLS version and the size of the MAC, takes padding and MAC off; HMAC, told the public size of the
// record, hashes the same number of blocks whatever the content's length.
class MacThenEncrypt final : public CbcHmac {
 public:
  MacThenEncrypt(HashAlgorithm hash, Bytes mac_key, Bytes key)
      : hash_(hash), mac_key_(mac_key), hmac_(hash, mac_key), cbc_(key) {}

  size_t sealed_size(size_t plaintext) const override {
    auto content = plaintext + hmac_.size();
    return block + content + padding_size(content);
  }

  Result<> seal(uint8_t* out, MacHeader header, Bytes plaintext) override {
    if (!random_bytes({out, block})) return fail(Fault::randomness_failed);
    auto mac_size = hmac_.size();
    auto padding = padding_size(plaintext.size() + mac_size);
    std::array<uint8_t, largest_mac + block> tail;
    tail.fill(static_cast<uint8_t>(padding - 1));
    set_length(header, plaintext.size());
    hmac_.compute({header, plaintext}, std::span(tail).first(mac_size));
    cbc_.encrypt(out, plaintext, std::span(tail).first(mac_size + padding));
    return {};
  }

  std::optional<std::span<uint8_t>> open(std::span<uint8_t> sealed, MacHeader header) override {
    auto content = decrypt(sealed);
    if (!content) {
      erase(sealed);
      return {};
    }
    std::array<uint8_t, EVP_MAX_MD_SIZE> expected;
    set_length(header, content->size());
    compute_mac(expected, header, *content, sealed.size() - block);
    if (equal_secrets(std::span(expected).first(hmac_.size()), received_mac())) return content;
    erase(sealed);
    return {};
  }

 private:
  CipherContext& decrypting() {
    int version = 0x0303;
    size_t mac_size = hmac_.size();
    OSSL_PARAM params[] = {OSSL_PARAM_construct_int(OSSL_CIPHER_PARAM_TLS_VERSION, &version),
                           OSSL_PARAM_construct_size_t(OSSL_CIPHER_PARAM_TLS_MAC_SIZE, &mac_size),
                           OSSL_PARAM_construct_end()};
    return cbc_.decrypting(params);
  }

  // Nothing for what everyone can see to be wrong. With a wrong padding the content is as long as can be and the MAC
  // that libcrypto hands out is random.
  std::optional<std::span<uint8_t>> decrypt(std::span<uint8_t> sealed) {
    if (sealed.size() < 2 * block || sealed.size() % block != 0) return {};
    int content = 0;
    if (EVP_CipherUpdate(decrypting().get(), sealed.data(), &content, sealed.data(), int(sealed.size())) != 1) return {};
    return sealed.subspan(block, static_cast<size_t>(content));
  }

  Bytes received_mac() {
    void* mac = nullptr;
    OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_ptr(OSSL_CIPHER_PARAM_TLS_MAC, &mac, hmac_.size()),
                           OSSL_PARAM_construct_end()};
    require(EVP_CIPHER_CTX_get_params(decrypting().get(), params) == 1 && mac != nullptr);
    return {static_cast<const uint8_t*>(mac), hmac_.size()};
  }

  void compute_mac(std::span<uint8_t> out, const MacHeader& header, Bytes content, size_t public_size) {
    // libcrypto 3.0 takes the header of the first record only, hence a copy for each.
    MacContext context(EVP_MAC_CTX_dup(constant_time_hmac().get()));
    OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_TLS_DATA_SIZE, &public_size),
                           OSSL_PARAM_construct_end()};
    size_t written = 0;
    require(context && EVP_MAC_CTX_set_params(context.get(), params) == 1 &&
            EVP_MAC_update(context.get(), header.data(), header.size()) == 1 &&
            EVP_MAC_update(context.get(), content.data(), content.size()) == 1 &&
            EVP_MAC_final(context.get(), out.data(), &written, out.size()) == 1);
  }

  MacContext& constant_time_hmac() {
    if (constant_time_hmac_) return constant_time_hmac_;
    constexpr const char* names[] = {"SHA1", "SHA2-256", "SHA2-384", "SHA2-512"};
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(
                               OSSL_MAC_PARAM_DIGEST, const_cast<char*>(names[static_cast<size_t>(hash_)]), 0),
                           OSSL_PARAM_construct_end()};
    MacContext context(EVP_MAC_CTX_new(const_cast<EVP_MAC*>(hmac())));
    auto key = mac_key_.view();
    require(context && EVP_MAC_init(context.get(), key.data(), key.size(), params) == 1);
    return constant_time_hmac_ = std::move(context);
  }

  HashAlgorithm hash_;
  Secret<64> mac_key_;
  Hmac hmac_;
  Cbc cbc_;
  MacContext constant_time_hmac_;
};

}  // namespace

Result<std::unique_ptr<CbcHmac>> CbcHmac::make(HashAlgorithm hash, Bytes mac_key, Bytes key, MacOrder order) {
  if ((key.size() != 16 && key.size() != 32) || mac_key.size() != digest_size(hash) || mac_key.size() > largest_mac)
    return fail(Fault::crypto_failed, {"a CBC or MAC key of the wrong length"});
  if (!cipher(key.size()) || !hmac()) return fail(Fault::crypto_failed, {"libcrypto does not have AES-CBC with HMAC"});
  if (order == MacOrder::encrypt_then_mac) return std::make_unique<EncryptThenMac>(hash, mac_key, key);
  return std::make_unique<MacThenEncrypt>(hash, mac_key, key);
}

}  // namespace handfast::crypto
