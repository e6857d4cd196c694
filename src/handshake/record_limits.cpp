#include <handshake/record_limits.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace handfast {
namespace {

using extensions::FragmentLength;

/// None for a value that does not exist.
std::optional<size_t> bytes_of(FragmentLength length) {
  const auto value = static_cast<unsigned>(length);
  if (value < 1 || value > 4) return {};
  return size_t{256} << value;
}

}  // namespace

uint16_t our_record_limit(const CommonOptions& options, Version version) {
  const size_t most = version == Version::tls13 ? 16385 : 16384;   // with the content type, where that is hidden
  return static_cast<uint16_t>(options.record_size_limit ? std::min(options.record_size_limit, most) : most);
}

Result<> keep_to_limit(Link& link, uint16_t theirs) {
  if (theirs < 64) return fail(Fault::record_size_limit_too_small, {fmt::format("it is {}", theirs)});
  link.writer.limit_plaintext(theirs);
  return {};
}

void enforce_our_limit(Link& link) {
  if (link.max_fragment == 0)
    link.reader.limit_plaintext(our_record_limit(link.options, *link.summary.version));
  else if (link.is_tls13())
    link.reader.limit_plaintext(link.max_fragment + 1);   // it counts the content type
  else
    link.reader.limit_fragments(link.max_fragment);
}

void forget_limits(Link& link) {
  if (!link.renegotiating) return;
  link.max_fragment = 0;
  link.reader.limit_fragments(record::max_plaintext);
  link.writer.limit_fragments(record::max_plaintext);
  link.writer.limit_plaintext(record::max_inner_plaintext);
}

std::optional<FragmentLength> fragment_length_of(size_t bytes) {
  using enum FragmentLength;
  for (auto length : {bytes_512, bytes_1024, bytes_2048, bytes_4096})
    if (bytes_of(length) == bytes) return length;
  return {};
}

Result<> keep_to_fragments(Link& link, FragmentLength length) {
  const auto bytes = bytes_of(length);
  if (!bytes) return fail(Fault::max_fragment_length_wrong, {fmt::format("there is none with the number {}", static_cast<unsigned>(length))});
  link.max_fragment = *bytes;
  if (link.is_tls13())
    link.writer.limit_plaintext(*bytes + 1);
  else
    link.writer.limit_fragments(*bytes);
  link.trace.decision([&] {
    return DecisionEvent{"max_fragment_length", fmt::format("{} bytes", *bytes),
                         link.side == Side::client ? "the server does what we ask for" : "the client asks for it", {}};
  });
  return {};
}

void add_record_limits(const ClientOptions& options, Version highest, messages::ClientHello& hello) {
  auto& block = hello.extensions;
  if (options.record_size_limit > 0)
    block.add<extensions::RecordSizeLimit>().record_size_limit = our_record_limit(options, highest);
  if (auto length = fragment_length_of(options.max_fragment_length))
    block.add<extensions::MaxFragmentLength>().max_fragment_length = *length;
}

Result<> accept_limits(Link& link, const messages::ClientHello& offered, SaidOfRecords answer) {
  forget_limits(link);
  if (answer.limit && answer.fragment)   // RFC 8449 section 5
    return fail(Fault::max_fragment_length_wrong, {"the server answers it beside record_size_limit"});
  if (answer.limit) TRY(keep_to_limit(link, *answer.limit));
  if (answer.fragment) {
    const auto* asked = offered.extensions.find<extensions::MaxFragmentLength>();
    if (!asked || asked->max_fragment_length != *answer.fragment)
      return fail(Fault::max_fragment_length_wrong, {"the server answers another length than we asked for"});
    TRY(keep_to_fragments(link, *answer.fragment));
  }
  if (answer.limit || answer.fragment) enforce_our_limit(link);
  return {};
}

}  // namespace handfast
