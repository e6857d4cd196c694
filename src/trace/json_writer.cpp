#include <trace/json_writer.hpp>

#include <base/printable.hpp>
#include <fmt/format.h>
#include <trace/hex.hpp>

namespace handfast::trace {

JsonWriter& JsonWriter::open_object(std::string_view key) { return open(key, '{', '}'); }
JsonWriter& JsonWriter::open_list(std::string_view key) { return open(key, '[', ']'); }

JsonWriter& JsonWriter::close() {
  text_ += closings_.back();
  closings_.pop_back();
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::add(std::string_view key, std::string_view text) {
  begin(key);
  quote(text);
  return *this;
}

JsonWriter& JsonWriter::add(std::string_view key, int number) { return raw(key, fmt::format("{}", number)); }

JsonWriter& JsonWriter::add_hex(std::string_view key, Bytes bytes) { return add(key, hex_text(bytes)); }

JsonWriter& JsonWriter::add(std::string_view key, const std::vector<std::string>& texts) {
  open_list(key);
  for (const auto& text : texts) add("", text);
  return close();
}

std::string JsonWriter::number_text(unsigned long long number) { return fmt::format("{}", number); }

JsonWriter& JsonWriter::raw(std::string_view key, std::string_view value) {
  begin(key);
  text_ += value;
  return *this;
}

JsonWriter& JsonWriter::open(std::string_view key, char opening, char closing) {
  begin(key);
  text_ += opening;
  closings_ += closing;
  first_ = true;
  return *this;
}

void JsonWriter::begin(std::string_view key) {
  if (!first_) text_ += ',';
  first_ = false;
  if (key.empty()) return;
  quote(key);
  text_ += ':';
}

void JsonWriter::quote(std::string_view text) {
  text_ += '"';
  while (!text.empty()) {
    auto c = first_code_point(text);
    text.remove_prefix(c.bytes.size());
    if (!c.valid)
      text_ += "\xef\xbf\xbd";  // U+FFFD
    else if (c.value == '"' || c.value == '\\')
      (text_ += '\\') += c.bytes;
    else if (c.value < 0x20 || (c.value >= 0x7f && c.value < 0xa0))
      text_ += fmt::format("\\u{:04x}", static_cast<uint32_t>(c.value));
    else
      text_ += c.bytes;
  }
  text_ += '"';
}

}  // namespace handfast::trace
