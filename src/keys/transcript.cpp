#include <keys/transcript.hpp>

#include <algorithm>

namespace handfast::keys {
namespace {

constexpr size_t usual_size = 2048;   // of the messages of a handshake with one certificate a side

}  // namespace

void Transcript::add(Bytes message_with_header) {
  if (hash_) hash_->update(message_with_header);
  if (!keeps_messages_) return;
  const auto needed = messages_.size() + message_with_header.size();   // doubled, a long hello of a peer would cost much
  if (needed > messages_.capacity()) messages_.reserve(std::max(usual_size, needed + 512));
  messages_.insert(messages_.end(), message_with_header.begin(), message_with_header.end());
}

void Transcript::use(crypto::HashAlgorithm algorithm) {
  hash_.emplace(algorithm);
  hash_->update(messages_);
}

void Transcript::fold_first_hello(crypto::HashAlgorithm algorithm, size_t size) {
  auto hello = crypto::hash(algorithm, Bytes(messages_).first(size));
  messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(size));
  put_in_front(algorithm, hello.view(), {});
}

void Transcript::put_in_front(crypto::HashAlgorithm algorithm, Bytes first_hello_hash, Bytes retry_with_header) {
  constexpr uint8_t message_hash = 254;
  Buffer folded = {message_hash, 0, 0, static_cast<uint8_t>(first_hello_hash.size())};
  for (auto part : {first_hello_hash, retry_with_header, Bytes(messages_)}) folded.insert(folded.end(), part.begin(), part.end());
  messages_ = std::move(folded);
  use(algorithm);
}

void Transcript::resume(crypto::Hash hash) {
  hash_.emplace(std::move(hash));
  drop_messages();
}

void Transcript::drop_messages() {
  keeps_messages_ = false;
  messages_ = Buffer();   // {} would keep its memory
}

}  // namespace handfast::keys
