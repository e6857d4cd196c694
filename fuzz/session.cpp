// A saved session of a client, and the content of a ticket: what parses is written again to the same bytes.
#include <algorithm>
#include <cstdlib>

#include <handshake/session_state.hpp>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace handfast;
  Bytes bytes(data, size);
  auto saved = Session::parse(bytes);
  if (saved && !std::ranges::equal((*saved)->serialize(), bytes)) std::abort();
  auto content = wire::decode<Session12>(bytes);
  if (!content) return 0;
  auto again = encode_session(*content);
  if (!again || !std::ranges::equal(again->view(), bytes)) std::abort();
  auto peer = identity_of(content->peer);
  if (peer && peer->chain.size() != content->peer.chain.size()) std::abort();
  return 0;
}
