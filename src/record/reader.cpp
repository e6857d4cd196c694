// reader.cpp: record headers are checked byte by byte as they come, so that what is not TLS is refused at once.
#include <record/reader.hpp>

#include <algorithm>
#include <cstring>

#include <base/secret.hpp>
#include <fmt/format.h>
#include <record/first_bytes.hpp>

namespace handfast::record {
namespace {

constexpr size_t read16(const uint8_t* at) { return static_cast<size_t>(at[0] << 8 | at[1]); }

Version version_of(const uint8_t* header) { return Version(static_cast<uint16_t>(read16(header + 1))); }

constexpr bool is_content_type(uint8_t type) { return type >= 20 && type <= 23; }

// RFC 8446 section 5: change_cipher_spec never.
constexpr bool may_be_hidden(ContentType type) {
  return type == ContentType::alert || type == ContentType::handshake || type == ContentType::application_data;
}

std::unexpected<Error> refuse_type(uint8_t type) {
  return fail(Fault::record_type_unknown, {fmt::format("content type {}", type)});
}

std::unexpected<Error> refuse_plain(ContentType type) {
  return fail(Fault::record_type_hidden_wrong,
              {fmt::format("content type {} in the header of what must be protected", static_cast<int>(type))});
}

std::unexpected<Error> refuse_length(size_t length, size_t most) {
  return fail(Fault::record_too_long, {fmt::format("{} bytes announced, at most {} allowed", length, most)});
}

std::unexpected<Error> refuse_empty(ContentType type) {
  return fail(Fault::empty_fragment, {fmt::format("content type {}", static_cast<int>(type))});
}

}  // namespace

Reader::Reader(BufferPool& pool, const Limits& limits) : pool_(pool), limits_(limits) {}

Reader::~Reader() { release(); }

void Reader::release() {
  if (buffer_) pool_.give(std::exchange(buffer_, nullptr), std::exchange(dirty_, 0));
  begin_ = end_ = 0;
}

std::span<uint8_t> Reader::input() {
  if (!buffer_) buffer_ = pool_.take();
  bool full = end_ == BufferPool::buffer_size;
  if (begin_ > 0 && (full || begin_ >= buffered())) {   // otherwise moving would cost more than it gains
    std::memmove(buffer_, buffer_ + begin_, buffered());
    end_ -= std::exchange(begin_, 0);
  }
  return {buffer_ + end_, BufferPool::buffer_size - end_};
}

void Reader::received(size_t n) {
  if (buffer_) end_ += std::min(n, BufferPool::buffer_size - end_);
}

void Reader::change_protection(std::unique_ptr<Protection> protection, uint64_t sequence) {
  protection_ = std::move(protection);
  hides_type_ = protection_ && protection_->hides_type();
  sequence_ = sequence;
}

Result<const Record*> Reader::next() {
  for (;;) {
    auto length = TRY(check_header());
    if (!length) {
      if (buffered() == 0) release();
      return nullptr;
    }
    auto is_shown = TRY(open(*length));
    if (is_shown) break;
  }
  if (!record_.fragment.empty()) {
    empty_in_a_row_ = 0;
    return &record_;
  }
  if (record_.type != ContentType::application_data) return refuse_empty(record_.type);
  if (++empty_in_a_row_ > limits_.empty_records)
    return fail(Fault::empty_record_flood, {fmt::format("more than {} in a row", limits_.empty_records)});
  return &record_;
}

// The fragment's length once the record is whole.
Result<std::optional<size_t>> Reader::check_header() {
  const uint8_t* at = buffer_ + begin_;
  if (buffered() == 0) return std::nullopt;
  if (first_ && !is_content_type(at[0])) return refuse_first_bytes({at, buffered()});
  if (!is_content_type(at[0])) return refuse_type(at[0]);
  auto type = ContentType(at[0]);
  if (hides_type_ && is_plain(type) && type != ContentType::change_cipher_spec &&
      (type != ContentType::alert || opened_hidden_))
    return refuse_plain(type);
  if (buffered() >= 3 && !is_right(version_of(at))) return refuse_version(version_of(at));
  if (buffered() < header_size) return std::nullopt;
  auto length = read16(at + 3);
  auto most = longest(type);
  if (length > most) return refuse_length(length, most);
  if (buffered() - header_size < length) return std::nullopt;
  return length;
}

// RFC 8446 section 5.1: all plain records of TLS 1.3 have their own type in the header, protected ones application_data.
bool Reader::is_plain(ContentType type) const {
  return !protection_ || (hides_type_ && type != ContentType::application_data);
}

size_t Reader::longest(ContentType type) const {
  if (!is_plain(type)) return hides_type_ ? max_protected13 : max_protected;
  return skip_at_most_ && type == ContentType::application_data ? max_protected13 : max_plaintext;
}

bool Reader::is_right(Version version) const {
  return version_ && *version_ != Version::tls13 ? version == *version_ : static_cast<uint16_t>(version) >> 8 == 3;
}

std::unexpected<Error> Reader::refuse_version(Version version) const {
  auto expected = version_ ? fmt::format("{:#06x}", static_cast<uint16_t>(*version_)) : std::string("0x03..");
  return fail(Fault::record_version_wrong,
              {fmt::format("version {:#06x} where {} is expected", static_cast<uint16_t>(version), expected)});
}

// Whether there is a record to show.
Result<bool> Reader::open(size_t length) {
  uint8_t* at = buffer_ + begin_;
  bool plain = is_plain(ContentType(at[0]));
  record_ = {ContentType(at[0]), version_of(at), {at + header_size, length}, length, sequence_, !plain};
  begin_ += header_size + length;
  first_ = false;
  if (plain) return take_plain();
  if (sequence_ == UINT64_MAX) return fail(Fault::sequence_number_exhausted);
  dirty_ = std::max(dirty_, begin_);
  auto opened = protection_->open(record_.type, record_.version, record_.sequence, record_.fragment);
  if (!opened) {
    if (skip_at_most_ && opened.error().fault == Fault::bad_record_mac) return drop();
    return std::unexpected(std::move(opened).error());
  }
  if (opened->size > longest_opened() || (hides_type_ && !may_be_hidden(opened->type))) return refuse(*opened);
  ++sequence_;
  skip_at_most_.reset();
  opened_hidden_ |= hides_type_;
  record_.type = opened->type;
  record_.fragment = opened->content;
  return true;
}

Result<bool> Reader::take_plain() {
  if (protection_) return true;
  ++sequence_;
  if (!skip_at_most_) return true;
  if (record_.type == ContentType::application_data) return drop();
  if (record_.type == ContentType::handshake) skip_at_most_.reset();
  return true;
}

size_t Reader::longest_opened() const { return std::min(hides_type_ ? max_inner_plaintext : max_plaintext, limit_); }

std::unexpected<Error> Reader::refuse(const Opened& opened) const {
  if (opened.size <= longest_opened())
    return fail(Fault::record_type_hidden_wrong,
                {fmt::format("content type {} inside a protected record", static_cast<int>(opened.type))});
  if (opened.size > limit_)
    return fail(Fault::record_size_limit_exceeded, {fmt::format("{} bytes, our limit is {}", opened.size, limit_)});
  return fail(Fault::plaintext_too_long, {fmt::format("{} bytes", opened.size)});
}

// Counts the most that the record can hold beside type and tag, and at least 1, so that empty ones come to an end too.
Result<bool> Reader::drop() {
  constexpr size_t around = 1 + 16;
  skipped_ += record_.wire_length > around ? record_.wire_length - around : 1;
  if (skipped_ > *skip_at_most_)
    return fail(Fault::early_data_too_long, {fmt::format("{} bytes, at most {}", skipped_, *skip_at_most_)});
  return false;
}

}  // namespace handfast::record
