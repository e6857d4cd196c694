#include <keys/transcript.hpp>

namespace handfast::keys {

void Transcript::add(Bytes message_with_header) {
  if (hash_) hash_->update(message_with_header);
  if (keeps_messages_) messages_.insert(messages_.end(), message_with_header.begin(), message_with_header.end());
}

void Transcript::use(crypto::HashAlgorithm algorithm) {
  hash_.emplace(algorithm);
  hash_->update(messages_);
}

void Transcript::drop_messages() {
  keeps_messages_ = false;
  messages_ = {};
}

}  // namespace handfast::keys
