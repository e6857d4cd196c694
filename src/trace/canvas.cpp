#include <trace/canvas.hpp>

#include <algorithm>
#include <base/printable.hpp>

namespace handfast::trace {
namespace {

constexpr size_t narrowest = 72, widest = 140;
constexpr size_t hang = 2;  // indent of a wrapped line's rest

std::string_view escape_code(Style style) {
  switch (style) {
    case Style::plain: return {};
    case Style::dim: return "\x1b[2m";
    case Style::bold: return "\x1b[1m";
    case Style::client: return "\x1b[36m";
    case Style::server: return "\x1b[33m";
    case Style::good: return "\x1b[32m";
    case Style::bad: return "\x1b[31m";
  }
  return {};
}

size_t width_of(const std::vector<Span>& spans) {
  size_t width = 0;
  for (const auto& span : spans) width += display_width(span.text);
  return width;
}

std::vector<std::vector<Span>> laid_out(const Note& note, size_t width) {
  const auto hanging = note.indent + (note.mark.text.empty() ? 0 : display_width(note.mark.text) + 1);
  std::vector<std::vector<Span>> lines;
  for (auto& part : wrapped(note.text.text, width - std::min(hanging, width - 8))) {
    if (lines.empty() && !note.mark.text.empty())
      lines.push_back({{std::string(note.indent, ' ') + note.mark.text, note.mark.style}, {" " + part, note.text.style}});
    else
      lines.push_back({{std::string(hanging, ' ') + part, note.text.style}});
  }
  return lines;
}

}  // namespace

Canvas::Canvas(Output output, CanvasOptions options) : output_(std::move(output)), options_(options) {
  options_.width = std::clamp(options_.width, narrowest, widest);
  wire_ = options_.width >= 116 ? 32 : options_.width >= 96 || options_.wide_labels ? 28 : 24;
  outer_ = (options_.width - wire_ - 5) / 2;
}

size_t Canvas::block_width(size_t indent) const { return options_.width - indent - hang - 1; }

void Canvas::header(std::string_view client, std::string_view wire, std::string_view server) {
  print({{" "},
         {centred(client, outer_ + 1), Style::client},
         {" "},
         {centred(wire, wire_), Style::dim},
         {" "},
         {centred(server, outer_ + 1), Style::server}});
  const std::string dash(glyph("─", "-"));
  const std::string end(glyph("┬", "+"));
  print({{" " + repeated(dash, outer_ + 1) + end + repeated(dash, wire_) + end + repeated(dash, outer_ + 1), Style::dim}});
}

void Canvas::arrow(const Arrow& arrow, const std::vector<Span>& remarks) {
  const auto shaft = arrow.is_protected ? glyph("═", "=") : glyph("─", "-");
  const auto label = " " + arrow.label + " ";
  const auto rest = wire_ - 1 - std::min(display_width(label), wire_ - 3);
  std::vector<Span> wire{{repeated(shaft, rest / 2), arrow.style},
                         {label, arrow.style == Style::bad ? Style::bad : Style::bold},
                         {repeated(shaft, rest - rest / 2), arrow.style}};
  if (arrow.from == Side::client)
    wire.push_back({std::string(glyph("▶", ">")), arrow.style});
  else
    wire.insert(wire.begin(), {std::string(glyph("◀", "<")), arrow.style});
  for (const auto& text : remarks) {
    remark(arrow.from, wire, text);
    wire.clear();
  }
}

void Canvas::gap(Side from, const std::string& label, const std::vector<Span>& remarks) {
  std::vector<Span> wire{{centred(label, wire_), Style::dim}};
  for (const auto& text : remarks) {
    remark(from, wire, text);
    wire.clear();
  }
}

void Canvas::notes(Side side, const std::vector<Note>& notes) {
  for (const auto& note : notes)
    for (const auto& spans : laid_out(note, outer_))
      side == Side::client ? line(spans, {}, {}) : line({}, {}, spans);
}

void Canvas::rule(const Span& title) {
  const auto dash = glyph("─", "-");
  constexpr size_t head = 5;  // columns before the title
  const auto lines = wrapped(title.text, options_.width - head - 1);
  const auto used = head + display_width(lines.front()) + 1;
  const auto tail = lines.size() == 1 && used < options_.width ? repeated(dash, options_.width - used) : std::string();
  print({{" " + repeated(dash, head - 2) + " ", Style::dim}, {lines.front(), title.style}, {" " + tail, Style::dim}});
  for (size_t i = 1; i < lines.size(); ++i) print({{std::string(head, ' ') + lines[i], title.style}});
}

void Canvas::block(const std::vector<Span>& lines, size_t indent) {
  for (const auto& span : lines) {
    auto margin = indent;
    for (const auto& part : wrapped(span.text, block_width(indent))) {
      print({{std::string(margin, ' ') + part, span.style}});
      margin = indent + hang;
    }
  }
}

void Canvas::space() { line({}, {}, {}); }

/// One remark, aligned to its side's lifeline.
void Canvas::remark(Side side, const std::vector<Span>& wire, const Span& text) {
  auto rest = wire;
  for (const auto& part : wrapped(text.text, outer_)) {
    const Span shown{part, text.style};
    if (side == Side::client)
      line({{std::string(outer_ - std::min(outer_, display_width(part)), ' ')}, shown}, rest, {});
    else
      line({}, rest, {shown});
    rest.clear();
  }
}

void Canvas::line(const std::vector<Span>& left, const std::vector<Span>& wire, const std::vector<Span>& right) {
  const Span lifeline{std::string(glyph("│", "|")), Style::dim};
  auto padding = [](size_t width, const std::vector<Span>& spans) {
    return std::string(width - std::min(width, width_of(spans)), ' ');
  };
  std::vector<Span> all{{" "}};
  all.insert(all.end(), left.begin(), left.end());
  all.push_back({padding(outer_, left) + " "});
  all.push_back(lifeline);
  all.insert(all.end(), wire.begin(), wire.end());
  all.push_back({padding(wire_, wire)});
  all.push_back(lifeline);
  if (!right.empty()) all.push_back({" "});
  all.insert(all.end(), right.begin(), right.end());
  print(all);
}

void Canvas::print(const std::vector<Span>& spans) {
  std::string text;
  for (const auto& span : spans) {
    const auto code = options_.colour && !span.text.empty() ? escape_code(span.style) : std::string_view{};
    (text += code) += span.text;
    if (!code.empty()) text += "\x1b[0m";
  }
  text.erase(text.find_last_not_of(' ') + 1);
  output_(text + '\n');
}

std::string Canvas::repeated(std::string_view glyph, size_t times) const {
  std::string text;
  while (times-- > 0) text += glyph;
  return text;
}

std::string Canvas::centred(std::string_view text, size_t width) const {
  const auto room = width - std::min(width, display_width(text));
  return std::string(room / 2, ' ') + std::string(text) + std::string(room - room / 2, ' ');
}

}  // namespace handfast::trace
