#include "legacy_options.hpp"

#include <algorithm>

#include <catalog/suites.hpp>
#include <fmt/format.h>

namespace handfast::app {

namespace {

constexpr auto group = "Protocol";

bool is_anonymous(Suite suite) {
  const auto* row = catalog::find(suite);
  return row && row->authentication == catalog::Authentication::anonymous;
}

bool is_plain(Suite suite) {
  const auto* row = catalog::find(suite);
  return row && row->cipher == catalog::Cipher::null;
}

constexpr std::string_view no_encryption = "--unsafe-no-encryption", anonymous = "--unsafe-anonymous";

Outcome<> need(std::string_view option, bool is_given, const std::vector<Suite>& suites, bool (*needs_it)(Suite)) {
  const auto found = std::ranges::find_if(suites, needs_it);
  if (is_given || found == suites.end()) return {};
  return std::unexpected(fmt::format("{} needs {} too: {}", printable(*found), option, catalog::find(*found)->why_not));
}

}  // namespace

void add_unsafe_options(CLI::App& command, LegacySwitches& switches) {
  command.add_flag(std::string(anonymous), switches.anonymous,
                   "Take suites of --suite that authenticate nobody: whoever is on the way can be the other side")->group(group);
  command.add_flag(std::string(no_encryption), switches.no_encryption,
                   "Take suites of --suite that encrypt nothing: whoever is on the way reads along")->group(group);
}

void add_small_groups_option(CLI::App& command, LegacySwitches& switches) {
  command.add_flag("--allow-small-groups", switches.small_groups,
                   "Take a server's finite-field group of 1024 to 2047 bits (Logjam), for DHE suites of --suite")->group(group);
}

Outcome<> apply(const LegacySwitches& switches, CommonOptions& config) {
  TRY(need(no_encryption, switches.no_encryption, config.suites, is_plain));
  TRY(need(anonymous, switches.anonymous, config.suites, is_anonymous));
  const auto names = [&](Version version) { return std::ranges::find(config.versions, version) != config.versions.end(); };
  config.legacy.tls10 = names(Version::tls10);
  config.legacy.tls11 = names(Version::tls11);
  config.legacy.small_finite_fields = switches.small_groups;
  config.unsafe.anonymous = switches.anonymous;
  config.unsafe.no_encryption = switches.no_encryption;
  return {};
}

std::vector<std::string> unsafe_options_of(Suite suite) {
  std::vector<std::string> options;
  if (is_plain(suite)) options.emplace_back(no_encryption);
  if (is_anonymous(suite)) options.emplace_back(anonymous);
  return options;
}

bool names_anonymous_suite(const CommonOptions& config) { return std::ranges::any_of(config.suites, is_anonymous); }

}  // namespace handfast::app
