// record_limits.hpp: how long the plaintext of a protected record may be, as each side tells the other (RFC 8449).
#pragma once

#include <handshake/link.hpp>

namespace handfast {

/// The limit that we tell: what was configured, or all that the version allows.
uint16_t our_record_limit(const CommonOptions& options, Version version);

/// From here on we keep to the peer's limit. Fault::record_size_limit_too_small.
Result<> keep_to_limit(Link& link, uint16_t theirs);
/// From here on the peer must keep to ours: with the keys of the handshake that told it, not with those of early data before it.
void enforce_our_limit(Link& link);

/// The server's answer to a client that has told its limit, to which we keep from here on; none to one that has not. Whether there
/// is one: only then the client knows of ours.
template <class Extension, class Answer>
Result<bool> answer_limit(Link& link, const messages::ClientHello& hello, Answer& answer) {
  auto theirs = hello.extensions.find<extensions::RecordSizeLimit>();
  if (!theirs) return false;
  answer.extensions.template add<Extension>().record_size_limit = our_record_limit(link.options, *link.summary.version);
  TRY(keep_to_limit(link, theirs->record_size_limit));
  return true;
}

/// What the server's answer means for a client. Fault::record_size_limit_too_small.
Result<> accept_limit(Link& link, uint16_t theirs);

}  // namespace handfast
