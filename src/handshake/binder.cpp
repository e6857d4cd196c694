#include <handshake/binder.hpp>

namespace handfast {

crypto::Digest truncated_hash(crypto::HashAlgorithm algorithm, Bytes messages_before, Bytes truncated_hello) {
  crypto::Hash hash(algorithm);
  hash.update(messages_before);
  hash.update(truncated_hello);
  return hash.peek();
}

}  // namespace handfast
