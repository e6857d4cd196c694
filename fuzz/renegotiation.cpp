// After a handshake of TLS 1.2 or before the two sides shake hands again, and the input changes the messages of that: as in handshake13, no
// change leaves two sides that are done.
#include <handshake/renegotiate.hpp>

#include "edited.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  using enum fuzz::Setting;
  constexpr fuzz::Setting settings[] = {tls12, tls10, psk, dhe_psk, ecdh_anon};
  const auto& sides = fuzz::sides(static_cast<size_t>(settings[(data[0] >> 1) % std::size(settings)]));
  fuzz::End client(Side::client, sides.client->options(), sides.client->pool());
  fuzz::End server(Side::server, sides.server->options(), sides.server->pool());
  const Target target{"fuzz.example", "fuzz.example", nullptr};
  server.link.start(handfast::server(server.link, sides.server));
  client.link.start(handfast::client(client.link, sides.client, target));
  fuzz::Editor none({});
  for (auto round = 0; round < 3; ++round) {
    client.carry_to(server, none);
    server.carry_to(client, none);
  }
  if (!client.link.done || !server.link.done) std::abort();
  for (auto* end : {&client, &server}) end->link.release_handshake();
  server.link.start(renegotiate(server.link, sides.server, (data[0] & 1) != 0));
  client.link.start(renegotiate(client.link, sides.client, target));
  fuzz::Editor editor(Bytes(data + 1, size - 1));
  bool changed = false;
  for (auto round = 0; round < 3; ++round) {
    changed |= client.carry_to(server, editor);
    changed |= server.carry_to(client, editor);
  }
  const bool complete = client.link.done && server.link.done;
  if (complete == changed) std::abort();
  return 0;
}
