#include <keys/transcript.hpp>

namespace handfast::keys {
namespace {

constexpr size_t usual_size = 2048;   // of the messages of a handshake with one certificate a side

}  // namespace

void Transcript::add(Bytes message_with_header) {
  if (hash_) hash_->update(message_with_header);
  if (!keeps_messages_) return;
  if (messages_.empty()) messages_.reserve(usual_size);
  messages_.insert(messages_.end(), message_with_header.begin(), message_with_header.end());
}

void Transcript::use(crypto::HashAlgorithm algorithm) {
  hash_.emplace(algorithm);
  hash_->update(messages_);
}

void Transcript::drop_messages() {
  keeps_messages_ = false;
  messages_ = Buffer();   // {} would keep its memory
}

}  // namespace handfast::keys
