#include <trace/ladder.hpp>

#include <algorithm>
#include <base/printable.hpp>
#include <catalog/suites.hpp>
#include <fmt/format.h>
#include <trace/fields.hpp>
#include <trace/hex.hpp>
#include <trace/highlights.hpp>
#include <trace/words.hpp>

namespace handfast::trace {
namespace {

constexpr size_t most_connections = 4096;  // whose progress is kept
constexpr uint8_t change_cipher_spec_type = 20, alert_type = 21, handshake_type = 22, application_data_type = 23;
constexpr size_t handshake_header = 4;

size_t index_of(Side side) { return static_cast<size_t>(side); }
size_t index_of(Direction direction) { return static_cast<size_t>(direction); }

Style style_of(Side side) { return side == Side::client ? Style::client : Style::server; }

std::string elapsed(std::chrono::nanoseconds time) {
  const auto milliseconds = static_cast<double>(time.count()) / 1e6;
  return milliseconds < 100 ? fmt::format("{:.1f} ms", milliseconds) : fmt::format("{:.0f} ms", milliseconds);
}

std::string byte_count(size_t count) { return fmt::format("{} byte{}", count, count == 1 ? "" : "s"); }

/// What a decision is about, in as few columns as possible.
std::string label_of(std::string_view what) {
  if (what == "cipher_suite") return "suite";
  if (what == "signature_scheme") return "signs with";
  std::string text(what);
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string alert_text(Alert alert) { return fmt::format("{} {}", static_cast<int>(alert), name(alert)); }

/// "2026-11-21T00:00:00Z" as a day.
std::string_view day(std::string_view time) { return time.substr(0, 10); }

}  // namespace

/// One event being drawn.
struct Ladder::Step {
  Canvas& canvas;
  const LadderOptions& options;
  const Origin& origin;
  Progress& progress;

  void operator()(const RecordEvent& event) {
    if (drawn_by_sender(event.direction)) return;
    if (event.content_type == application_data_type) {
      start_arrow(event.direction);
      const auto label = options.steps ? progress.steps.next_data() : "application data";
      canvas.arrow({sender(event.direction), label, event.is_protected, style_of(sender(event.direction))},
                   {{size_text(event.plaintext.size(), event.is_protected), Style::dim}});
    }
    if (options.verbosity >= 2) record_details(event);
  }

  void operator()(const MessageEvent& event) {
    if (drawn_by_sender(event.direction)) return;
    start_arrow(event.direction);
    const auto from = sender(event.direction);
    const auto size = event.body.size() + (event.content_type == handshake_type ? handshake_header : 0);
    const bool is_protected = progress.is_protected[index_of(origin.side)][index_of(event.direction)] && !is_always_plain(event);
    const auto label = options.steps ? next_step(event, from) : safe(event.name);
    canvas.arrow({from, label, is_protected, style_of(from)}, remarks(event, size_text(size, is_protected)));
    if (options.verbosity >= 1) message_fields(event);
    if (options.verbosity >= 2) dump(event.body);
  }

  void operator()(const DecisionEvent& event) {
    const auto decision = fmt::format("{} {}", label_of(safe(event.what)), safe(event.chosen));
    // What one side chose the other takes up: no news.
    if (!progress.decided.insert(decision).second && options.verbosity == 0) return;
    std::vector<Note> notes{
        {{std::string(canvas.glyph("›", ">")), style_of(origin.side)}, {decision, Style::plain}}};
    if (!event.because.empty()) notes.push_back({{}, {safe(event.because), Style::dim}, 2});
    if (options.verbosity >= 1)
      for (const auto& reason : event.rejected) notes.push_back({{"-", Style::dim}, {safe(reason), Style::dim}, 2});
    note(notes);
  }

  void operator()(const CertificateEvent& event) {
    const auto whose = event.owner == Side::client ? options.client : options.server;
    std::vector<Note> notes;
    auto verdict = fmt::format("{}'s certificate {}", safe(whose), event.accepted ? "accepted" : "refused");
    if (event.accepted && !event.verified) verdict += " WITHOUT VERIFICATION";
    if (!event.expected_name.empty()) verdict += " for " + safe(event.expected_name);
    if (event.remembered) verdict += ", as a short time ago";
    notes.push_back({mark(event.accepted && event.verified), {verdict, Style::plain}});
    if (event.chain.empty()) notes.push_back({{}, {"none was shown", Style::dim}, 2});
    for (size_t depth = 0; depth < event.chain.size(); ++depth) certificate(notes, event, depth);
    for (const auto& check : event.failed)
      if (check.depth < 0 || static_cast<size_t>(check.depth) >= event.chain.size()) failed_check(notes, check, 2);
    note(notes);
  }

  void operator()(const SecretEvent& event) {
    auto text = std::string("derived ") + safe(event.secret);
    if ((options.verbosity >= 1 || options.steps) && !event.from.empty()) text += ": " + safe(event.from);
    note({{{std::string(canvas.glyph("·", ".")), Style::dim}, {text, Style::dim}}});
  }

