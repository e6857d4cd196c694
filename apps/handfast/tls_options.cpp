#include "tls_options.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <catalog/groups.hpp>
#include <catalog/schemes.hpp>
#include <catalog/suite_names.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <trace/keylog.hpp>

#include "exit_codes.hpp"

namespace handfast::app {

namespace {

constexpr auto protocol_group = "Protocol";
constexpr auto trace_group = "Looking inside";

CLI::Option* add_list(CLI::App& command, std::string name, std::vector<std::string>& values, std::string help,
                      std::string type) {
  return command.add_option(name, values, help)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name(type)
      ->group(protocol_group);
}

template <class T>
std::string names_of(const std::vector<T>& values) {
  std::vector<std::string> names;
  for (const auto value : values) names.emplace_back(printable(value));
  return fmt::format("{}", fmt::join(names, ", "));
}

// One that is known by name only is no typing error: it is refused for a reason.
Outcome<std::vector<Suite>> look_up_suites(const std::vector<std::string>& names) {
  std::vector<Suite> suites;
  for (const auto& text : names) {
    const auto suite = suite_from(text);
    const auto known = catalog::registered_suite(text);
    if (!suite && known)
      return std::unexpected(fmt::format("{} is never negotiated. {}", name(*known), catalog::facts_of(name(*known)).why_not));
    if (!suite) return std::unexpected(fmt::format("there is no cipher suite '{}' here; `handfast suites --all` lists them", text));
    suites.push_back(*suite);
  }
  return suites;
}

// Looks every name of a list up; the error says which are known.
template <class T, class Find>
Outcome<std::vector<T>> look_up(std::string_view what, const std::vector<std::string>& names, Find find,
                                const std::vector<T>& known) {
  std::vector<T> found;
  for (const auto& name : names) {
    const auto value = find(name);
    if (!value) return std::unexpected(fmt::format("there is no {} '{}' here; known are: {}", what, name, names_of(known)));
    found.push_back(*value);
  }
  return found;
}

Outcome<std::shared_ptr<KeyLog>> open_key_log(const TlsOptions& options) {
  const char* const from_environment = std::getenv("SSLKEYLOGFILE");
  const std::string file = !options.keylog.empty() ? options.keylog : from_environment ? from_environment : "";
  if (file.empty()) return nullptr;
  auto log = trace::KeyLogFile::open(file);
  if (!log) return std::unexpected(log.error().message());
  return *std::move(log);
}

}  // namespace

void add_protocol_options(CLI::App& command, TlsOptions& options) {
  add_list(command, "--tls", options.versions,
           "Versions to use: 1.3, 1.2; both unless suites or versions are named. 1.1 and 1.0 are broken (RFC 8996) and used only "
           "when named here", "VERSION");
  add_list(command, "--suite", options.suites,
           "Cipher suites, best first, by their IANA or OpenSSL names; most are used only when named: `handfast suites` lists them", "SUITE");
  add_list(command, "--group", options.groups, "Groups of the key exchange, best first", "GROUP");
  add_list(command, "--scheme", options.schemes, "Signature schemes, best first", "SCHEME");
  add_list(command, "--alpn", options.alpn, "Application protocols, best first, such as http/1.1", "NAME");
  add_list(command, "--compress-certificates", options.compressions,
           "Take and send certificates compressed in these ways, best first: zlib, brotli, zstd (TLS 1.3)", "NAME");
  command.add_flag("--require-ems", options.require_extended_master_secret,
                   "Refuse a peer without extended master secret (RFC 7627)")->group(protocol_group);
  command.add_option("--record-size-limit", options.record_size_limit, "Take no record with more plaintext than this (RFC 8449)")
      ->type_name("BYTES")->check(between(64, 16385))->group(protocol_group);
  command.add_option("--handshake-timeout", options.handshake_timeout, "Give a handshake up after so long")
      ->type_name("SECONDS")->check(between(0.001, 86400.0))->capture_default_str()->group(protocol_group);
}

void add_trace_options(CLI::App& command, TlsOptions& options) {
  command.add_option("--trace", options.trace, "Show every step: as a ladder for people, as JSON lines for programs")
      ->type_name("ladder|json")->check(CLI::IsMember({"ladder", "json"}).description(""))->group(trace_group);
  command.add_option("--trace-file", options.trace_file, "Write the trace there, not to the standard error output")
      ->type_name("FILE")->group(trace_group);
  command.add_flag("-v", options.verbosity, "With the ladder: every field (-v), hex dumps too (-vv)")->group(trace_group);
  command.add_option("--keylog", options.keylog,
                     "Append the secrets for Wireshark (also: the variable SSLKEYLOGFILE)")
      ->type_name("FILE")->group(trace_group);
}

Outcome<> apply(const TlsOptions& options, CommonOptions& config) {
  auto versions = TRY(look_up<Version>("TLS version", options.versions, version_from,
                                       {Version::tls13, Version::tls12, Version::tls11, Version::tls10}));
  auto suites = TRY(look_up_suites(options.suites));
  auto groups = TRY(look_up<Group>("group", options.groups, group_from, implemented_groups()));
  auto schemes = TRY(look_up<Scheme>("signature scheme", options.schemes, scheme_from, implemented_schemes()));
  auto compressions = TRY(look_up<CertificateCompression>(
      "certificate compression", options.compressions, certificate_compression_from,
      {CertificateCompression::zlib, CertificateCompression::brotli, CertificateCompression::zstd}));
  auto psks = TRY(read_psks(options.psks));
  auto key_log = TRY(open_key_log(options));
  config.versions = std::move(versions);
  config.suites = std::move(suites);
  config.groups = std::move(groups);
  config.schemes = std::move(schemes);
  config.certificate_compressions = std::move(compressions);
  config.external_psks = std::move(psks);
  config.key_log = std::move(key_log);
  TRY(apply(options.switches, config));
  config.alpn = options.alpn;
  config.require_extended_master_secret = options.require_extended_master_secret;
  config.legacy.accept_peer_without_secure_renegotiation = options.allow_legacy_peer;
  config.renegotiation.allow_peer = options.allow_renegotiation;
  config.record_size_limit = options.record_size_limit;
  config.limits.handshake_time = to_milliseconds(options.handshake_timeout);
  return {};
}

std::vector<Group> implemented_groups() {
  std::vector<Group> all;
  for (const auto& row : catalog::groups()) all.push_back(row.group);
  return all;
}

std::vector<Scheme> implemented_schemes() {
  std::vector<Scheme> all;
  for (const auto& row : catalog::schemes()) all.push_back(row.scheme);
  return all;
}

int refuse_usage(std::string_view command, std::string_view sentence) {
  fmt::print(stderr, "handfast {}: {}\n", command, sentence);
  return exit_wrong_usage;
}

CLI::Validator between(double least, double most) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        double value = 0;
        const bool is_number = CLI::detail::lexical_cast(text, value);
        if (is_number && value >= least && value <= most) return {};
        return fmt::format("'{}' is not a number from {:.12g} to {:.12g}", text, least, most);
      },
      "");   // else it stands in every help text
}

CLI::Validator whole_number() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const bool is_number = !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
        return is_number ? std::string() : fmt::format("'{}' is not a whole number", text);
      },
      "");
}

std::chrono::milliseconds to_milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(seconds * 1000)));
}

}  // namespace handfast::app
