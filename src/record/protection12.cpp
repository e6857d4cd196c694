// protection12.cpp: record protection of TLS 1.2 (RFC 5246 section 6.2.3).
#include <record/protections.hpp>

#include <base/secret.hpp>
#include <crypto/cbc_hmac.hpp>
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

// RFC 5288 section 3: a salt of 4 bytes that stays, and 8 bytes that each record carries: its sequence number.
struct GcmNonce {
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

template <class Rule>
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
  static constexpr size_t tag_size = 16;   // of every AEAD here
  static constexpr size_t overhead = Rule::explicit_size + tag_size;
  std::unique_ptr<crypto::Aead> aead_;
  Nonce iv_{};
};

class CbcProtection final : public Protection {
 public:
  CbcProtection(std::unique_ptr<crypto::CbcHmac> cbc, std::string description)
      : cbc_(std::move(cbc)), description_(std::move(description)) {}

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

  std::string_view description() const override { return description_; }

 private:
  std::unique_ptr<crypto::CbcHmac> cbc_;
  std::string description_;
};

struct MacRow {
  crypto::HashAlgorithm hash;
  std::string_view name;
};

MacRow mac_row(catalog::Mac mac) {
  if (mac == catalog::Mac::hmac_sha1) return {crypto::HashAlgorithm::sha1, "HMAC-SHA1"};
  if (mac == catalog::Mac::hmac_sha256) return {crypto::HashAlgorithm::sha256, "HMAC-SHA256"};
  return {crypto::HashAlgorithm::sha384, "HMAC-SHA384"};
}

Result<std::unique_ptr<Protection>> make_aead(const catalog::SuiteRow& suite, const DirectionKeys& keys) {
  auto aead = TRY(crypto::Aead::make(aead_algorithm(suite.cipher), keys.key));
  if (suite.cipher == catalog::Cipher::chacha20_poly1305)
    return std::make_unique<AeadProtection<XorNonce>>(std::move(aead), keys.iv);
  return std::make_unique<AeadProtection<GcmNonce>>(std::move(aead), keys.iv);
}

Result<std::unique_ptr<Protection>> make_cbc(const catalog::SuiteRow& suite, const DirectionKeys& keys,
                                             crypto::MacOrder order) {
  auto [hash, hash_name] = mac_row(suite.mac);
  auto cbc = TRY(crypto::CbcHmac::make(hash, keys.mac_key, keys.key, order));
  std::string description = keys.key.size() == 16 ? "AES-128-CBC with " : "AES-256-CBC with ";
  description += hash_name;
  if (order == crypto::MacOrder::encrypt_then_mac) description += ", encrypt-then-MAC";
  return std::make_unique<CbcProtection>(std::move(cbc), description + " (libcrypto)");
}

}  // namespace

Result<std::unique_ptr<Protection>> make_protection12(const catalog::SuiteRow& suite, const DirectionKeys& keys,
                                                      bool encrypt_then_mac) {
  auto sizes = catalog::key_sizes(suite, Version::tls12);
  if (keys.mac_key.size() != sizes.mac || keys.key.size() != sizes.key || keys.iv.size() != sizes.iv)
    return fail(Fault::crypto_failed, {"record keys of the wrong length for " + std::string(suite.name)});
  if (catalog::is_aead(suite)) return make_aead(suite, keys);
  auto order = encrypt_then_mac ? crypto::MacOrder::encrypt_then_mac : crypto::MacOrder::mac_then_encrypt;
  return make_cbc(suite, keys, order);
}

}  // namespace handfast::record
