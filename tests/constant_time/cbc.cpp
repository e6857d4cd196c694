// Records of TLS 1.0 to 1.2 with CBC and MAC-then-encrypt: both keys are secret and, with them, whatever is decrypted: content,
// padding and where the one ends and the other begins. Whether the record is accepted is public, and its length then too.
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include <record/protections.hpp>
#include <secrets.hpp>
#include <support/opened.hpp>

namespace handfast::constant_time {
namespace {

constexpr size_t block = 16;
constexpr uint64_t sequence = 5;

struct Cipher {
  Suite suite;
  const char* hash;
  size_t mac_size, key_size;
  Version version = Version::tls12;

  // Of what a record carries: TLS 1.0 has it among its keys.
  size_t iv_size() const { return version == Version::tls10 ? 0 : block; }
};
constexpr Cipher ciphers[] = {
    {Suite::TLS_RSA_WITH_AES_128_CBC_SHA, "SHA1", 20, 16},
    {Suite::TLS_RSA_WITH_AES_256_CBC_SHA256, "SHA256", 32, 32},
    {Suite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, "SHA384", 48, 32},
    {Suite::TLS_RSA_WITH_AES_128_CBC_SHA, "SHA1", 20, 16, Version::tls10},
    {Suite::TLS_RSA_WITH_AES_256_CBC_SHA, "SHA1", 20, 32, Version::tls11},
};
const Buffer iv(block, 0x42);

Buffer mac_key(const Cipher& cipher) { return Buffer(cipher.mac_size, 0x11); }
Buffer key(const Cipher& cipher) { return Buffer(cipher.key_size, 0x22); }

Buffer mac(const Cipher& cipher, Bytes content) {
  const auto length = content.size();
  const std::array<uint8_t, 13> header = {0, 0, 0, 0, 0, 0, 0, sequence, 23, 3,
                                          static_cast<uint8_t>(cipher.version), static_cast<uint8_t>(length >> 8),
                                          static_cast<uint8_t>(length)};
  Buffer covered(header.size() + length);
  std::ranges::copy(content, std::ranges::copy(header, covered.begin()).out);
  Buffer out(cipher.mac_size);
  const auto with = mac_key(cipher);
  require(EVP_Q_mac(nullptr, "HMAC", nullptr, cipher.hash, nullptr, with.data(), with.size(), covered.data(), covered.size(),
                    out.data(), out.size(), nullptr) != nullptr,
          "HMAC");
  return out;
}

Buffer encrypt(const Cipher& cipher, Bytes text) {
  const auto with = key(cipher);
  Buffer sealed(iv.begin(), iv.begin() + static_cast<std::ptrdiff_t>(cipher.iv_size()));
  sealed.resize(cipher.iv_size() + text.size());
  int written = 0;
  auto* context = EVP_CIPHER_CTX_new();
  require(EVP_EncryptInit_ex(context, cipher.key_size == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc(), nullptr, with.data(),
                             iv.data()) == 1 &&
              EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
              EVP_EncryptUpdate(context, sealed.data() + cipher.iv_size(), &written, text.data(), static_cast<int>(text.size())) == 1,
          "AES-CBC");
  EVP_CIPHER_CTX_free(context);
  return sealed;
}

/// A record of 272 bytes behind the IV, so that there is room for any padding.
constexpr size_t text_size = 272;

/// Content, MAC, and `padding` bytes of the value that is right for them.
Buffer text_with(const Cipher& cipher, size_t padding) {
  Buffer content(text_size - padding - cipher.mac_size, 0x61);
  auto text = content;
  const auto tag = mac(cipher, content);
  text.insert(text.end(), tag.begin(), tag.end());
  text.resize(text_size, static_cast<uint8_t>(padding - 1));
  return text;
}

void open(const Cipher& cipher, const Buffer& text, bool is_right) {
  const auto* suite = catalog::find(cipher.suite);
  const auto secret_mac_key = secret(mac_key(cipher)), secret_key = secret(key(cipher));
  auto protection = record::make_protection12(*suite, cipher.version,
                                              {secret_mac_key, secret_key, cipher.iv_size() == 0 ? Bytes(iv) : Bytes{}}, false);
  require(protection.has_value(), "record protection");
  auto sealed = encrypt(cipher, text);
  const auto content = support::open(**protection, ContentType::application_data, cipher.version, sequence, sealed);
  require(content.has_value() == is_right, "opening a CBC record");
}

void open_right_records() {
  for (const auto& cipher : ciphers)
    for (size_t padding : {1, 2, 16, 17, 64, 200})
      open(cipher, text_with(cipher, padding), true);
}

void open_wrong_paddings() {
  for (const auto& cipher : ciphers) {
    for (size_t at : {2, 3, 16}) {   // a byte of the padding that is not like the last
      auto text = text_with(cipher, 16);
      text[text_size - at] ^= 0x80;
      open(cipher, text, false);
    }
    auto text = text_with(cipher, 16);
    text.back() = 0xff;   // longer than what is right, and than the record
    open(cipher, text, false);
    text.back() = 0;      // shorter: a MAC at the wrong place
    open(cipher, text, false);
  }
}

void open_wrong_macs() {
  for (const auto& cipher : ciphers)
    for (size_t padding : {1, 16, 200}) {
      auto text = text_with(cipher, padding);
      text[text_size - padding - 1] ^= 1;
      open(cipher, text, false);
      text = text_with(cipher, padding);
      text[0] ^= 1;
      open(cipher, text, false);
    }
}

/// As in "Password Interception in a SSL/TLS Channel" (Canvel and others, 2003): wrong padding ends it before the MAC.
void check_padding_until_it_is_wrong() {
  const auto& cipher = ciphers[0];
  const auto secret_key = secret(key(cipher));
  auto sealed = encrypt(cipher, text_with(cipher, 16));
  int written = 0;
  auto* context = EVP_CIPHER_CTX_new();
  EVP_DecryptInit_ex(context, EVP_aes_128_cbc(), nullptr, secret_key.data(), sealed.data());
  EVP_CIPHER_CTX_set_padding(context, 0);
  EVP_DecryptUpdate(context, sealed.data() + block, &written, sealed.data() + block, text_size);
  EVP_CIPHER_CTX_free(context);
  for (size_t i = 1; i <= sealed.back(); ++i)
    if (sealed[sealed.size() - 1 - i] != sealed.back()) return;
}

}  // namespace

void check_cbc() {
  check_is_caught("CBC padding that is checked up to the first wrong byte", check_padding_until_it_is_wrong);
  check("CBC records that are right, MAC-then-encrypt", open_right_records);
  check("CBC records with wrong padding, MAC-then-encrypt", open_wrong_paddings);
  check("CBC records with a wrong MAC, MAC-then-encrypt", open_wrong_macs);
}

}  // namespace handfast::constant_time
