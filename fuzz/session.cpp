// A saved session of a client, a file of them, and the content of a ticket, of both versions: what parses is written again to
// the same bytes.
#include <algorithm>
#include <cstdlib>

#include <crypto/hash.hpp>
#include <handshake/session_shelf.hpp>
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

/// With the right first line and checksum around it; it may hold more than is kept of it.
void read_as_shelf(Bytes bytes) {
  Buffer file(bytes.begin(), bytes.end());
  const auto line = as_bytes("handfast sessions 1\n");
  file.insert(file.begin(), line.begin(), line.end());
  const auto digest = crypto::hash(crypto::HashAlgorithm::sha256, file);
  file.insert(file.end(), digest.view().begin(), digest.view().end());
  auto shelf = SessionShelf::parse(file, 4);
  if (!shelf) return;
  const auto written = shelf->serialize();
  if (written.view().size() > file.size()) std::abort();
  auto again = SessionShelf::parse(written.view(), 4);
  if (!again || !std::ranges::equal(again->serialize().view(), written.view())) std::abort();
}

/// Kept and taken by name, as many as there is room for.
void keep(std::shared_ptr<const Session> session) {
  auto sessions = ClientSessions::in_memory(2);
  for (auto* key : {"a", "b", "a", "c"}) sessions->put(key, session);
  if (sessions->take("b") || !sessions->take("c") || !sessions->take("a")) std::abort();
  sessions->remove("a");
  if (sessions->take("a") || !sessions->take("c") != (session->version() == Version::tls13)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Bytes bytes(data, size);
  auto saved = Session::parse(bytes);
  if (saved && !std::ranges::equal((*saved)->serialize(), bytes)) std::abort();
  if (saved && (*saved)->server_name().size() > size) std::abort();
  if (saved) keep(*saved);
  read_as<Session12>(bytes);
  read_as<Session13>(bytes);
  read_as_shelf(bytes);
  return 0;
}
