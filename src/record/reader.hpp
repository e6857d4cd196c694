// reader.hpp: bytes in, records out: header, limits, protection opened in place.
#pragma once

#include <memory>
#include <optional>

#include <handfast/config.hpp>
#include <record/pool.hpp>
#include <record/protection.hpp>

namespace handfast::record {

/// One record, opened. The fragment lives until the next call of input() or next().
struct Record {
  ContentType type;
  Version version;
  std::span<uint8_t> fragment;
  size_t wire_length;        ///< of the fragment before it was opened
  uint64_t sequence;
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
  /// An error is final: the caller stops.
  Result<const Record*> next();
  /// From the next record on, which has this sequence number.
  void change_protection(std::unique_ptr<Protection> protection, uint64_t sequence = 0);
  /// Once known, every record must carry this version (RFC 5246 appendix E.1 before).
  void require_version(Version version) { version_ = version; }
  /// Bytes of a record that has only partly arrived, or that has not been read.
  size_t buffered() const { return end_ - begin_; }
  bool is_protected() const { return protection_ != nullptr; }
  std::string_view description() const { return protection_ ? protection_->description() : std::string_view{}; }

 private:
  Result<std::optional<size_t>> check_header();
  bool is_right(Version version) const;
  std::unexpected<Error> refuse_version(Version version) const;
  Result<> open(size_t length);
  void release();

  BufferPool& pool_;
  const Limits& limits_;
  uint8_t* buffer_ = nullptr;
  size_t begin_ = 0, end_ = 0;
  size_t dirty_ = 0;         ///< how much of the buffer may hold opened plaintext
  std::unique_ptr<Protection> protection_;
  Record record_{};          ///< what next() shows
  uint64_t sequence_ = 0;
  std::optional<Version> version_;
  size_t empty_in_a_row_ = 0;
  bool first_ = true;        ///< before the first record: tells "not TLS" apart
};

}  // namespace handfast::record
