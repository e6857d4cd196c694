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
  if (buffered() == 0) {
    begin_ = end_ = 0;
  } else if (begin_ > 0 && (full || begin_ >= buffered())) {   // otherwise moving would cost more than it gains
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
    if (buffered() == 0) {
      release();
      return nullptr;
    }
    if (!is_ordinary()) TRY(check_header());
    if (!is_whole()) return nullptr;
    auto is_shown = TRY(open());
    if (is_shown) break;
  }
  if (!record_.fragment.empty()) {
    if (record_.type == ContentType::application_data) empty_in_a_row_ = 0;   // what comes between may be as useless
    return &record_;
  }
  if (record_.type != ContentType::application_data) return refuse_empty(record_.type);
  if (++empty_in_a_row_ > limits_.empty_records)
    return fail(Fault::empty_record_flood, {fmt::format("more than {} in a row", limits_.empty_records)});
  return &record_;
}

// What nearly every record is, and no fault of its header is left to find.
bool Reader::is_ordinary() const {
  const uint8_t* at = buffer_ + begin_;
  return protection_ && buffered() >= header_size && ContentType(at[0]) == ContentType::application_data &&
         is_right(version_of(at)) && read16(at + 3) <= max_protected13;
}

bool Reader::is_whole() const {
  return buffered() >= header_size && buffered() - header_size >= read16(buffer_ + begin_ + 3);
}

// As much of it as has come.
Result<> Reader::check_header() const {
  const uint8_t* at = buffer_ + begin_;
  if (first_ && !is_content_type(at[0])) return refuse_first_bytes({at, buffered()});
  if (!is_content_type(at[0])) return refuse_type(at[0]);
  auto type = ContentType(at[0]);
  if (hides_type_ && is_plain(type) && type != ContentType::change_cipher_spec &&
      (type != ContentType::alert || opened_hidden_))
    return refuse_plain(type);
  if (buffered() >= 3 && !is_right(version_of(at))) return refuse_version(version_of(at));
  if (buffered() < header_size) return {};
  auto length = read16(at + 3);
  auto most = longest(type);
  if (length > most) return refuse_length(length, most);
  return {};
}

// RFC 8446 section 5.1: all plain records of TLS 1.3 have their own type in the header, protected ones application_data.
bool Reader::is_plain(ContentType type) const {
  return !protection_ || (hides_type_ && type != ContentType::application_data);
}

size_t Reader::longest(ContentType type) const {
  if (!is_plain(type)) return hides_type_ ? max_protected13 : max_protected;
  return skip_at_most_ && type == ContentType::application_data ? max_protected13 : fragment_limit_;
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
Result<bool> Reader::open() {
  uint8_t* at = buffer_ + begin_;
  auto length = read16(at + 3);
  bool plain = is_plain(ContentType(at[0]));
  record_.type = ContentType(at[0]);
  record_.version = version_of(at);
  record_.fragment = {at + header_size, length};
  record_.wire_length = length;
  record_.sequence = sequence_;
  record_.was_protected = !plain;
  begin_ += header_size + length;
  first_ = false;
  if (plain) return take_plain();
  if (sequence_ == UINT64_MAX) return fail(Fault::sequence_number_exhausted);
  dirty_ = std::max(dirty_, begin_);
  if (auto why = protection_->open(record_.version, sequence_, record_)) {
    if (skip_at_most_ && *why == Fault::bad_record_mac) return drop();
    return fail(*why);
  }
  if (record_.size > longest_opened() || (hides_type_ && !may_be_hidden(record_.type))) return refuse_opened();
  ++sequence_;
  skip_at_most_.reset();
  if (hides_type_) opened_hidden_ = true;
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

std::unexpected<Error> Reader::refuse_opened() const {
  if (record_.size <= longest_opened())
    return fail(Fault::record_type_hidden_wrong,
                {fmt::format("content type {} inside a protected record", static_cast<int>(record_.type))});
  if (record_.size > limit_)
    return fail(Fault::record_size_limit_exceeded, {fmt::format("{} bytes, our limit is {}", record_.size, limit_)});
  return fail(Fault::plaintext_too_long, {fmt::format("{} bytes", record_.size)});
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