  void operator()(const KeyChangeEvent& event) {
    progress.is_protected[index_of(origin.side)][index_of(event.direction)] = true;
    const auto* suite = catalog::find(event.suite);
    progress.is_plain = suite && suite->cipher == catalog::Cipher::null;
    progress.is_tls13 = suite && suite->first == Version::tls13;
    note({{{std::string(canvas.glyph("●", "*")), style_of(origin.side)},
           {fmt::format("{} keys on: {}", event.direction == Direction::sent ? "sending" : "receiving",
                        safe(event.protection)),
            style_of(origin.side)}}});
  }

  void operator()(const AlertEvent& event) {
    const bool is_fatal = event.level != 1;
    const auto text = fmt::format("{} alert {}", is_fatal ? "fatal" : "warning", alert_text(event.description));
    const bool is_end = !is_fatal && event.description == Alert::close_notify;
    if (!drawn_by_sender(event.direction)) {
      start_arrow(event.direction);
      const auto from = sender(event.direction);
      const auto label = is_end ? std::string("close_notify") : std::string(is_fatal ? "fatal alert" : "alert");
      canvas.arrow({from, label, event.is_protected, is_fatal ? Style::bad : style_of(from)},
                   alert_remarks(event, is_end));
    } else if (!is_end) {
      note({{mark(false), {"received " + text, is_fatal ? Style::bad : Style::plain}}});
    }
  }

  void operator()(const ConnectedEvent& event) {
    progress.connected[index_of(origin.side)] = true;
    note({{mark(true), {"connected after " + elapsed(origin.since_start), Style::good}}});
    for (auto side : {Side::client, Side::server})
      if (progress.seen[index_of(side)] && !progress.connected[index_of(side)]) return;
    canvas.rule({fmt::format("{}, {}, {}, {}", printable(event.version), printable(event.suite),
                             event.resumed ? "resumed" : "full handshake",
                             event.mutual ? "certificates on both sides" : "no client certificate"),
                 Style::good});
    progress.last_sender.reset();
    std::ranges::fill(progress.connected, false);   // there may be a new handshake on the connection
    progress.decided.clear();
  }

  void operator()(const FaultEvent& event) {
    const auto& error = event.error;
    const auto& row = info(error.fault);
    const auto us = safe(origin.side == Side::client ? options.client : options.server);
    std::string first, second(row.id);
    if (error.who == Who::peer && error.alert)
      first = fmt::format("{} was refused: the peer sent alert {}", us, alert_text(*error.alert));
    else if (error.who == Who::transport)
      first = fmt::format("{} lost the connection: {}", us, row.text);
    else
      first = fmt::format("{} refused: {}", us, row.text);
    if (!row.rule.empty()) second += ", " + std::string(row.rule);
    if (error.who == Who::local && error.alert) second += fmt::format(", alert {} sent", alert_text(*error.alert));
    std::vector<Span> facts{{second, Style::dim}};
    for (const auto& fact : error.facts) facts.push_back({"- " + safe(fact), Style::plain});
    canvas.rule({fmt::format("{} {}", canvas.glyph("✗", "x"), first), Style::bad});
    canvas.block(facts, 5);
  }

  void operator()(const ClosedEvent&) {}  // its alert has been drawn

 private:
  /// RFC 8446 sections 2.3 and D.4: also where keys for early data or the handshake are on.
  bool is_always_plain(const MessageEvent& event) const {
    return progress.is_tls13 && (event.content_type == change_cipher_spec_type || event.name == "ClientHello");
  }
  std::string safe(std::string_view text) const { return printable_text(text, options.ascii); }
  Side sender(Direction direction) const { return direction == Direction::sent ? origin.side : other(origin.side); }
  /// The other side's events come in too, and have drawn this already.
  bool drawn_by_sender(Direction direction) const {
    return direction == Direction::received && progress.seen[index_of(other(origin.side))];
  }
  Span mark(bool good) const {
    return good ? Span{std::string(canvas.glyph("✓", "+")), Style::good}
                : Span{std::string(canvas.glyph("✗", "x")), Style::bad};
  }
  std::string cover() const { return progress.is_plain ? "not encrypted" : "encrypted"; }
  std::string size_text(size_t count, bool is_protected) const { return (is_protected ? cover() + ", " : "") + byte_count(count); }
  void note(const std::vector<Note>& notes) { canvas.notes(origin.side, notes); }

  /// Sets the flights of the two sides apart.
  void start_arrow(Direction direction) {
    const auto from = sender(direction);
    if (progress.last_sender && *progress.last_sender != from) canvas.space();
    progress.last_sender = from;
  }

  /// The number and name of a message that is drawn; what the flow leaves out before it is drawn first.
  std::string next_step(const MessageEvent& event, Side from) {
    if (const auto skipped = progress.steps.skipped_before(event.name))
      canvas.gap(from, skipped->label, {{skipped->reason, Style::dim}});
    if (event.fields && event.name == "ServerHello") progress.steps.look_at(event.name, field_tree(event.fields));
    return progress.steps.next(safe(event.name));
  }

