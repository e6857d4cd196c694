// step_details.cpp: what a reader of a numbered ladder sees of each message.
#include <algorithm>

#include <base/printable.hpp>
#include <crypto/certificate.hpp>
#include <crypto/distinguished_name.hpp>
#include <fmt/format.h>
#include <trace/hex.hpp>
#include <trace/steps.hpp>

namespace handfast::trace {
namespace {

using Lines = std::vector<std::string>;

std::string bytes_text(const std::string& bytes) {
  constexpr size_t shown = 4, whole = 8;
  if (bytes.empty()) return "empty";
  if (bytes.size() <= whole) return hex_text(as_bytes(bytes));
  return fmt::format("{}... ({} bytes)", hex_text(as_bytes(bytes).first(shown)), bytes.size());
}

std::string text_of(const Field& field, bool ascii) {
  if (field.kind == Field::Kind::number) return number_text(field);
  if (field.kind == Field::Kind::bytes) return bytes_text(field.text);
  return printable_text(field.text, ascii);
}

/// The first few items, and how many there are behind them.
std::string items(const Field& list, size_t shown, bool ascii) {
  std::string text;
  for (size_t i = 0; i < std::min(shown, list.members.size()); ++i)
    text += (i ? ", " : "") + text_of(list.members[i], ascii);
  if (list.members.empty()) return "none";
  return list.members.size() > shown ? fmt::format("{} and {} more", text, list.members.size() - shown) : text;
}

std::string names(const Field& structure, bool ascii) {
  std::string text;
  for (const auto& member : structure.members) text += (text.empty() ? "" : ", ") + printable_text(member.name, ascii);
  return text.empty() ? "none" : text;
}

/// Subject, issuer and key of a certificate, parsed from the message itself.
void add_certificate(Lines& lines, const Field& entry, bool ascii) {
  const auto* der = entry.kind == Field::Kind::bytes ? &entry : entry.find("cert_data");
  const auto parsed = der ? crypto::Certificate::parse(as_bytes(der->text)) : fail(Fault::certificate_malformed);
  if (!parsed) return lines.push_back("not a readable certificate");
  const auto facts = parsed->summary();
  lines.push_back("subject " + printable_text(facts.subject, ascii));
  lines.push_back("issuer " + printable_text(facts.issuer, ascii));
  lines.push_back("key " + printable_text(facts.key, ascii));
}

void add_authorities(Lines& lines, const Field& list, bool ascii) {
  if (list.members.empty()) lines.push_back("authorities any");
  for (const auto& authority : list.members) {
    const auto name = crypto::name_text(as_bytes(authority.text));
    lines.push_back("authority " + (name ? printable_text(*name, ascii) : bytes_text(authority.text)));
  }
}

void add_fields(Lines& lines, const Field& structure, bool ascii);

void add_field(Lines& lines, const Field& field, bool ascii) {
  if (field.name == "extensions") return lines.push_back("extensions " + names(field, ascii));
  if (field.name == "certificate_authorities") return add_authorities(lines, field, ascii);
  if (field.name == "certificate_list") {
    if (field.members.empty()) lines.push_back("none to show");
    for (const auto& entry : field.members) add_certificate(lines, entry, ascii);
    return;
  }
  if (field.kind == Field::Kind::list)
    return lines.push_back(printable_text(field.name, ascii) + ' ' + items(field, 3, ascii));
  if (field.kind == Field::Kind::structure) return add_fields(lines, field, ascii);
  lines.push_back(printable_text(field.name, ascii) + ' ' + text_of(field, ascii));
}

void add_fields(Lines& lines, const Field& structure, bool ascii) {
  for (const auto& field : structure.members) add_field(lines, field, ascii);
}

std::string shared_groups(const Field& shares) {
  std::string groups;
  for (const auto& share : shares.members)
    if (const auto* group = share.find("group")) groups += (groups.empty() ? "" : ", ") + number_text(*group);
  return groups.empty() ? "no group" : groups;
}

/// Extensions of TLS 1.3 whose contents decide what follows; all the others are named only.
void add_deciding_extensions(Lines& lines, const Field& fields, bool ascii) {
  const auto* selected = fields.find("selected_version");
  const auto* offered = fields.find("supported_versions");
  if (selected) lines.push_back("selected_version " + text_of(*selected, ascii));
  if (!selected && offered && !offered->members.empty())
    lines.push_back("supported_versions " + items(offered->members.front(), 3, ascii));
  if (const auto* shares = fields.find("client_shares"))
    lines.push_back("key shares of " + shared_groups(*shares));
  else if (const auto* share = fields.find("key_share"); share && share->find("group"))
    lines.push_back("key share of " + number_text(*share->find("group")));
  if (const auto* group = fields.find("selected_group")) lines.push_back("wants a share of " + number_text(*group));
  if (const auto* listed = fields.find("authorities")) add_authorities(lines, *listed, ascii);
}

/// What cannot be read off the fields: what was made of what.
std::string_view meaning_of(std::string_view message, const Field& fields, const Steps& steps) {
  if (message == "ServerHelloDone") return "nothing in it: it is the client's turn";
  if (message == "ClientKeyExchange" && fields.find("encrypted_pre_master_secret"))
    return "made of the version offered and 46 random bytes, by PKCS #1 v1.5 under the server's RSA key";
  if (message == "ServerKeyExchange" && fields.find("signature")) return "signs both randoms and these parameters";
  if (message == "CertificateVerify") return "signs all messages so far";
  if (message == "ChangeCipherSpec")
    return steps.is_tls13() ? "means nothing: TLS 1.3 looks like TLS 1.2 to what stands in between"
                            : "what follows in this direction is under the new keys";
  if (message == "Finished")
    return steps.is_tls13() ? "HMAC over all messages so far, under a key of the handshake"
                            : "made of the master secret and all messages so far";
  return {};
}

}  // namespace

std::vector<std::string> step_details(std::string_view message, const Field& fields, const Steps& steps, bool ascii) {
  Lines lines;
  if (message != "ChangeCipherSpec") add_fields(lines, fields, ascii);
  add_deciding_extensions(lines, fields, ascii);
  if (const auto meaning = meaning_of(message, fields, steps); !meaning.empty()) lines.emplace_back(meaning);
  return lines;
}

}  // namespace handfast::trace
