// writer.hpp: content in, records out: fragmentation, protection, the output buffer.
#pragma once

#include <memory>

#include <handfast/result.hpp>
#include <record/pool.hpp>
#include <record/protection.hpp>

namespace handfast::record {

/// Writes records into an output buffer that the transport drains.
class Writer {
 public:
  explicit Writer(BufferPool& pool);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Splits content into records of at most 16,384 bytes, or what the peer's record_size_limit allows, and seals each
  /// straight from the caller's span into the output. `on_record(fragment, wire_length, sequence)` is called for each
  /// record when given (for the trace). Where records chain their IVs, application data begins with a record of one byte: whoever
  /// chose the content cannot know the IV of the rest. Fault::sequence_number_exhausted, aead_limit_reached.
  template <class OnRecord>
  Result<> write(ContentType type, Bytes content, OnRecord on_record);
  Result<> write(ContentType type, Bytes content) {
    return write(type, content, [](Bytes, size_t, uint64_t) {});
  }
  /// From the next record on, which has this sequence number. Null: plain again, as after a HelloRetryRequest.
  void change_protection(std::unique_ptr<Protection> protection, uint64_t sequence = 0);
  /// What record headers carry; for TLS 1.3 that is 0x0303 (RFC 8446 section 5.1).
  void use_version(Version version) { version_ = version == Version::tls13 ? Version::tls12 : version; }
  /// The peer's record_size_limit, at least 64: protected records get no longer plaintext. It counts the content, in
  /// TLS 1.3 also type and padding (RFC 8449 section 4).
  void limit_plaintext(size_t most);
  /// A max_fragment_length (RFC 6066 section 4): from here on no record, protected or not, has more content.
  void limit_fragments(size_t most);
  /// Whether this key has protected 7/8 of the records that it may (RFC 8446 section 5.5).
  bool needs_key_update() const { return sequence_ >= record_limit_ - record_limit_ / 8; }

  Bytes output() const { return {buffer_ + begin_, end_ - begin_}; }
  void sent(size_t n);
  bool is_protected() const { return protection_ != nullptr; }
  std::string_view description() const { return protection_ ? protection_->description() : std::string_view{}; }
  /// Of record headers.
  Version version() const { return version_; }

 private:
  void apply_limit();
  size_t first_size(ContentType type) const { return type == ContentType::application_data ? 1 : most_content_; }
  Result<size_t> write_record(ContentType type, Bytes fragment);
  size_t wire_size(size_t fragment) const;
  void reserve_for(size_t content);
  uint8_t* reserve(size_t n);
  void grow(size_t pending, size_t needed);
  void release();

  BufferPool& pool_;
  uint8_t* buffer_ = nullptr;
  size_t begin_ = 0, end_ = 0, capacity_ = 0;
  std::unique_ptr<Protection> protection_;
  bool hides_type_ = false;            ///< protection_ does
  bool chains_iv_ = false;             ///< protection_ does
  size_t limit_ = SIZE_MAX;
  size_t fragment_limit_ = max_plaintext;
  size_t most_content_ = max_plaintext;   ///< of a record
  uint64_t sequence_ = 0;
  uint64_t record_limit_ = UINT64_MAX;
  Version version_ = Version::tls10;   ///< of the first ClientHello, RFC 5246 appendix E.1
};

template <class OnRecord>
Result<> Writer::write(ContentType type, Bytes content, OnRecord on_record) {
  if (content.size() > most_content_) reserve_for(content.size());
  auto most = chains_iv_ ? first_size(type) : most_content_;
  do {
    auto fragment = content.first(content.size() < most ? content.size() : most);
    most = most_content_;
    auto sequence = sequence_;
    auto wire_length = TRY(write_record(type, fragment));
    on_record(fragment, wire_length, sequence);
    content = content.subspan(fragment.size());
  } while (!content.empty());
  return {};
}

}  // namespace handfast::record
