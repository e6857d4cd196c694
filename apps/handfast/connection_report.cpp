#include "connection_report.hpp"

#include <algorithm>
#include <vector>

#include <base/printable.hpp>
#include <catalog/suites.hpp>
#include <crypto/certificate.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <trace/hex.hpp>

namespace handfast::app {

namespace {

// Lines of one name and one value, the values under each other.
class Lines {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) text_ += fmt::format("  {:<14} {}\n", name, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

bool encrypts(Suite suite) {
  const auto* row = catalog::find(suite);
  return !row || row->cipher != catalog::Cipher::null;
}

std::string flags(const Summary& summary) {
  std::vector<std::string_view> set;
  if (summary.resumed) set.push_back(summary.resumed_by_ticket ? "resumed by ticket" : "resumed by session id");
  if (!summary.resumed) set.push_back(summary.external_psk.empty() ? "full handshake" : "by a pre-shared key");
  if (summary.version != Version::tls13) {   // which always does what RFC 7627 does
    set.push_back(summary.extended_master_secret ? "extended master secret" : "no extended master secret");
  }
  if (summary.encrypt_then_mac) set.push_back("encrypt-then-MAC");
  if (summary.renegotiations > 0) set.push_back("not the first on this connection");
  return fmt::format("{}", fmt::join(set, ", "));
}

std::string signatures(const Summary& summary) {
  std::vector<std::string> made;
  if (summary.server_scheme) made.push_back(fmt::format("{} (server)", printable(*summary.server_scheme)));
  if (summary.client_scheme) made.push_back(fmt::format("{} (client)", printable(*summary.client_scheme)));
  return fmt::format("{}", fmt::join(made, ", "));
}

std::string client_certificate(const Summary& summary) {
  if (summary.client_certificate_sent) return "asked for and shown";
  if (summary.client_certificate_requested) return "asked for, none shown";
  return summary.resumed || !summary.external_psk.empty() ? "" : "not asked for";
}

void add_chain(Lines& lines, const PeerIdentity& peer) {
  lines.add("peer", fmt::format("{}{}", printable_text(peer.subject), peer.verified ? "" : " (NOT VERIFIED)"));
  for (size_t depth = 0; depth < peer.chain.size(); ++depth) {
    const auto certificate = crypto::Certificate::parse(peer.chain[depth]);
    if (!certificate) continue;
    const CertificateSummary facts = certificate->summary();
    lines.add(depth == 0 ? "certificate" : "", fmt::format("{}: {}, until {}, issued by {}", depth,
                                                            printable_text(facts.subject), facts.not_after,
                                                            printable_text(facts.issuer)));
    if (depth > 0 || facts.names.empty()) continue;
    lines.add("", fmt::format("   for {}; {}", printable_text(fmt::format("{}", fmt::join(facts.names, ", "))), facts.key));
  }
  lines.add("fingerprint", fmt::format("sha256:{}", peer.sha256));
}

}  // namespace

std::string describe(const Summary& summary, Side our_side) {
  Lines lines;
  if (summary.version) lines.add("version", printable(*summary.version));
  if (summary.suite) lines.add("suite", printable(*summary.suite) + (encrypts(*summary.suite) ? "" : " (NOT ENCRYPTED)"));
  if (summary.group) lines.add("group", printable(*summary.group));
  lines.add("signatures", signatures(summary));
  lines.add("handshake", flags(summary));
  lines.add("pre-shared key", printable_text(summary.external_psk));
  lines.add("server name", printable_text(summary.server_name));
  lines.add("ALPN", printable_text(summary.alpn));
  lines.add("client cert", client_certificate(summary));
  if (summary.peer) {
    add_chain(lines, *summary.peer);
  } else if (our_side == Side::server && summary.external_psk.empty()) {
    lines.add("peer", "no certificate shown");
  } else if (summary.external_psk.empty()) {
    lines.add("peer", "NOT AUTHENTICATED: nobody has proved who they are");
  }
  return lines.take();
}

std::string describe_bindings(const Connection& connection) {
  Lines lines;
  const auto add = [&](std::string_view name, ChannelBinding type) {
    if (const auto value = connection.channel_binding(type)) lines.add(name, trace::hex_text(*value));
  };
  add("tls-exporter", ChannelBinding::tls_exporter);
  add("tls-end-point", ChannelBinding::tls_server_end_point);
  return lines.take();
}

std::string one_line(const Summary& summary) {
  std::vector<std::string> parts;
  if (summary.version) parts.push_back(printable(*summary.version));
  if (summary.suite) parts.push_back(printable(*summary.suite));
  parts.push_back(summary.resumed ? "resumed" : summary.external_psk.empty() ? "full" : "psk");
  if (summary.early_data) parts.push_back("early-data");
  if (!summary.alpn.empty()) parts.push_back(fmt::format("alpn={}", printable_text(summary.alpn)));
  if (summary.peer) {
    parts.push_back(fmt::format("client \"{}\"{}", printable_text(summary.peer->subject),
                                summary.peer->verified ? "" : " (not verified)"));
  } else if (!summary.external_psk.empty()) {
    parts.push_back(fmt::format("client \"{}\" by its key", printable_text(summary.external_psk)));
  } else {
    parts.push_back("no client certificate");
  }
  return fmt::format("{}", fmt::join(parts, " "));
}

}  // namespace handfast::app
