// record_limits.hpp: how long the content of a record may be: record_size_limit, which each side tells the other (RFC 8449), and
// max_fragment_length, which a client asks for (RFC 6066 section 4). Where both are there the first counts alone.
#pragma once

#include <handshake/link.hpp>

namespace handfast {

/// The limit that we tell: what was configured, or all that the version allows.
uint16_t our_record_limit(const CommonOptions& options, Version version);

/// From here on we keep to the peer's limit. Fault::record_size_limit_too_small.
Result<> keep_to_limit(Link& link, uint16_t theirs);
/// From here on the peer must keep to what was agreed: with the keys of the handshake that told it, not with those of early data
/// before it.
void enforce_our_limit(Link& link);

/// The extension's value for so many bytes; none for a length that it does not have.
std::optional<extensions::FragmentLength> fragment_length_of(size_t bytes);
/// In a new handshake on a connection nothing holds that the one before agreed on.
void forget_limits(Link& link);
/// What a client asks for: from here on we keep to it. Fault::max_fragment_length_wrong.
Result<> keep_to_fragments(Link& link, extensions::FragmentLength length);

/// The client, which offers this version at most, says what it wants of the server's records.
void add_record_limits(const ClientOptions& options, Version highest, messages::ClientHello& hello);

/// The server's answer to a client that has told its limit or asked for a length, to which we keep from here on; none to one that
/// has not. Whether there is one: only then the client knows what it may send.
template <class Limit, class Fragment, class Answer>
Result<bool> answer_limit(Link& link, const messages::ClientHello& hello, Answer& answer) {
  forget_limits(link);
  if (auto theirs = hello.extensions.find<extensions::RecordSizeLimit>()) {   // RFC 8449 section 5: the other is ignored
    answer.extensions.template add<Limit>().record_size_limit = our_record_limit(link.options, *link.summary.version);
    TRY(keep_to_limit(link, theirs->record_size_limit));
    return true;
  }
  auto asked = hello.extensions.find<extensions::MaxFragmentLength>();
  if (!asked) return false;
  answer.extensions.template add<Fragment>().max_fragment_length = asked->max_fragment_length;
  TRY(keep_to_fragments(link, asked->max_fragment_length));
  return true;
}

/// What one side has said; null: nothing.
struct SaidOfRecords {
  const uint16_t* limit = nullptr;
  const extensions::FragmentLength* fragment = nullptr;
};
/// What the server's answer means for a client. Fault::record_size_limit_too_small, Fault::max_fragment_length_wrong.
Result<> accept_limits(Link& link, const messages::ClientHello& offered, SaidOfRecords answer);
template <class Limit, class Fragment, class Answer>
Result<> accept_limits(Link& link, const messages::ClientHello& offered, const Answer& answer) {
  auto limit = answer.extensions.template find<Limit>();
  auto fragment = answer.extensions.template find<Fragment>();
  return accept_limits(link, offered, SaidOfRecords{limit ? &limit->record_size_limit : nullptr, fragment ? &fragment->max_fragment_length : nullptr});
}

}  // namespace handfast
