// After a handshake of TLS 1.2 or before the two sides shake hands again, and the input changes the messages of that, on their way, where
// no change leaves two sides that are done (as in handshake.cpp), or as one side lies.
#include <handshake/renegotiate.hpp>

#include "edited.hpp"

using namespace handfast;

namespace {

void establish(fuzz::Ends& ends) {
  fuzz::Editor none({});
  ends.start();
  ends.carry(none);
  if (!ends.client.link.done || !ends.server.link.done) std::abort();
  for (auto* end : {&ends.client, &ends.server}) end->link.release_handshake();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  using enum fuzz::Setting;
  constexpr fuzz::Setting settings[] = {tls12, tls10, psk, dhe_psk, ecdh_anon, tls11, static_rsa, extended12, ticket12, no_ems12};
  const auto& sides = fuzz::sides(settings[data[0] % std::size(settings)]);
  fuzz::Ends ends(sides);
  establish(ends);
  auto &client = ends.client, &server = ends.server;
  fuzz::Editor editor(Bytes(data + 2, size - 2));
  const auto who_lies = data[1] / 2 % 4;
  if (who_lies == 1) client.outbox.lies = &editor;
  if (who_lies == 2) server.outbox.lies = &editor;
  server.link.start(renegotiate(server.link, sides.server, (data[1] & 1) != 0));
  client.link.start(renegotiate(client.link, sides.client, fuzz::target_of(sides)));
  const bool changed = ends.carry(editor);
  const bool complete = client.link.done && server.link.done;
  if (complete == changed && who_lies != 1 && who_lies != 2) std::abort();
  for (auto* end : {&client, &server}) {
    if (!end->link.done) continue;
    establish_renegotiation(end->link);
    if (end->link.established().renegotiations != 1) std::abort();
  }
  return 0;
}
