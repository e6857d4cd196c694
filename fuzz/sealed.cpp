// A connection, client or server of every version, whose peer has the right keys and says what the input wants, before, during and after
// the handshake: what only they can reach behind the protection of records.
#include "play.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  fuzz::Script script({data, size});
  fuzz::Play(script, nullptr).run();
  return 0;
}
