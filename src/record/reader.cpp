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

std::unexpected<Error> refuse_type(uint8_t type) {
  return fail(Fault::record_type_unknown, {fmt::format("content type {}", type)});
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
  sequence_ = sequence;
}

Result<const Record*> Reader::next() {
  auto length = TRY(check_header());
  if (!length) {
    if (buffered() == 0) release();
    return nullptr;
  }
  TRY(open(*length));
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
  if (buffered() >= 3 && !is_right(version_of(at))) return refuse_version(version_of(at));
  if (buffered() < header_size) return std::nullopt;
  auto length = read16(at + 3);
  auto most = protection_ ? max_protected : max_plaintext;
  if (length > most) return refuse_length(length, most);
  if (buffered() - header_size < length) return std::nullopt;
  return length;
}

bool Reader::is_right(Version version) const {
  return version_ ? version == *version_ : static_cast<uint16_t>(version) >> 8 == 3;
}

std::unexpected<Error> Reader::refuse_version(Version version) const {
  auto expected = version_ ? fmt::format("{:#06x}", static_cast<uint16_t>(*version_)) : std::string("0x03..");
  return fail(Fault::record_version_wrong,
              {fmt::format("version {:#06x} where {} is expected", static_cast<uint16_t>(version), expected)});
}

Result<> Reader::open(size_t length) {
  uint8_t* at = buffer_ + begin_;
  record_ = {ContentType(at[0]), version_of(at), {at + header_size, length}, length, sequence_, protection_ != nullptr};
  begin_ += header_size + length;
  first_ = false;
  if (sequence_ == UINT64_MAX) return fail(Fault::sequence_number_exhausted);
  ++sequence_;
  if (!protection_) return {};
  dirty_ = std::max(dirty_, begin_);
  auto opened = TRY(protection_->open(record_.type, record_.version, record_.sequence, record_.fragment));
  if (opened.size() > max_plaintext) return fail(Fault::plaintext_too_long, {fmt::format("{} bytes", opened.size())});
  record_.fragment = opened;
  return {};
}

}  // namespace handfast::record
