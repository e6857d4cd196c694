#include <handshake/record_limits.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace handfast {

uint16_t our_record_limit(const CommonOptions& options, Version version) {
  const size_t most = version == Version::tls13 ? 16385 : 16384;   // with the content type, where that is hidden
  return static_cast<uint16_t>(options.record_size_limit ? std::min(options.record_size_limit, most) : most);
}

Result<> keep_to_limit(Link& link, uint16_t theirs) {
  if (theirs < 64) return fail(Fault::record_size_limit_too_small, {fmt::format("it is {}", theirs)});
  link.writer.limit_plaintext(theirs);
  return {};
}

void enforce_our_limit(Link& link) { link.reader.limit_plaintext(our_record_limit(link.options, *link.summary.version)); }

Result<> accept_limit(Link& link, uint16_t theirs) {
  TRY(keep_to_limit(link, theirs));
  enforce_our_limit(link);
  return {};
}

}  // namespace handfast
