// writer.cpp: records are sealed straight into the output; one buffer of the pool is enough for a record at a time.
#include <record/writer.hpp>

#include <algorithm>
#include <cstring>

namespace handfast::record {

Writer::Writer(BufferPool& pool) : pool_(pool) {}

Writer::~Writer() { release(); }

// Nothing to erase: an output buffer holds what goes on the wire and nothing else.
void Writer::release() {
  if (capacity_ == BufferPool::buffer_size)
    pool_.give(buffer_, 0);
  else
    delete[] buffer_;
  buffer_ = nullptr;
  begin_ = end_ = capacity_ = 0;
}

void Writer::sent(size_t n) {
  begin_ += std::min(n, end_ - begin_);
  if (begin_ == end_ && buffer_) release();
}

void Writer::change_protection(std::unique_ptr<Protection> protection, uint64_t sequence) {
  protection_ = std::move(protection);
  sequence_ = sequence;
  hides_type_ = protection_ && protection_->hides_type();
  chains_iv_ = protection_ && protection_->chains_iv();
  record_limit_ = protection_ ? protection_->record_limit() : UINT64_MAX;
  if (hides_type_) use_version(Version::tls13);
  apply_limit();
}

void Writer::limit_plaintext(size_t most) {
  limit_ = std::max<size_t>(most, 64);   // RFC 8449 section 4: less is illegal
  apply_limit();
}

void Writer::limit_fragments(size_t most) {
  fragment_limit_ = std::min(most, max_plaintext);
  apply_limit();
}

void Writer::apply_limit() {
  most_content_ = fragment_limit_;
  if (!protection_) return;
  protection_->limit_padding(limit_);
  most_content_ = std::min(fragment_limit_, hides_type_ ? limit_ - 1 : limit_);
}

size_t Writer::wire_size(size_t fragment) const {
  return header_size + (protection_ ? protection_->sealed_size(fragment) : fragment);
}

void Writer::reserve_for(size_t content) {
  auto whole = content / most_content_, rest = content % most_content_;
  reserve(whole * wire_size(most_content_) + (rest ? wire_size(rest) : 0) + (chains_iv_ ? wire_size(1) : 0));
}

uint8_t* Writer::reserve(size_t n) {
  if (capacity_ - end_ >= n) return buffer_ + end_;
  auto pending = end_ - begin_;
  if (capacity_ < BufferPool::buffer_size && capacity_ > 0 && pending + n <= BufferPool::buffer_size) {
    grow(pending, pending + n);
    return buffer_ + end_;
  }
  if (!buffer_ && n <= BufferPool::buffer_size) {
    buffer_ = pool_.take();
    capacity_ = BufferPool::buffer_size;
  } else if (begin_ >= pending && capacity_ - pending >= n) {
    std::memmove(buffer_, buffer_ + begin_, pending);
    begin_ = 0;
    end_ = pending;
  } else {
    grow(pending, std::max(pending + n, 2 * BufferPool::buffer_size));
  }
  return buffer_ + end_;
}

void Writer::grow(size_t pending, size_t needed) {
  auto capacity = std::max(needed, 2 * capacity_);
  if (needed <= BufferPool::buffer_size && 2 * capacity > BufferPool::buffer_size) capacity = BufferPool::buffer_size;
  auto larger = capacity == BufferPool::buffer_size ? pool_.take() : new uint8_t[capacity];
  if (pending > 0) std::memcpy(larger, buffer_ + begin_, pending);
  release();
  buffer_ = larger;
  end_ = pending;
  capacity_ = capacity;
}

Result<size_t> Writer::write_record(ContentType type, Bytes fragment) {
  if (sequence_ >= record_limit_)
    return fail(record_limit_ == UINT64_MAX ? Fault::sequence_number_exhausted : Fault::aead_limit_reached);
  auto size = wire_size(fragment.size());
  auto length = size - header_size;
  // Whoever says hello and takes nothing of what we answer shall not hold a whole buffer of the pool as well.
  constexpr size_t few = 1024;
  if (!buffer_ && type != ContentType::application_data && size <= few) {
    buffer_ = new uint8_t[few];
    capacity_ = few;
  }
  auto out = reserve(size);
  out[0] = static_cast<uint8_t>(hides_type_ ? ContentType::application_data : type);
  out[1] = static_cast<uint8_t>(static_cast<uint16_t>(version_) >> 8);
  out[2] = static_cast<uint8_t>(version_);
  out[3] = static_cast<uint8_t>(length >> 8);
  out[4] = static_cast<uint8_t>(length);
  if (protection_)
    TRY(protection_->seal(out + header_size, type, version_, sequence_, fragment));
  else if (!fragment.empty())
    std::memcpy(out + header_size, fragment.data(), fragment.size());
  ++sequence_;
  end_ += size;
  return length;
}

}  // namespace handfast::record
