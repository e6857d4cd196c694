// suite_names.hpp: every cipher suite by its name, whether Handfast has it or not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

struct SuiteName {
  Suite suite;
  std::string_view name;
};

/// All of the IANA registry "TLS Cipher Suites" by their numbers, the two signalling values among them, and five that were never
/// registered but are still offered (0x0062 to 0x0066). GREASE is elsewhere (grease.hpp).
std::span<const SuiteName> suite_names();
/// Empty for a number without a name.
std::string_view registered_name(Suite suite);
/// By its name, without regard to case.
std::optional<Suite> registered_suite(std::string_view name);

/// What the name of a suite says about it.
struct SuiteFacts {
  Version first, last;          ///< the versions that it is for
  std::string key_exchange;     ///< "ECDHE RSA"; "any" where extensions choose it; empty for a signalling value
  std::string protection;       ///< "AES-128-CBC, HMAC-SHA1"; empty for a signalling value
  std::string_view why_not;     ///< why Handfast does not negotiate it, if it does not (else see SuiteRow); lives for ever
};
SuiteFacts facts_of(std::string_view name);

}  // namespace handfast::catalog
