// names.cpp: numbers to names and back, from the catalog's rows.
#include <handfast/names.hpp>

#include <algorithm>

#include <catalog/grease.hpp>
#include <catalog/groups.hpp>
#include <catalog/other_names.hpp>
#include <catalog/schemes.hpp>
#include <catalog/suite_names.hpp>
#include <catalog/suites.hpp>
#include <fmt/format.h>

namespace handfast {
namespace {

struct VersionName {
  Version version;
  std::string_view name, number;
};
constexpr VersionName versions[] = {
    {Version::ssl30, "SSL 3.0", "3.0"}, {Version::tls10, "TLS 1.0", "1.0"}, {Version::tls11, "TLS 1.1", "1.1"},
    {Version::tls12, "TLS 1.2", "1.2"}, {Version::tls13, "TLS 1.3", "1.3"},
};

constexpr std::pair<CertificateType, std::string_view> certificate_types[] = {
    {CertificateType::x509, "X509"},
    {CertificateType::raw_public_key, "RawPublicKey"},
};
constexpr std::pair<CertificateCompression, std::string_view> compressions[] = {
    {CertificateCompression::zlib, "zlib"},
    {CertificateCompression::brotli, "brotli"},
    {CertificateCompression::zstd, "zstd"},
};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

template <class Table, class Key>
std::string_view look_up(const Table& table, Key key) {
  for (const auto& [value, text] : table)
    if (value == key) return text;
  return {};
}

template <class T>
std::string name_or_number(T value) {
  auto text = name(value);
  return text.empty() ? fmt::format("{:#06x}", static_cast<uint16_t>(value)) : std::string(text);
}

}  // namespace

std::string_view name(Version version) {
  for (const auto& row : versions)
    if (row.version == version) return row.name;
  return catalog::grease(version);
}

std::string_view name(Suite suite) {
  const auto text = catalog::registered_name(suite);
  return text.empty() ? catalog::grease(suite) : text;
}

std::string_view name(Group group) {
  if (const auto* row = catalog::find(group)) return row->name;
  const auto text = catalog::other_name(group);
  return text.empty() ? catalog::grease(group) : text;
}

std::string_view name(Scheme scheme) {
  auto row = catalog::find(scheme);
  return row ? row->name : catalog::other_name(scheme);
}

std::string_view name(CertificateType type) { return look_up(certificate_types, type); }
std::string_view name(CertificateCompression algorithm) { return look_up(compressions, algorithm); }

std::string printable(Version version) { return name_or_number(version); }
std::string printable(Suite suite) { return name_or_number(suite); }
std::string printable(Group group) { return name_or_number(group); }
std::string printable(Scheme scheme) { return name_or_number(scheme); }
std::string printable(CertificateType type) { return name_or_number(type); }
std::string printable(CertificateCompression algorithm) { return name_or_number(algorithm); }

std::optional<Version> version_from(std::string_view text) {
  for (const auto& row : versions)
    if (same(row.name, text) || same(row.number, text)) return row.version;
  return {};
}

std::optional<Suite> suite_from(std::string_view text) {
  for (const auto& row : catalog::suites())
    if (same(row.name, text) || same(row.openssl_name, text)) return row.suite;
  return {};
}

std::optional<Group> group_from(std::string_view text) {
  for (const auto& row : catalog::groups())
    if (same(row.name, text) || same(row.alias, text)) return row.group;
  return {};
}

std::optional<Scheme> scheme_from(std::string_view text) {
  for (const auto& row : catalog::schemes())
    if (same(row.name, text)) return row.scheme;
  return {};
}

std::optional<CertificateCompression> certificate_compression_from(std::string_view text) {
  for (const auto& [algorithm, known] : compressions)
    if (same(known, text)) return algorithm;
  return {};
}

std::vector<Suite> implemented_suites() {
  std::vector<Suite> all;
  for (const auto& row : catalog::suites()) all.push_back(row.suite);
  return all;
}

std::vector<Suite> default_suites() {
  std::vector<Suite> chosen;
  for (const auto& row : catalog::suites())
    if (row.on_by_default) chosen.push_back(row.suite);
  return chosen;
}

std::vector<Group> default_groups() {
  std::vector<Group> chosen;
  for (const auto& row : catalog::groups())
    if (row.on_by_default) chosen.push_back(row.group);
  return chosen;
}

std::vector<Scheme> default_schemes() {
  std::vector<Scheme> chosen;
  for (const auto& row : catalog::schemes())
    if (row.on_by_default) chosen.push_back(row.scheme);
  return chosen;
}

}  // namespace handfast
