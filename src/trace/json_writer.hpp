// json_writer.hpp: one JSON object on one line (RFC 8259).
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include <handfast/result.hpp>

namespace handfast::trace {

/// Builds one JSON text. Commas are put where they belong; the caller closes what it opens.
class JsonWriter {
 public:
  JsonWriter& open_object(std::string_view key = {});
  JsonWriter& open_list(std::string_view key = {});
  JsonWriter& close();

  /// An empty key stands for an item of a list.
  JsonWriter& add(std::string_view key, std::string_view text);
  JsonWriter& add(std::string_view key, const char* text) { return add(key, std::string_view(text)); }
  template <std::unsigned_integral T>
  JsonWriter& add(std::string_view key, T number) {
    return raw(key, number_text(number));
  }
  JsonWriter& add(std::string_view key, int number);
  JsonWriter& add(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  JsonWriter& add_null(std::string_view key) { return raw(key, "null"); }
  JsonWriter& add_hex(std::string_view key, Bytes bytes);
  JsonWriter& add(std::string_view key, const std::vector<std::string>& texts);

  /// What has been written. Lives as long as the writer.
  const std::string& text() const { return text_; }

 private:
  static std::string number_text(unsigned long long number);
  JsonWriter& raw(std::string_view key, std::string_view value);
  JsonWriter& open(std::string_view key, char opening, char closing);
  void begin(std::string_view key);
  void quote(std::string_view text);

  std::string text_;
  std::string closings_;
  bool first_ = true;
};

}  // namespace handfast::trace
