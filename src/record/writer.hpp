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

  /// Splits content into records of at most 16,384 bytes and seals each straight from the caller's span into the output.
  /// `on_record(fragment, wire_length, sequence)` is called for each record when given (for the trace). Fault::sequence_number_exhausted.
  template <class OnRecord>
  Result<> write(ContentType type, Bytes content, OnRecord on_record);
  Result<> write(ContentType type, Bytes content) {
    return write(type, content, [](Bytes, size_t, uint64_t) {});
  }
  /// From the next record on, which has this sequence number.
  void change_protection(std::unique_ptr<Protection> protection, uint64_t sequence = 0);
  void use_version(Version version) { version_ = version; }

  Bytes output() const { return {buffer_ + begin_, end_ - begin_}; }
  void sent(size_t n);
  bool is_protected() const { return protection_ != nullptr; }
  std::string_view description() const { return protection_ ? protection_->description() : std::string_view{}; }
  Version version() const { return version_; }

 private:
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
  uint64_t sequence_ = 0;
  Version version_ = Version::tls10;   ///< of the first ClientHello, RFC 5246 appendix E.1
};

template <class OnRecord>
Result<> Writer::write(ContentType type, Bytes content, OnRecord on_record) {
  if (content.size() > max_plaintext) reserve_for(content.size());
  do {
    auto fragment = content.first(content.size() < max_plaintext ? content.size() : max_plaintext);
    auto sequence = sequence_;
    auto wire_length = TRY(write_record(type, fragment));
    on_record(fragment, wire_length, sequence);
    content = content.subspan(fragment.size());
  } while (!content.empty());
  return {};
}

}  // namespace handfast::record
