// canvas.hpp: draws the three columns of a ladder: client, wire, server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <handfast/trace.hpp>
#include <trace/output.hpp>

namespace handfast::trace {

enum class Style : uint8_t { plain, dim, bold, client, server, good, bad };

struct Span {
  std::string text;  ///< printable
  Style style = Style::plain;
};

/// Something said in one side's column. Wrapped; further lines hang under the text.
struct Note {
  Span mark;
  Span text;
  size_t indent = 0;
};

struct Arrow {
  Side from;
  std::string label;      ///< printable
  bool is_protected;
  Style style;
};

struct CanvasOptions {
  bool colour = false;
  bool ascii = false;
  size_t width = 100;
  bool wide_labels = false;   ///< labels have numbers in front
};

class Canvas {
 public:
  Canvas(Output output, CanvasOptions options);

  bool ascii() const { return options_.ascii; }
  /// Columns of one side's text.
  size_t side_width() const { return outer_; }
  /// `unicode`, or `plain` when only ASCII may be used.
  std::string_view glyph(std::string_view unicode, std::string_view plain) const {
    return options_.ascii ? plain : unicode;
  }

  void header(std::string_view client, std::string_view wire, std::string_view server);
  /// An arrow across the wire with remarks beside its start: the first on its line, the others below.
  void arrow(const Arrow& arrow, const std::vector<Span>& remarks);
  /// A label in the place of an arrow, for what is not sent.
  void gap(Side from, const std::string& label, const std::vector<Span>& remarks);
  void notes(Side side, const std::vector<Note>& notes);
  /// A line across everything, with a title in it.
  void rule(const Span& title);
  /// Columns of a line in a block.
  size_t block_width(size_t indent) const;
  /// Lines of the whole width.
  void block(const std::vector<Span>& lines, size_t indent);
  void space();

 private:
  void remark(Side side, const std::vector<Span>& wire, const Span& text);
  void line(const std::vector<Span>& left, const std::vector<Span>& wire, const std::vector<Span>& right);
  void print(const std::vector<Span>& spans);
  std::string repeated(std::string_view glyph, size_t times) const;
  std::string centred(std::string_view text, size_t width) const;

  Output output_;
  CanvasOptions options_;
  size_t wire_, outer_;
};

}  // namespace handfast::trace
