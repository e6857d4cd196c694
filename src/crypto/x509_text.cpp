#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <crypto/x509_text.hpp>

namespace handfast::crypto {
namespace {

/// Escapes what would let a name reach into a terminal: C0 and C1 control characters and those that turn the text's
/// direction (U+202A to U+202E, U+2066 to U+2069). `text` is UTF-8.
std::string printable_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0; };
  for (size_t i = 0; i < text.size(); ++i) {
    const auto a = at(i), b = at(i + 1), c = at(i + 2);
    const bool c1 = a == 0xc2 && b >= 0x80 && b < 0xa0;
    const bool direction =
        a == 0xe2 && ((b == 0x80 && c >= 0xaa && c <= 0xae) || (b == 0x81 && c >= 0xa6 && c <= 0xa9));
    if (a < 0x20 || a == 0x7f || c1 || direction)
      result += fmt::format("\\{:02X}", a);
    else
      result += text[i];
  }
  return result;
}

/// RFC 5952 section 4: lower case, the longest run of zero groups as "::".
std::string ipv6_text(Bytes address) {
  std::array<unsigned, 8> groups{};
  for (size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(address[2 * i] << 8 | address[2 * i + 1]);
  size_t start = 8, length = 1;
  for (size_t i = 0; i < 8; ++i) {
    size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > length) start = i, length = end - i;
  }
  std::string text;
  for (size_t i = 0; i < 8; ++i) {
    if (i == start) {
      text += "::";
      i += length - 1;
    } else {
      text += fmt::format("{}{:x}", text.empty() || text.ends_with(':') ? "" : ":", groups[i]);
    }
  }
  return text;
}

std::string address_text(Bytes address) {
  if (address.size() == 4) return fmt::format("{}.{}.{}.{}", address[0], address[1], address[2], address[3]);
  if (address.size() == 16) return ipv6_text(address);
  return "malformed address " + hex(address);
}

Bytes bytes_of(const ASN1_STRING* string) {
  return {ASN1_STRING_get0_data(string), static_cast<size_t>(ASN1_STRING_length(string))};
}

/// Letters, digits and what stands in names unescaped (RFC 2253 section 2.4), not at risk at either end.
bool is_plain(Bytes value) {
  if (value.empty() || value.front() == ' ' || value.back() == ' ') return false;
  return std::ranges::all_of(value, [](uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '.' ||
           c == '-' || c == '_' || c == '@';
  });
}

/// A name of plain values, one to a part, without the 2 us that libcrypto's printer takes; empty for any other.
std::string plain_line(const X509_NAME* name) {
  std::string text;
  for (int i = X509_NAME_entry_count(name); i-- > 0;) {
    const auto* entry = X509_NAME_get_entry(name, i);
    const auto* value = X509_NAME_ENTRY_get_data(entry);
    const int type = ASN1_STRING_type(value);
    const int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
    const bool known_type = type == V_ASN1_UTF8STRING || type == V_ASN1_PRINTABLESTRING || type == V_ASN1_IA5STRING;
    if (X509_NAME_ENTRY_set(entry) != i || nid == NID_undef || !known_type || !is_plain(bytes_of(value))) return {};
    if (!text.empty()) text += ',';
    text.append(OBJ_nid2sn(nid)).append("=").append(as_text(bytes_of(value)));
  }
  return text;
}

}  // namespace

std::string one_line(const X509_NAME* name) {
  if (auto plain = name ? plain_line(name) : std::string(); !plain.empty()) return plain;
  OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!name || !bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return printable_text({text, static_cast<size_t>(size)});
}

std::string common_name(const X509_NAME* name) {
  int last = -1;
  for (int i = -1; (i = X509_NAME_get_index_by_NID(name, NID_commonName, i)) >= 0;) last = i;
  if (last < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
  const OwnedBytes owned(utf8);
  if (size < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<size_t>(size));
  return text.find('\0') == std::string::npos ? text : std::string();
}

std::vector<std::string> subject_alt_names(const X509* certificate) {
  std::vector<std::string> names;
  const Owned<GENERAL_NAMES, GENERAL_NAMES_free> found(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(found.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(found.get(), i);
    if (name->type == GEN_DNS) names.push_back(printable_text(as_text(bytes_of(name->d.dNSName))));
    if (name->type == GEN_IPADD) names.push_back(address_text(bytes_of(name->d.iPAddress)));
  }
  return names;
}

std::string date_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) <= 0) return "no date";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::chrono::system_clock::time_point time_of(const ASN1_TIME* time) {
  using Clock = std::chrono::system_clock;
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) <= 0) return Clock::time_point::min();
  const auto moment = timegm(&parts);
  if (moment <= Clock::to_time_t(Clock::time_point::min())) return Clock::time_point::min();
  return moment < Clock::to_time_t(Clock::time_point::max()) ? Clock::from_time_t(moment) : Clock::time_point::max();
}

std::string date_text(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Buffer to_der(const X509_NAME* name) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_NAME(name, &bytes);
  const OwnedBytes owned(bytes);
  if (size < 0) return {};
  return {bytes, bytes + size};
}

}  // namespace handfast::crypto
