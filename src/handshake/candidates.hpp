// candidates.hpp: what both versions' choices start from: the identities that may answer a hello, and words for reports.
#pragma once

#include <algorithm>

#include <base/contains.hpp>
#include <catalog/suites.hpp>
#include <crypto/public_key.hpp>
#include <fmt/format.h>
#include <handfast/config.hpp>
#include <messages/hello.hpp>

namespace handfast {

template <class T>
std::string printable_list(const std::vector<T>& items) {
  if (items.empty()) return "none";
  constexpr size_t most = 40;
  std::string text;
  for (size_t i = 0; i < items.size() && i < most; ++i) text += (i ? ", " : "") + printable(items[i]);
  return items.size() > most ? fmt::format("{}, and {} more", text, items.size() - most) : text;
}

struct Candidates {
  std::vector<const Identity*> identities;   ///< in order of preference
  std::string because;
};

/// Those of this type; if there are some that have the asked-for name, they alone.
Result<Candidates> candidates_for(std::string_view name, CertificateType type, const ServerOptions& options);
/// The server's key may stand in this suite's place (RFC 5246 section 7.4.2, RFC 8422 section 5.1).
bool fits_suite(const crypto::PublicKey& key, const catalog::SuiteRow& suite, Version version);
/// What a key signs with before TLS 1.2, where no message says it (RFC 2246 section 7.4.3, RFC 8422 section 5.4); none: nothing.
std::optional<Scheme> scheme_before12(const crypto::PublicKey& key);

/// "ECDSA P-256, RSA 2048".
std::string keys_of(const Candidates& candidates);

/// The signatures that the client accepts; empty where it does not say.
const std::vector<Scheme>& schemes_of(const messages::ClientHello& hello);
/// Those of ours that the client accepts, in our order.
std::vector<Scheme> common_schemes(const messages::ClientHello& hello, const CommonOptions& options);

}  // namespace handfast
