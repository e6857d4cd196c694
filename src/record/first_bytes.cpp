// first_bytes.cpp: plain HTTP, SSL 2.0, or anything else.
#include <record/first_bytes.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace handfast::record {
namespace {

constexpr std::string_view http[] = {"GET ", "POST", "HEAD", "PUT ", "OPTI", "HTTP", "CONN", "DELE", "PATC", "PRI "};

std::string quoted(Bytes bytes) {
  std::string text;
  for (auto byte : bytes.first(std::min<size_t>(bytes.size(), 16))) {
    if (byte == '"' || byte == '\\')
      text += {'\\', static_cast<char>(byte)};
    else if (byte >= 0x20 && byte < 0x7f)
      text += static_cast<char>(byte);
    else
      text += fmt::format("\\x{:02x}", byte);
  }
  return fmt::format("first bytes \"{}\"", text);
}

}  // namespace

Result<> refuse_first_bytes(Bytes bytes) {
  auto text = as_text(bytes);
  for (auto start : http) {
    if (text.starts_with(start)) return fail(Fault::plain_http, {quoted(bytes)});
    if (start.starts_with(text)) return {};
  }
  // RFC 6101 appendix E.1: a length whose high bit is set, then CLIENT-HELLO (1).
  if (bytes[0] & 0x80) {
    if (bytes.size() < 3) return {};
    if (bytes[2] == 1) return fail(Fault::sslv2_hello, {quoted(bytes)});
  }
  return fail(Fault::not_tls, {quoted(bytes)});
}

}  // namespace handfast::record
