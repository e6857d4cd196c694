// protection12.cpp: record protection of TLS 1.0 to 1.2 (RFC 2246 section 6.2.3, RFC 5246 section 6.2.3).
#include <record/protections.hpp>

#include <base/secret.hpp>
#include <crypto/cbc_hmac.hpp>
#include <record/mac_row.hpp>
#include <record/nonce.hpp>

namespace handfast::record {
namespace {

// What AEAD and MAC cover before the content: seq_num, type, version and length, RFC 5246 section 6.2.3.
crypto::MacHeader mac_header(ContentType type, Version version, uint64_t sequence, size_t length) {
  crypto::MacHeader header;
  put(header.data(), sequence);
  header[8] = static_cast<uint8_t>(type);
  put(header.data() + 9, static_cast<uint16_t>(version));
  put(header.data() + 11, static_cast<uint16_t>(length));
  return header;
}

// RFC 5288 section 3, and RFC 6655 section 3 for CCM: a salt of 4 bytes that stays, and 8 bytes that each record carries: its
// sequence number.
struct CarriedNonce {
  static constexpr size_t explicit_size = 8;
  static Nonce sealing(const Nonce& iv, uint64_t sequence) {
    Nonce nonce;
    std::memcpy(nonce.data(), iv.data(), 4);
    put(nonce.data() + 4, sequence);
    return nonce;
  }
  static Nonce opening(const Nonce& iv, uint64_t, Bytes carried) {
    Nonce nonce;
    std::memcpy(nonce.data(), iv.data(), 4);
    std::memcpy(nonce.data() + 4, carried.data(), explicit_size);
    return nonce;
  }
};

// RFC 7905 section 2: an IV of 12 bytes that the sequence number is added to, bit by bit; the record carries nothing.
struct XorNonce {
  static constexpr size_t explicit_size = 0;
  static Nonce sealing(const Nonce& iv, uint64_t sequence) { return xor_nonce(iv, sequence); }
  static Nonce opening(const Nonce& iv, uint64_t sequence, Bytes) { return sealing(iv, sequence); }
};

template <class Rule, size_t tag_size = 16>
class AeadProtection final : public Protection {
 public:
  AeadProtection(std::unique_ptr<crypto::Aead> aead, Bytes iv) : aead_(std::move(aead)) {
    std::copy(iv.begin(), iv.end(), iv_.begin());
  }
  ~AeadProtection() override { erase(iv_); }

  size_t sealed_size(size_t plaintext) const override { return plaintext + overhead; }

  Result<> seal(uint8_t* out, ContentType type, Version version, uint64_t sequence, Bytes plaintext) override {
    auto nonce = Rule::sealing(iv_, sequence);
    std::copy(nonce.end() - Rule::explicit_size, nonce.end(), out);
    aead_->seal(out + Rule::explicit_size, nonce, mac_header(type, version, sequence, plaintext.size()), plaintext);
    return {};
  }

  std::optional<Fault> open(Version version, uint64_t sequence, Opened& record) override {
    if (record.fragment.size() < overhead) return Fault::bad_record_mac;
    auto size = record.fragment.size() - overhead;
    auto nonce = Rule::opening(iv_, sequence, record.fragment.first(Rule::explicit_size));
    auto sealed = record.fragment.subspan(Rule::explicit_size);
    if (!aead_->open(sealed, nonce, mac_header(record.type, version, sequence, size))) return Fault::bad_record_mac;
    record.fragment = sealed.first(size);
    record.size = size;
    return std::nullopt;
  }

  std::string_view description() const override { return aead_->description(); }

 private:
  static constexpr size_t overhead = Rule::explicit_size + tag_size;
  std::unique_ptr<crypto::Aead> aead_;
  Nonce iv_{};
};

class CbcProtection final : public Protection {
 public:
  CbcProtection(std::unique_ptr<crypto::CbcHmac> cbc, bool chains_iv, std::string description)
      : cbc_(std::move(cbc)), chains_iv_(chains_iv), description_(std::move(description)) {}

  size_t sealed_size(size_t plaintext) const override { return cbc_->sealed_size(plaintext); }

  Result<> seal(uint8_t* out, ContentType type, Version version, uint64_t sequence, Bytes plaintext) override {
    return cbc_->seal(out, mac_header(type, version, sequence, 0), plaintext);
  }

  std::optional<Fault> open(Version version, uint64_t sequence, Opened& record) override {
    auto content = cbc_->open(record.fragment, mac_header(record.type, version, sequence, 0));
    if (!content) return Fault::bad_record_mac;
    record.fragment = *content;
    record.size = content->size();
    return std::nullopt;
  }

  bool chains_iv() const override { return chains_iv_; }
  std::string_view description() const override { return description_; }

