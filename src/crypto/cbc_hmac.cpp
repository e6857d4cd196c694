// cbc_hmac.cpp: CBC records by libcrypto, which also opens MAC-then-encrypt in constant time for us.
#include <crypto/cbc_hmac.hpp>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <new>

#include <crypto/fetched.hpp>
#include <crypto/random.hpp>

namespace handfast::crypto {
namespace {

constexpr size_t block = cbc_block_size;
constexpr size_t largest_mac = 48;

// Of the suites; none has another in CBC.
constexpr bool is_mac_hash(HashAlgorithm hash) { return hash <= HashAlgorithm::sha384; }

void require(bool success) {
  if (!success) throw std::bad_alloc();
}

const EVP_CIPHER* fetch(CbcCipher cipher) {
  static FetchedCipher ciphers[] = {FetchedCipher("AES-128-CBC"), FetchedCipher("AES-256-CBC"), FetchedCipher("CAMELLIA-128-CBC"),
                                    FetchedCipher("CAMELLIA-256-CBC")};
  return ciphers[static_cast<size_t>(cipher)].get();
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

// CBC over whole blocks. Each direction's context is made at its first use: a record only ever goes one way. Where records carry
// no IV, the context goes on from the last block that it saw.
class Cbc {
 public:
  explicit Cbc(const CbcKeys& keys) : cipher_(keys.cipher), key_(keys.key), chained_(!keys.first_iv.empty()) {
    std::ranges::copy(keys.first_iv, first_iv_.begin());
  }

  // What a record carries in front of its blocks.
  size_t iv_size() const { return chained_ ? 0 : block; }

  CipherContext& encrypting() { return encrypting_ ? encrypting_ : encrypting_ = make(1, nullptr); }
  CipherContext& decrypting(const OSSL_PARAM* params) {
    return decrypting_ ? decrypting_ : decrypting_ = make(0, params);
  }

  // Fills in the IV that the record carries. False when there is no randomness.
  [[nodiscard]] bool choose_iv(uint8_t* out) const { return chained_ || random_bytes({out, block}); }

  // The encryption of content, tail behind the IV that stands in `out`; whole blocks together.
  void encrypt(uint8_t* out, Bytes content, Bytes tail) {
    auto context = encrypting().get();
    int head = 0, rest = 0;
    start(context, out, 1);
    auto text = out + iv_size();
    require((content.empty() || EVP_CipherUpdate(context, text, &head, content.data(), int(content.size())) == 1) &&
            EVP_CipherUpdate(context, text + head, &rest, tail.data(), int(tail.size())) == 1);
  }

  // In place; what stands behind the IV.
  std::span<uint8_t> decrypt(std::span<uint8_t> sealed) {
    auto context = decrypting(nullptr).get();
    auto text = sealed.subspan(iv_size());
    int written = 0;
    start(context, sealed.data(), 0);
    require(EVP_CipherUpdate(context, text.data(), &written, text.data(), int(text.size())) == 1);
    return text;
  }

 private:
  void start(EVP_CIPHER_CTX* context, const uint8_t* iv, int encrypt) const {
    require((chained_ || EVP_CipherInit_ex2(context, nullptr, nullptr, iv, encrypt, nullptr) == 1) &&
            EVP_CIPHER_CTX_set_padding(context, 0) == 1);
  }

  CipherContext make(int encrypt, const OSSL_PARAM* params) const {
    CipherContext context(EVP_CIPHER_CTX_new());
    auto key = key_.view();
    require(context &&
            EVP_CipherInit_ex2(context.get(), fetch(cipher_), key.data(), first_iv_.data(), encrypt, params) == 1);
    return context;
  }

  CbcCipher cipher_;
  Secret<32> key_;
  bool chained_;
  std::array<uint8_t, block> first_iv_{};   // not secret: no more than the blocks that follow it
  CipherContext encrypting_, decrypting_;
};

class EncryptThenMac final : public CbcHmac {
 public:
  explicit EncryptThenMac(const CbcKeys& keys) : hmac_(keys.hash, keys.mac_key), cbc_(keys) {}

  size_t sealed_size(size_t plaintext) const override {
    return cbc_.iv_size() + plaintext + padding_size(plaintext) + hmac_.size();
  }

  Result<> seal(uint8_t* out, MacHeader header, Bytes plaintext) override {
    if (!cbc_.choose_iv(out)) return fail(Fault::randomness_failed);
    auto padding = padding_size(plaintext.size());
    std::array<uint8_t, block> tail;
    tail.fill(static_cast<uint8_t>(padding - 1));
    cbc_.encrypt(out, plaintext, std::span(tail).first(padding));
    std::span covered(out, cbc_.iv_size() + plaintext.size() + padding);
    set_length(header, covered.size());
    hmac_.compute({header, covered}, {covered.data() + covered.size(), hmac_.size()});
    return {};
  }

  std::optional<std::span<uint8_t>> open(std::span<uint8_t> sealed, MacHeader header) override {
    auto mac_size = hmac_.size();
    if (sealed.size() < cbc_.iv_size() + block + mac_size || (sealed.size() - mac_size) % block != 0) return {};
    auto covered = sealed.first(sealed.size() - mac_size);
    set_length(header, covered.size());
    std::array<uint8_t, largest_mac> mac;
    hmac_.compute({header, covered}, std::span(mac).first(mac_size));
    if (!equal_secrets(std::span(mac).first(mac_size), sealed.last(mac_size))) return {};
    return take_off_padding(cbc_.decrypt(covered));
  }

 private:
  // Authentic by now, so that a wrong padding is the peer's own and no secret.
  static std::optional<std::span<uint8_t>> take_off_padding(std::span<uint8_t> text) {
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
  explicit MacThenEncrypt(const CbcKeys& keys)
      : hash_(keys.hash), mac_key_(keys.mac_key), hmac_(keys.hash, keys.mac_key), cbc_(keys) {}

  size_t sealed_size(size_t plaintext) const override {
    auto content = plaintext + hmac_.size();
    return cbc_.iv_size() + content + padding_size(content);
  }

  Result<> seal(uint8_t* out, MacHeader header, Bytes plaintext) override {
    if (!cbc_.choose_iv(out)) return fail(Fault::randomness_failed);
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
    compute_mac(expected, header, *content, sealed.size() - cbc_.iv_size());
    if (equal_secrets(std::span(expected).first(hmac_.size()), received_mac())) return content;
    erase(sealed);
    return {};
  }

 private:
  // libcrypto takes the record's own IV off from TLS 1.1 on; told of TLS 1.0, it goes on from the last block of its last call.
  CipherContext& decrypting() {
    int version = cbc_.iv_size() == 0 ? 0x0301 : 0x0303;
    size_t mac_size = hmac_.size();
    OSSL_PARAM params[] = {OSSL_PARAM_construct_int(OSSL_CIPHER_PARAM_TLS_VERSION, &version),
                           OSSL_PARAM_construct_size_t(OSSL_CIPHER_PARAM_TLS_MAC_SIZE, &mac_size),
                           OSSL_PARAM_construct_end()};
    return cbc_.decrypting(params);
  }

  // Nothing for what everyone can see to be wrong. With a wrong padding the content is as long as can be and the MAC
  // that libcrypto hands out is random.
  std::optional<std::span<uint8_t>> decrypt(std::span<uint8_t> sealed) {
    if (sealed.size() < cbc_.iv_size() + block || sealed.size() % block != 0) return {};
    int content = 0;
    if (EVP_CipherUpdate(decrypting().get(), sealed.data(), &content, sealed.data(), int(sealed.size())) != 1) return {};
    return sealed.subspan(cbc_.iv_size(), static_cast<size_t>(content));
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

Result<std::unique_ptr<CbcHmac>> CbcHmac::make(const CbcKeys& keys, MacOrder order) {
  if (!is_mac_hash(keys.hash)) return fail(Fault::crypto_failed, {"no HMAC that CBC records have"});
  if (keys.key.size() != key_size(keys.cipher) || keys.mac_key.size() != digest_size(keys.hash) ||
      (!keys.first_iv.empty() && keys.first_iv.size() != block))
    return fail(Fault::crypto_failed, {"a CBC or MAC key, or an IV, of the wrong length"});
  if (!fetch(keys.cipher) || !hmac()) return fail(Fault::crypto_failed, {"libcrypto does not have this cipher in CBC with HMAC"});
  if (order == MacOrder::encrypt_then_mac) return std::make_unique<EncryptThenMac>(keys);
  return std::make_unique<MacThenEncrypt>(keys);
}

}  // namespace handfast::crypto
