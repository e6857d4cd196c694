// A client and a server shake hands in every version without records while the input changes the messages between them: what stands
// inside them reaches both sides as if its sender had said it. Every message is in the transcript, so that no change leaves two sides
// that are done.
#include "edited.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  fuzz::Ends ends(fuzz::sides(data[0]));
  fuzz::Editor editor(Bytes(data + 1, size - 1));
  ends.start();
  const bool changed = ends.carry(editor);
  const bool complete = ends.client.link.done && ends.server.link.done;
  if (complete == changed) std::abort();
  return 0;
}
