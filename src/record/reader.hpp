// reader.hpp: bytes in, records out: header, limits, protection opened in place.
#pragma once

#include <memory>
#include <optional>

#include <handfast/config.hpp>
#include <record/pool.hpp>
#include <record/protection.hpp>

namespace handfast::record {

/// One record, opened. The fragment lives until the next call of input() or next().
struct Record : Opened {
  Version version;           ///< of the header
  size_t wire_length;        ///< of the fragment before it was opened
  uint64_t sequence;         ///< of a plain record between protected ones: the next protected one's
  bool was_protected;
};

/// Reads records from the bytes that the transport delivers. The pool and the limits outlive it: both belong to the
/// configuration.
class Reader {
 public:
  Reader(BufferPool& pool, const Limits& limits);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Room to receive into; empty when the buffer is full and next() must be called first.
  std::span<uint8_t> input();
  void received(size_t n);
  /// The next whole record, which lives until the next call of input() or next(); null when more bytes are needed (an
  /// empty buffer then goes back to the pool). Empty application data records are counted: too many in a row are an error.
  /// Where protection hides the type, two kinds of records are shown although they are plain: change_cipher_spec, which
  /// the caller accepts or not (RFC 8446 section 5), and an alert of a peer of whom no protected record was opened yet.
  /// An error is final: the caller stops.
  Result<const Record*> next();
  /// From the next record on, which has this sequence number. Null: plain again, as after a HelloRetryRequest.
  void change_protection(std::unique_ptr<Protection> protection, uint64_t sequence = 0);
  /// Once known, every record must carry this version (RFC 5246 appendix E.1 before); with TLS 1.3 any 0x03.. again
  /// (RFC 8446 section 5.1).
  void require_version(Version version) { version_ = version; }
  /// The record_size_limit that we sent: from here on a longer plaintext in a protected record is
  /// Fault::record_size_limit_exceeded. It counts the content, in TLS 1.3 also type and padding (RFC 8449 section 4).
  void limit_plaintext(size_t most) { limit_ = most; }
  /// The max_fragment_length agreed on (RFC 6066 section 4): the same, and for records that are not protected too.
  void limit_fragments(size_t most) { fragment_limit_ = limit_ = most; }
  /// Early data was refused: drops application data records that do not open until the first that does; while input is
  /// plain, all of them until the first handshake record (RFC 8446 section 4.2.10). At most `limit` bytes of what they can
  /// hold, then Fault::early_data_too_long.
  void skip_early_data(size_t limit) { skip_at_most_ = limit; }
  /// Bytes of early data that were dropped.
  size_t early_data_skipped() const { return skipped_; }
  /// Bytes of a record that has only partly arrived, or that has not been read.
  size_t buffered() const { return end_ - begin_; }
  bool is_protected() const { return protection_ != nullptr; }
  std::string_view description() const { return protection_ ? protection_->description() : std::string_view{}; }

 private:
  bool is_ordinary() const;
  bool is_whole() const;
  Result<> check_header() const;
  bool is_right(Version version) const;
  bool is_plain(ContentType type) const;
  size_t longest(ContentType type) const;
  std::unexpected<Error> refuse_version(Version version) const;
  Result<bool> open();
  Result<bool> take_plain();
  size_t longest_opened() const;
  std::unexpected<Error> refuse_opened() const;
  Result<bool> drop();
  void release();

  BufferPool& pool_;
  const Limits& limits_;
  uint8_t* buffer_ = nullptr;
  size_t begin_ = 0, end_ = 0;
  size_t dirty_ = 0;         ///< how much of the buffer may hold opened plaintext
  std::unique_ptr<Protection> protection_;
  bool hides_type_ = false;  ///< protection_ does
  bool opened_hidden_ = false;   ///< a record whose type was hidden, at any time
  Record record_{};          ///< what next() shows
  uint64_t sequence_ = 0;
  std::optional<Version> version_;
  size_t limit_ = SIZE_MAX;
  size_t fragment_limit_ = max_plaintext;
  std::optional<size_t> skip_at_most_;
  size_t skipped_ = 0;
  size_t empty_in_a_row_ = 0;
  bool first_ = true;        ///< before the first record: tells "not TLS" apart
};

}  // namespace handfast::record