 private:
  std::unique_ptr<crypto::CbcHmac> cbc_;
  bool chains_iv_;
  std::string description_;
};

// RFC 5246 section 6.2.3.1: the content as it is, and a MAC behind it.
class MacProtection final : public Protection {
 public:
  MacProtection(const MacRow& row, Bytes key) : hmac_(row.hash, key), description_(without_encryption(row)) {}

  size_t sealed_size(size_t plaintext) const override { return plaintext + hmac_.size(); }

  Result<> seal(uint8_t* out, ContentType type, Version version, uint64_t sequence, Bytes plaintext) override {
    std::copy(plaintext.begin(), plaintext.end(), out);
    compute(type, version, sequence, plaintext, {out + plaintext.size(), hmac_.size()});
    return {};
  }

  std::optional<Fault> open(Version version, uint64_t sequence, Opened& record) override {
    if (record.fragment.size() < hmac_.size()) return Fault::bad_record_mac;
    auto content = record.fragment.first(record.fragment.size() - hmac_.size());
    std::array<uint8_t, 64> expected;
    auto mac = std::span(expected).first(hmac_.size());
    compute(record.type, version, sequence, content, mac);
    if (!equal_secrets(mac, record.fragment.last(mac.size()))) return Fault::bad_record_mac;
    record.fragment = content;
    record.size = content.size();
    return std::nullopt;
  }

  std::string_view description() const override { return description_; }

 private:
  void compute(ContentType type, Version version, uint64_t sequence, Bytes content, std::span<uint8_t> out) {
    hmac_.compute({mac_header(type, version, sequence, content.size()), content}, out);
  }

  crypto::Hmac hmac_;
  std::string description_;
};

Result<std::unique_ptr<Protection>> make_aead(const catalog::SuiteRow& suite, const DirectionKeys& keys) {
  auto aead = TRY(crypto::Aead::make(aead_algorithm(suite.cipher), keys.key));
  if (suite.cipher == catalog::Cipher::chacha20_poly1305)
    return std::make_unique<AeadProtection<XorNonce>>(std::move(aead), keys.iv);
  if (has_short_tag(aead_algorithm(suite.cipher)))
    return std::make_unique<AeadProtection<CarriedNonce, 8>>(std::move(aead), keys.iv);
  return std::make_unique<AeadProtection<CarriedNonce>>(std::move(aead), keys.iv);
}

struct CbcRow {
  crypto::CbcCipher cipher;
  std::string_view name;
};

CbcRow cbc_row(catalog::Cipher cipher) {
  switch (cipher) {
    case catalog::Cipher::aes_128_cbc: return {crypto::CbcCipher::aes_128, "AES-128-CBC"};
    case catalog::Cipher::camellia_128_cbc: return {crypto::CbcCipher::camellia_128, "Camellia-128-CBC"};
    case catalog::Cipher::camellia_256_cbc: return {crypto::CbcCipher::camellia_256, "Camellia-256-CBC"};
    default: return {crypto::CbcCipher::aes_256, "AES-256-CBC"};
  }
}

Result<std::unique_ptr<Protection>> make_cbc(const catalog::SuiteRow& suite, const DirectionKeys& keys,
                                             crypto::MacOrder order) {
  auto [hash, hash_name] = mac_row(suite.mac);
  auto [cipher, cipher_name] = cbc_row(suite.cipher);
  auto cbc = TRY(crypto::CbcHmac::make({cipher, hash, keys.mac_key, keys.key, keys.iv}, order));
  std::string description(cipher_name);
  description += " with ";
  description += hash_name;
  if (order == crypto::MacOrder::encrypt_then_mac) description += ", encrypt-then-MAC";
  return std::make_unique<CbcProtection>(std::move(cbc), !keys.iv.empty(), description + " (libcrypto)");
}

}  // namespace

Result<std::unique_ptr<Protection>> make_protection12(const catalog::SuiteRow& suite, Version version, const DirectionKeys& keys,
                                                      bool encrypt_then_mac) {
  if (version > Version::tls12 || !is_for(suite, version))
    return fail(Fault::crypto_failed, {std::string(suite.name) + " is no suite of " + printable(version)});
  auto sizes = catalog::key_sizes(suite, version);
  if (keys.mac_key.size() != sizes.mac || keys.key.size() != sizes.key || keys.iv.size() != sizes.iv)
    return fail(Fault::crypto_failed, {"record keys of the wrong length for " + std::string(suite.name)});
  if (catalog::is_aead(suite)) return make_aead(suite, keys);
  if (suite.cipher == catalog::Cipher::null) return std::make_unique<MacProtection>(mac_row(suite.mac), keys.mac_key);
  auto order = encrypt_then_mac ? crypto::MacOrder::encrypt_then_mac : crypto::MacOrder::mac_then_encrypt;
  return make_cbc(suite, keys, order);
}

}  // namespace handfast::record
