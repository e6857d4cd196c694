#include <algorithm>
#include <messages/hello.hpp>

namespace handfast::messages {

Kind kind_of(uint8_t type, Bytes body) {
  constexpr size_t before_random = 2;
  auto kind = handshake_kind(type);
  if (kind != ServerHello::kind || body.size() < before_random + sizeof(Random)) return kind;
  bool is_retry = std::ranges::equal(body.subspan(before_random, sizeof(Random)), hello_retry_random);
  return is_retry ? HelloRetryRequest::kind : kind;
}

}  // namespace handfast::messages
