// A saved session of a client, and the content of a ticket, of both versions: what parses is written again to the same bytes.
#include <algorithm>
#include <cstdlib>

#include <handshake/session_state.hpp>

namespace {

using namespace handfast;

template <class Kept>
void read_as(Bytes bytes) {
  auto content = wire::decode<Kept>(bytes);
  if (!content) return;
  auto again = encode_session(*content);
  if (!again || !std::ranges::equal(again->view(), bytes)) std::abort();
  auto peer = identity_of(content->peer);
  if (peer && peer->chain.size() != content->peer.chain.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Bytes bytes(data, size);
  auto saved = Session::parse(bytes);
  if (saved && !std::ranges::equal((*saved)->serialize(), bytes)) std::abort();
  if (saved && (*saved)->server_name().size() > size) std::abort();
  read_as<Session12>(bytes);
  read_as<Session13>(bytes);
  return 0;
}
