#include <record/reassembly.hpp>

#include <fmt/format.h>

namespace handfast::record {

void Reassembly::add(Bytes fragment) {
  if (held_.empty()) {
    fragment_ = fragment;
    return;
  }
  const auto needed = held_.size() + fragment.size();   // in steps, but never more than the message has
  if (needed > held_.capacity()) held_.reserve(std::max(needed, std::min(2 * held_.capacity(), awaited_)));
  held_.insert(held_.end(), fragment.begin(), fragment.end());
}

Result<std::optional<HandshakeMessage>> Reassembly::next() {
  bool from_held = !held_.empty();
  auto bytes = from_held ? Bytes(held_).subspan(taken_) : fragment_;
  if (bytes.size() >= 4) {
    size_t length = static_cast<size_t>(bytes[1]) << 16 | static_cast<size_t>(bytes[2]) << 8 | bytes[3];
    if (length > longest_)
      return fail(Fault::handshake_message_too_long,
                  {fmt::format("its header says {} bytes; our limit is {}", length, longest_)});
    awaited_ = 4 + length;
    if (bytes.size() >= awaited_) {
      auto message = bytes.first(4 + length);
      if (from_held)
        taken_ += message.size();
      else
        fragment_ = fragment_.subspan(message.size());
      return HandshakeMessage{handshake_kind(message[0]), message};
    }
  }
  keep();
  return std::nullopt;
}

void Reassembly::keep() {
  if (!held_.empty()) {
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  if (held_.empty() && !fragment_.empty()) held_.assign(fragment_.begin(), fragment_.end());
  if (held_.empty()) held_ = Buffer();   // {} would keep its memory
  fragment_ = {};
}

void Reassembly::drop_taken() {
  if (taken_ == 0) return;
  held_ = Buffer(held_.begin() + static_cast<std::ptrdiff_t>(taken_), held_.end());
  taken_ = 0;
}

}  // namespace handfast::record
