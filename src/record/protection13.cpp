// protection13.cpp: record protection of TLS 1.3 (RFC 8446 section 5.2), and that without encryption (RFC 9150 section 5).
#include <record/protections.hpp>

#include <algorithm>

#include <base/secret.hpp>
#include <record/mac_row.hpp>
#include <record/nonce.hpp>

namespace handfast::record {
namespace {

using AdditionalData = std::array<uint8_t, header_size>;

// RFC 8446 section 5.2: the record's header as it is on the wire.
AdditionalData additional_data(Version version, size_t length) {
  AdditionalData header;
  header[0] = static_cast<uint8_t>(ContentType::application_data);
  put(header.data() + 1, static_cast<uint16_t>(version));
  put(header.data() + 3, static_cast<uint16_t>(length));
  return header;
}

// RFC 8446 section 5.4: the type is the last byte that is not zero. Its place plus one; 0 where all are zero.
size_t without_padding(Bytes inner) {
  auto size = inner.size();
  constexpr uint8_t zeros[16] = {};
  while (size >= sizeof zeros && std::memcmp(inner.data() + size - sizeof zeros, zeros, sizeof zeros) == 0)
    size -= sizeof zeros;
  while (size > 0 && inner[size - 1] == 0) --size;
  return size;
}

// Content, type and padding as one text, whatever protects it, and a tag behind it.
class InnerPlaintext : public Protection {
 public:
  InnerPlaintext(size_t tag_size, size_t padding_multiple)
      : tag_size_(tag_size), padding_multiple_(std::min(padding_multiple, max_inner_plaintext)) {}

  size_t sealed_size(size_t plaintext) const override { return inner_size(plaintext) + tag_size_; }
  bool hides_type() const override { return true; }
  void limit_padding(size_t most) override { most_inner_ = std::min(most, max_inner_plaintext); }

 protected:
  // Type and padding in their place behind the content; how many bytes.
  size_t put_tail(uint8_t* out, ContentType type, size_t content) const {
    auto tail = inner_size(content) - content;
    out[content] = static_cast<uint8_t>(type);
    if (tail > 1) std::memset(out + content + 1, 0, tail - 1);
    return tail;
  }

  // Takes the text apart, now that it is authentic.
  static std::optional<Fault> take_apart(Opened& record, std::span<uint8_t> inner) {
    auto size = without_padding(inner);
    if (size == 0) return Fault::record_without_content;
    record.type = ContentType(inner[size - 1]);
    record.fragment = inner.first(size - 1);
    record.size = inner.size();
    return std::nullopt;
  }

  size_t tag_size_;

 private:
  size_t inner_size(size_t content) const {
    auto size = content + 1;
    if (padding_multiple_ < 2) return size;
    auto filled = (size + padding_multiple_ - 1) / padding_multiple_ * padding_multiple_;
    return std::max(size, std::min(filled, most_inner_));
  }

  size_t padding_multiple_, most_inner_ = max_inner_plaintext;
};

class Protection13 final : public InnerPlaintext {
 public:
  Protection13(std::unique_ptr<crypto::Aead> aead, crypto::AeadAlgorithm algorithm, Bytes iv, size_t padding_multiple)
      : InnerPlaintext(tag_size(algorithm), padding_multiple), aead_(std::move(aead)), algorithm_(algorithm) {
    std::copy(iv.begin(), iv.end(), iv_.begin());
  }
  ~Protection13() override { erase(iv_); }

  Result<> seal(uint8_t* out, ContentType type, Version version, uint64_t sequence, Bytes plaintext) override {
    auto tail = put_tail(out, type, plaintext.size());
    auto size = plaintext.size() + tail;
    aead_->seal_with_tail(out, xor_nonce(iv_, sequence), additional_data(version, size + tag_size_), plaintext, tail);
    return {};
  }

