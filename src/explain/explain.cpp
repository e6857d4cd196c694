#include <explain/explain.hpp>

#include <algorithm>
#include <base/printable.hpp>
#include <explain/causes.hpp>
#include <fmt/format.h>
#include <vector>

namespace handfast::explain {
namespace {

constexpr size_t width = 100, height = 24, most_facts = 6, most_causes = 4, longest_fact = 180, longest_line = 900;

std::string_view word(Side side) { return side == Side::client ? "client" : "server"; }
Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

std::string alert_text(Alert alert) { return fmt::format("{} {}", static_cast<int>(alert), name(alert)); }

/// Something of ours failed or was configured wrongly; the peer has no part in it.
bool is_our_own(Fault fault) { return info(fault).id.starts_with("local.") || info(fault).id.starts_with("config."); }

bool holds(Given given, const Summary& summary) {
  switch (given) {
    case Given::nothing: return true;
    case Given::no_answer: return !summary.suite;
    case Given::answer: return summary.suite.has_value();
    case Given::client_certificate: return summary.client_certificate_sent;
    case Given::no_client_certificate: return summary.client_certificate_requested && !summary.client_certificate_sent;
  }
  return false;
}

std::vector<Cause> causes_of(const Error& error, Side our_side, const Summary& summary) {
  std::vector<Cause> causes;
  if (error.who == Who::peer && error.alert) {
    for (const auto& row : alert_causes())
      if (row.alert == *error.alert && row.our_side == our_side && holds(row.given, summary)) causes.push_back(row.cause);
  } else {
    for (const auto& row : fault_causes())
      if (row.fault == error.fault && row.our_side.value_or(our_side) == our_side) causes.push_back(row.cause);
  }
  if (causes.size() > most_causes) causes.resize(most_causes);
  return causes;
}

std::string moment(Side our_side, const Summary& summary) {
  if (!summary.suite) return our_side == Side::client ? "before the server answered our hello" : "at the client's hello";
  if (summary.client_certificate_sent)
    return our_side == Side::client ? "after our certificate" : "after the client's certificate";
  if (summary.client_certificate_requested)
    return our_side == Side::client ? "after we answered its certificate request with no certificate"
                                    : "after we asked for a client certificate";
  return "after the hellos";
}

std::string verdict(const Error& error, Side our_side, const Summary& summary) {
  const auto peer = word(other(our_side)), us = word(our_side);
  const auto when = moment(our_side, summary);
  const auto& row = info(error.fault);
  if (error.who == Who::peer && error.alert && summary.application_data_received)
    return fmt::format("The {} broke off with alert {} ({} to {}), after it had sent data.", peer, alert_text(*error.alert),
                       peer, us);
  if (error.who == Who::peer && error.alert)
    return fmt::format("The {} refused us with alert {} ({} to {}), {}.", peer, alert_text(*error.alert), peer, us, when);
  if (error.who == Who::transport) return fmt::format("The connection to the {} broke, {}: {}.", peer, when, row.text);
  if (is_our_own(error.fault)) return fmt::format("Our side ({}) failed: {}.", us, row.text);
  const auto told =
      error.alert ? fmt::format(" We sent alert {} ({} to {}).", alert_text(*error.alert), us, peer) : std::string();
  return fmt::format("We (the {}) refused the {}, {}: {}.{}", us, peer, when, row.text, told);
}

/// Lines of a screen, each printable and at most `width` wide. What comes last matters least: it is left off first.
class Screen {
 public:
  void line(std::string_view text, size_t indent = 0, std::string_view mark = {}) {
    auto head = std::string(indent, ' ') + std::string(mark);
    const auto hanging = head.size();
    for (const auto& part : wrapped(text, width - hanging)) {
      if (lines_++ < height) text_ += head + part + '\n';
      head.assign(hanging, ' ');
    }
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  size_t lines_ = 0;
};

void add_facts(Screen& screen, const Error& error, const Summary& summary) {
  std::string agreed;
  auto add = [&](std::string_view fact) { agreed += (agreed.empty() ? "" : ", ") + printable_text(fact); };
  if (summary.version) add(printable(*summary.version));
  if (summary.suite) add(printable(*summary.suite));
  if (!summary.server_name.empty()) add("server name " + summary.server_name);
  if (summary.peer) add("peer " + summary.peer->subject);
  if (error.facts.empty() && agreed.empty()) return;
  screen.line("Facts");
  for (size_t i = 0; i < std::min(error.facts.size(), most_facts); ++i) {
    auto fact = printable_text(std::string_view(error.facts[i]).substr(0, 4 * longest_fact));
    if (display_width(fact) > longest_fact) fact = wrapped(fact, longest_fact).front() + "...";
    screen.line(fact, 2, "- ");
  }
  if (error.facts.size() > most_facts) screen.line(fmt::format("and {} more", error.facts.size() - most_facts), 2, "- ");
  if (!agreed.empty()) screen.line("so far: " + agreed, 2, "- ");
}

std::string_view word(Where where, Side our_side) {
  switch (where) {
    case Where::client: return our_side == Side::client ? "here, on the client" : "on the client";
    case Where::server: return our_side == Side::server ? "here, on the server" : "on the server";
    case Where::both: return "on one of the two sides";
    case Where::network: return "between the two";
  }
  return {};
}

void add_causes(Screen& screen, const std::vector<Cause>& causes, Side our_side) {
  if (causes.empty()) return;
  screen.line(causes.size() == 1 ? "Likely cause" : "Likely causes, the likeliest first");
  for (size_t i = 0; i < causes.size(); ++i) {
    screen.line(causes[i].cause, 2, fmt::format("{}. ", i + 1));
    screen.line(fmt::format("{}: {}", word(causes[i].where, our_side), causes[i].change), 5, "-> ");
  }
}

void add_peer_log(Screen& screen, const Error& error, Side our_side, const std::vector<Cause>& causes) {
  std::vector<std::string> lines;
  if (error.who == Who::local && error.alert && !is_our_own(error.fault))
    if (const auto* log = alert_log(*error.alert))
      lines.push_back(fmt::format("OpenSSL: {}; GnuTLS: Received alert {}; Go: remote error: {}; Java: Received fatal alert: {}",
                                  log->openssl, log->gnutls, log->go, log->java));
  for (const auto& cause : causes)
    if (!cause.peer_log.empty() && lines.size() < 3) lines.emplace_back(cause.peer_log);
  if (lines.empty()) return;
  screen.line(fmt::format("What the {}'s log may say", word(other(our_side))));
  for (const auto& line : lines) screen.line(line, 2, "- ");
}

/// The error's message; where its facts are failed checks, which have the fault's words in them, those alone.
std::string said_once(const Error& error) {
  if (error.facts.empty() || !error.facts.front().contains(info(error.fault).text)) return error.message();
  return fmt::format("{}", fmt::join(error.facts, "; "));
}

/// The error with what one line has room for: a peer chooses how long the names in its certificates are.
Error with_short_facts(Error error) {
  for (auto& fact : error.facts) fact = shortened(fact, longest_line);
  return error;
}

std::string whole_line(const Error& error, Side our_side) {
  const auto peer = word(other(our_side));
  const auto message = shortened(printable_text(said_once(error)), longest_line);
  if (error.who == Who::peer && error.alert)
    return fmt::format("the {} refused us: alert {}{}{}", peer, alert_text(*error.alert), error.facts.empty() ? "" : ", ",
                       shortened(printable_text(fmt::format("{}", fmt::join(error.facts, ", "))), longest_line));
  if (error.who == Who::transport) return fmt::format("the connection broke: {}", message);
  if (is_our_own(error.fault)) return fmt::format("failed on our side: {}", message);
  if (!error.alert) return fmt::format("refused the {}: {}", peer, message);
  return fmt::format("refused the {}: {} (alert {} sent)", peer, message, alert_text(*error.alert));
}

}  // namespace

std::string explain(const Error& error, Side our_side, const Summary& summary) {
  const auto causes = causes_of(error, our_side, summary);
  const auto& row = info(error.fault);
  Screen screen;
  screen.line(verdict(error, our_side, summary));
  screen.line(fmt::format("{}{}{}", row.id, row.rule.empty() ? "" : ", ", row.rule), 2);
  add_facts(screen, error, summary);
  add_causes(screen, causes, our_side);
  add_peer_log(screen, error, our_side, causes);
  return screen.take();
}

std::string one_line(const Error& error, Side our_side) { return whole_line(with_short_facts(error), our_side); }

}  // namespace handfast::explain
