// raw_public_key.cpp: accept_raw_key of certificate.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <crypto/certificate.hpp>

namespace handfast::crypto {

Result<PublicKey> accept_raw_key(Bytes spki, const TrustStore& trust) {
  auto key = TRY(PublicKey::parse(spki));
  const auto is_same = [&](const Buffer& trusted) { return std::ranges::equal(trusted, spki); };
  if (trust.accepts_anyone() || std::ranges::any_of(trust.raw_keys(), is_same)) return key;
  return fail(Fault::raw_public_key_unknown, {fmt::format("{}, SHA-256 {}", key.description(), fingerprint(spki)),
                                              fmt::format("{} raw public keys are trusted", trust.raw_keys().size())});
}

}  // namespace handfast::crypto
