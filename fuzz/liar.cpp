// A whole handshake with a peer that says whatever the input wants, with keys, signatures and a Finished that are right for it: no
// protection stands between the input and what the other side does with it. Whoever is done has agreed to nothing but what it offered.
#include <base/contains.hpp>

#include "edited.hpp"

using namespace handfast;

namespace {

void check(const Link& link, const CommonOptions& options) {
  if (link.done && link.error) std::abort();
  if (!link.done) return;
  const auto& summary = link.summary;
  if (!summary.version || !contains(options.versions, *summary.version)) std::abort();
  if (!summary.suite || !contains(options.suites, *summary.suite)) std::abort();
  if (!is_for(*catalog::find(*summary.suite), *summary.version)) std::abort();
  if (summary.group && !contains(options.groups, *summary.group)) std::abort();
  if (!summary.alpn.empty() && !contains(options.alpn, summary.alpn)) std::abort();
  if (summary.peer && !summary.peer->verified) std::abort();
}

/// A certificate, a key of both, or an anonymous suite that was asked for.
void check_server_is_known(const Link& link) {
  if (!link.done || link.summary.peer || !link.summary.external_psk.empty()) return;
  if (catalog::find(*link.summary.suite)->authentication != catalog::Authentication::anonymous) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto& sides = fuzz::sides(data[0]);
  fuzz::Ends ends(sides);
  fuzz::Editor lies(Bytes(data + 2, size - 2)), none({});
  (data[1] & 1 ? ends.client : ends.server).outbox.lies = &lies;
  ends.start();
  ends.carry(none);
  check(ends.client.link, sides.client->options());
  check(ends.server.link, sides.server->options());
  check_server_is_known(ends.client.link);
  return 0;
}