  std::optional<Fault> open(Version version, uint64_t sequence, Opened& record) override {
    auto sealed = record.fragment;
    if (sealed.size() < tag_size_) return Fault::bad_record_mac;
    if (!aead_->open(sealed, xor_nonce(iv_, sequence), additional_data(version, sealed.size())))
      return Fault::bad_record_mac;
    return take_apart(record, sealed.first(sealed.size() - tag_size_));
  }

  // RFC 8446 section 5.5: 2^24.5 full records with AES-GCM; RFC 9147 section 4.5.3: 2^23 with AES-CCM. With
  // ChaCha20-Poly1305 the sequence numbers run out first.
  uint64_t record_limit() const override {
    if (algorithm_ == crypto::AeadAlgorithm::chacha20_poly1305) return UINT64_MAX;
    return is_ccm(algorithm_) ? uint64_t{1} << 23 : uint64_t{1} << 24;
  }

  std::string_view description() const override { return aead_->description(); }

 private:
  std::unique_ptr<crypto::Aead> aead_;
  crypto::AeadAlgorithm algorithm_;
  Nonce iv_{};
};

// RFC 9150 section 5: the text as it is, and an HMAC over nonce, additional data and text. The IV, and with it the nonce, is as long
// as the hash.
class IntegrityOnly13 final : public InnerPlaintext {
 public:
  IntegrityOnly13(const MacRow& row, Bytes key, Bytes iv, size_t padding_multiple)
      : InnerPlaintext(iv.size(), padding_multiple), hmac_(row.hash, key), iv_(iv), description_(without_encryption(row)) {}

  Result<> seal(uint8_t* out, ContentType type, Version version, uint64_t sequence, Bytes plaintext) override {
    std::copy(plaintext.begin(), plaintext.end(), out);
    auto size = plaintext.size() + put_tail(out, type, plaintext.size());
    compute(version, sequence, {out, size}, {out + size, tag_size_});
    return {};
  }

  std::optional<Fault> open(Version version, uint64_t sequence, Opened& record) override {
    auto sealed = record.fragment;
    if (sealed.size() < tag_size_) return Fault::bad_record_mac;
    auto inner = sealed.first(sealed.size() - tag_size_);
    std::array<uint8_t, largest_hash> expected;
    auto mac = std::span(expected).first(tag_size_);
    compute(version, sequence, inner, mac);
    if (!equal_secrets(mac, sealed.last(tag_size_))) return Fault::bad_record_mac;
    return take_apart(record, inner);
  }

  std::string_view description() const override { return description_; }

 private:
  static constexpr size_t largest_hash = 48;

  void compute(Version version, uint64_t sequence, Bytes inner, std::span<uint8_t> out) {
    auto nonce = iv_.duplicate();
    auto counter = nonce.writable().last<8>().data();
    put(counter, take64(counter) ^ sequence);
    hmac_.compute({nonce.view(), additional_data(version, inner.size() + tag_size_), inner}, out);
  }

  crypto::Hmac hmac_;
  Secret<largest_hash> iv_;
  std::string description_;
};

}  // namespace

Result<std::unique_ptr<Protection>> make_protection13(const catalog::SuiteRow& suite, Bytes key, Bytes iv,
                                                      size_t padding_multiple) {
  auto sizes = catalog::key_sizes(suite, Version::tls13);
  if (!is_for(suite, Version::tls13) || key.size() != sizes.key || iv.size() != sizes.iv)
    return fail(Fault::crypto_failed, {"record keys of the wrong length for TLS 1.3 with " + std::string(suite.name)});
  if (suite.cipher == catalog::Cipher::null)
    return std::make_unique<IntegrityOnly13>(mac_row(suite.mac), key, iv, padding_multiple);
  auto algorithm = aead_algorithm(suite.cipher);
  auto aead = TRY(crypto::Aead::make(algorithm, key));
  return std::make_unique<Protection13>(std::move(aead), algorithm, iv, padding_multiple);
}

}  // namespace handfast::record
