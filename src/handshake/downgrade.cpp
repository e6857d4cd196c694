#include <handshake/downgrade.hpp>

#include <algorithm>

#include <base/contains.hpp>
#include <fmt/format.h>

namespace handfast {
namespace {

constexpr std::string_view to_tls12("DOWNGRD\x01", 8), to_less("DOWNGRD\x00", 8);
constexpr size_t place = sizeof(messages::Random) - to_less.size();

Version highest(const CommonOptions& options) { return std::ranges::max(options.versions); }

}  // namespace

Result<> check_fallback(const messages::ClientHello& hello, const CommonOptions& options, Version chosen) {
  if (!contains(hello.cipher_suites.items, Suite::TLS_FALLBACK_SCSV) || chosen >= highest(options)) return {};
  return fail(Fault::inappropriate_fallback,
              {fmt::format("it tries again with {}; we have {}", printable(chosen), printable(highest(options)))});
}

void mark_downgrade(messages::Random& random, const CommonOptions& options, Version chosen) {
  if (chosen >= highest(options) || highest(options) < Version::tls12) return;
  std::ranges::copy(chosen == Version::tls12 ? to_tls12 : to_less, random.begin() + place);
}

Result<> check_downgrade(const messages::Random& random, const CommonOptions& options, Version chosen) {
  if (chosen >= highest(options) || highest(options) < Version::tls12) return {};
  const auto end = as_text(Bytes(random).subspan(place));
  const bool is_marked = end == to_less || (end == to_tls12 && highest(options) >= Version::tls13);
  if (!is_marked) return {};
  return fail(Fault::downgrade_detected, {fmt::format("it chose {}; we have {}", printable(chosen), printable(highest(options)))});
}

}  // namespace handfast
