// Any bytes, in any split, to a client or a server that waits for its peer's first flight.
#include <algorithm>

#include "scenes.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto& sides = fuzz::sides(data[0] >> 1);
  for (const uint8_t byte : Bytes(data, size)) fuzz::random_state = fuzz::random_state * 31 + byte;   // else what was recorded would fit
  auto connection = data[0] & 1 ? fuzz::must(Connection::client(sides.client, "fuzz.example", fuzz::connect_options(sides)))
                                : fuzz::must(Connection::server(sides.server));
  const size_t step = data[1] == 0 ? size : data[1];
  for (Bytes rest(data + 2, size - 2); !rest.empty();) {
    const auto piece = rest.first(std::min(step, rest.size()));
    rest = rest.subspan(piece.size());
    if (!fuzz::feed(connection, piece)) break;
    fuzz::answer(connection, data[0] & 1 ? Side::client : Side::server);
    fuzz::drain(connection);
  }
  if (connection.connected()) std::abort();  // nobody can finish a handshake without its keys
  return 0;
}
