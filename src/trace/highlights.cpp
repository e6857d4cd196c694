#include <trace/highlights.hpp>

#include <base/printable.hpp>
#include <fmt/format.h>

namespace handfast::trace {
namespace {

using Lines = std::vector<std::string>;

std::string number_of(const Field& fields, std::string_view name) {
  const auto* field = fields.find(name);
  return field ? number_text(*field) : std::string();
}

size_t count_of(const Field& fields, std::string_view name) {
  const auto* field = fields.find(name);
  return field ? field->members.size() : 0;
}

std::string counted(size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string duration(uint64_t seconds) {
  if (seconds % 3600 == 0) return fmt::format("{} h", seconds / 3600);
  return seconds % 60 == 0 ? fmt::format("{} min", seconds / 60) : fmt::format("{} s", seconds);
}

/// The items of a list, the first few of them; GREASE (RFC 8701) says nothing.
std::string items(const Field& list, bool ascii) {
  constexpr size_t shown = 4;
  std::string text;
  size_t count = 0;
  for (const auto& item : list.members) {
    auto words = item.kind == Field::Kind::number ? number_text(item) : printable_text(item.text, ascii);
    if (words == "GREASE") continue;
    if (count++ < shown) text += (text.empty() ? "" : ", ") + words;
  }
  return count > shown ? fmt::format("{} and {} more", text, count - shown) : text;
}

/// The groups of which the hello has a share.
std::string shared_groups(const Field& shares) {
  std::string text;
  for (const auto& share : shares.members)
    if (const auto* group = share.find("group")) text += (text.empty() ? "" : ", ") + number_text(*group);
  return text;
}

void add_list(Lines& lines, std::string_view words, const Field& fields, std::string_view name, bool ascii) {
  if (const auto* list = fields.find(name); list && !list->members.empty())
    lines.push_back(fmt::format("{} {}", words, items(*list, ascii)));
}

Lines client_hello(const Field& fields, bool ascii) {
  Lines lines;
  const auto* versions = fields.find("supported_versions");
  const auto version = versions && !versions->members.empty() ? items(versions->members.front(), ascii)
                                                              : number_of(fields, "client_version");
  lines.push_back(fmt::format("{}, {}", version, counted(count_of(fields, "cipher_suites"), "suite", "suites")));
  add_list(lines, "groups", fields, "named_group_list", ascii);
  if (const auto* shares = fields.find("client_shares"); shares && !shares->members.empty())
    lines.push_back("shares of " + shared_groups(*shares));
  if (const auto* name = fields.find("host_name")) lines.push_back("asks for " + printable_text(name->text, ascii));
  add_list(lines, "ALPN", fields, "protocol_name_list", ascii);
  const auto* ticket = fields.find("session_ticket");
  const bool has_ticket = ticket && !ticket->members.empty() && !ticket->members.front().text.empty();
  if (has_ticket) lines.push_back("resumes with a ticket");
  return lines;
}

Lines server_hello(const Field& fields, bool decided, bool ascii) {
  if (decided) return {};
  auto selected = number_of(fields, "selected_version");   // TLS 1.3 hides it from older eyes
  Lines lines{selected.empty() ? number_of(fields, "server_version") : selected, number_of(fields, "cipher_suite")};
  add_list(lines, "ALPN", fields, "protocol_name_list", ascii);
  return lines;
}

Lines certificate_request(const Field& fields) {
  const auto* listed = fields.find("authorities");   // of TLS 1.3
  const auto count = listed ? listed->members.size() : count_of(fields, "certificate_authorities");
  if (count == 0) return {"of any authority"};
  return {fmt::format("of {}", counted(count, "authority", "authorities"))};
}

}  // namespace

std::vector<std::string> highlights(std::string_view message, const Field& fields, bool decided, bool ascii) {
  if (message == "ClientHello") return client_hello(fields, ascii);
  if (message == "ServerHello") return server_hello(fields, decided, ascii);
  if (message == "HelloRetryRequest") {
    auto group = number_of(fields, "selected_group");
    return {group.empty() ? "wants its cookie back" : "wants a share of " + group};
  }
  if (message == "KeyUpdate") return {number_of(fields, "request_update")};
  if (message == "CertificateRequest") return certificate_request(fields);
  if (message == "Certificate") {
    const auto count = count_of(fields, "certificate_list");
    return {count == 0 ? "none to show" : counted(count, "certificate", "certificates")};
  }
  if (message == "ServerKeyExchange" && !decided)
    return {number_of(fields, "named_curve"), "signed " + number_of(fields, "algorithm")};
  if (message == "CertificateStatus") {
    const auto* response = fields.find("response");
    return {fmt::format("OCSP response of {} bytes", response ? response->text.size() : 0)};
  }
  if (message == "CertificateVerify") return {"signed " + number_of(fields, "algorithm")};
  if (message == "NewSessionTicket") {
    const auto* lifetime = fields.find("ticket_lifetime_hint");
    if (!lifetime) lifetime = fields.find("ticket_lifetime");
    if (lifetime && lifetime->value) return {"good for " + duration(lifetime->value)};
  }
  return {};
}

}  // namespace handfast::trace