  /// What matters in the message; its size goes where there is room.
  std::vector<Span> remarks(const MessageEvent& event, std::string size) const {
    std::vector<Span> lines;
    if (event.fields && options.verbosity == 0) {
      const bool decided = progress.seen[index_of(sender(event.direction))];
      const auto fields = field_tree(event.fields);
      for (auto& line : options.steps ? step_details(event.name, fields, progress.steps, options.ascii)
                                      : highlights(event.name, fields, decided, options.ascii))
        lines.push_back({std::move(line), Style::dim});
    }
    if (!options.steps && !lines.empty() && display_width(lines.front().text) + 2 + size.size() <= canvas.side_width())
      lines.front().text += ", " + size;
    else
      lines.insert(lines.begin(), {std::move(size), Style::dim});
    return lines;
  }

  std::vector<Span> alert_remarks(const AlertEvent& event, bool is_end) const {
    const Span protection{event.is_protected ? cover() : "in the clear", Style::dim};
    if (is_end) return {protection};
    return {{alert_text(event.description), event.level != 1 ? Style::bad : Style::plain}, protection};
  }

  void message_fields(const MessageEvent& event) {
    if (!event.fields) return canvas.block({{"not parsed", Style::dim}}, 4);
    constexpr size_t indent = 4;
    std::vector<Span> lines;
    for (auto& line : field_lines(field_tree(event.fields), canvas.block_width(indent), options.ascii))
      lines.push_back({std::move(line), Style::plain});
    canvas.block(lines, indent);
  }

  void certificate(std::vector<Note>& notes, const CertificateEvent& event, size_t depth) {
    const auto& shown = event.chain[depth];
    const auto indent = depth * 2;
    auto at_depth = [&](const FailedCheck& check) { return check.depth == static_cast<int>(depth); };
    const bool good = std::ranges::none_of(event.failed, at_depth);
    Note head{mark(good), {safe(shown.subject), Style::plain}, indent};
    if (!event.verified && good) head.mark = {"?", Style::dim};
    if (depth > 0) head.mark.text = fmt::format("{} {}", canvas.glyph("└", "`-"), head.mark.text);
    notes.push_back(std::move(head));
    notes.push_back({{}, {facts_of(event, depth), Style::dim}, indent + 2});
    for (const auto& check : event.failed)
      if (at_depth(check)) failed_check(notes, check, indent + 2);
  }

  std::string facts_of(const CertificateEvent& event, size_t depth) const {
    const auto& shown = event.chain[depth];
    auto text = fmt::format("{}, until {}", safe(shown.key), safe(day(shown.not_after)));
    for (const auto& name : shown.names) text += ", " + safe(name);
    if (depth + 1 == event.chain.size() && shown.issuer != shown.subject) text += ", issued by " + safe(shown.issuer);
    return text;
  }

  void failed_check(std::vector<Note>& notes, const FailedCheck& check, size_t indent) {
    notes.push_back({mark(false), {std::string(info(check.fault).text), Style::bad}, indent});
    if (!check.detail.empty()) notes.push_back({{}, {safe(check.detail), Style::dim}, indent + 2});
  }

  void record_details(const RecordEvent& event) {
    const auto type = content_type_name(event.content_type);
    canvas.block({{fmt::format("record {} {} {}, {}, {} on the wire, number {}{}", type,
                               event.content_type, word(event.direction), printable(event.version),
                               byte_count(event.length), event.sequence, event.is_protected ? ", protected" : ""),
                   Style::dim}},
                 4);
    if (event.content_type == application_data_type || event.content_type == alert_type) dump(event.plaintext);
  }

  void dump(Bytes bytes) {
    for (const auto& line : hex_dump(bytes)) canvas.block({{line, Style::dim}}, 4);
  }
};

Ladder::Ladder(Output output, LadderOptions options)
    : options_(std::move(options)),
      canvas_(std::move(output), {options_.colour, options_.ascii, options_.width, options_.steps}) {}

void Ladder::event(const Origin& origin, const Event& event) {
  auto& progress = progress_of(origin);
  progress.seen[index_of(origin.side)] = true;
  if (current_ != origin.connection) draw_header(origin);
  std::visit(Step{canvas_, options_, origin, progress}, event);
}

Ladder::Progress& Ladder::progress_of(const Origin& origin) {
  if (connections_.size() >= most_connections && !connections_.contains(origin.connection))
    connections_.erase(connections_.begin());
  return connections_[origin.connection];
}

void Ladder::draw_header(const Origin& origin) {
  const auto wire = current_ || connections_.size() > 1 ? fmt::format("connection {}", origin.connection) : "wire";
  current_ = origin.connection;
  canvas_.header(printable_text(options_.client, options_.ascii), wire, printable_text(options_.server, options_.ascii));
}

}  // namespace handfast::trace
