// A client and a server of TLS 1.3 shake hands without records while the input changes the messages between them: what
// stands inside them reaches both sides as if its sender had said it. Every message is in the transcript, so that no
// change leaves two sides that are done.
#include "edited.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const auto& sides = fuzz::sides(1 + data[0] % 2);
  fuzz::Editor editor(Bytes(data + 1, size - 1));
  fuzz::End client(Side::client, sides.client->options(), sides.client->pool());
  fuzz::End server(Side::server, sides.server->options(), sides.server->pool());
  server.link.start(handfast::server(server.link, sides.server));
  client.link.start(handfast::client(client.link, sides.client, Target{"fuzz.example", "fuzz.example", nullptr}));
  bool changed = false;
  for (auto round = 0; round < 10; ++round) {
    changed |= client.carry_to(server, editor);
    changed |= server.carry_to(client, editor);
  }
  const bool complete = client.link.done && server.link.done;
  if (complete == changed) std::abort();
  return 0;
}
