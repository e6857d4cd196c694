#include <base/host.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <string>

namespace handfast {
namespace {

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

bool is_ip_address(std::string_view text) {
  if (text.contains('\0')) return false;   // inet_pton would not see what follows it
  unsigned char address[16];
  std::string terminated(text);
  return inet_pton(AF_INET, terminated.c_str(), address) == 1 || inet_pton(AF_INET6, terminated.c_str(), address) == 1;
}

bool is_dns_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace handfast
