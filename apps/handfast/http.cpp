#include "http.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace handfast::app::http {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
// A body that a client posts comes back as what the client calls it: no browser shall run it, or take it for something else.
constexpr std::string_view harmless =
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n";

bool is_token_char(char c) {  // RFC 9110 section 5.6.2
  const bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_alnum || std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `each` for every element of a comma-separated list.
template <class Each>
void for_each_element(std::string_view list, Each each) {
  while (true) {
    const size_t comma = list.find(',');
    each(trimmed(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

template <class Number>
bool parse_number(std::string_view text, Number& number, int base) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return code == std::errc{} && end == text.data() + text.size() && !text.empty();
}

std::optional<Refusal> parse_request_line(std::string_view line, Request& request) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Refusal{400, "The first line is not METHOD TARGET VERSION."};
  }
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  const bool has_odd = std::ranges::any_of(request.target, [](char c) { return c <= ' ' || c == '\x7f'; });
  if (!is_token(request.method) || request.target.empty() || has_odd) {
    return Refusal{400, "The method or the target holds characters that may not be there."};
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return Refusal{version.starts_with("HTTP/") ? 505 : 400, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  }
  request.is_http_1_1 = version == "HTTP/1.1";
  request.keep_alive = request.is_http_1_1;
  return std::nullopt;
}

std::optional<Refusal> take_length(std::string_view value, Request& request) {
  uint64_t length = 0;
  const bool is_number = std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || !parse_number(value, length, 10)) return Refusal{400, "Content-Length is not a number."};
  if (request.length && *request.length != length) return Refusal{400, "There are two different Content-Lengths."};
  request.length = length;
  return std::nullopt;
}

std::optional<Refusal> take_field(std::string_view name, std::string_view value, Request& request, size_t& hosts) {
  if (equals_ignoring_case(name, "content-length")) return take_length(value, request);
  if (equals_ignoring_case(name, "host")) ++hosts;
  if (equals_ignoring_case(name, "content-type")) request.content_type = value;
  if (equals_ignoring_case(name, "expect")) request.expects_continue = equals_ignoring_case(value, "100-continue");
  if (equals_ignoring_case(name, "transfer-encoding")) {
    if (!equals_ignoring_case(value, "chunked") || request.is_chunked) {
      return Refusal{501, "The only transfer coding known here is chunked."};
    }
    request.is_chunked = true;
  }
  if (equals_ignoring_case(name, "connection")) {
    for_each_element(value, [&request](std::string_view option) {
      if (equals_ignoring_case(option, "close")) request.keep_alive = false;
      if (equals_ignoring_case(option, "keep-alive") && !request.is_http_1_1) request.keep_alive = true;
    });
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> parse_head(std::string_view head, Request& request) {
  size_t end = head.find("\r\n");
  if (auto refusal = parse_request_line(head.substr(0, end), request)) return refusal;
  size_t hosts = 0;
  while (end != std::string_view::npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return Refusal{400, "A header field is not NAME: VALUE."};
    }
    const std::string_view value = trimmed(line.substr(colon + 1));
    const bool has_odd = std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (has_odd) return Refusal{400, "A header field holds a control character."};
    if (auto refusal = take_field(line.substr(0, colon), value, request, hosts)) return refusal;
  }
  if (request.is_http_1_1 && hosts != 1) return Refusal{400, "A request of HTTP/1.1 has one Host field."};
  if (request.is_chunked && request.length) {
    return Refusal{400, "Content-Length and Transfer-Encoding contradict each other."};
  }
  if (request.is_chunked && !request.is_http_1_1) return Refusal{400, "HTTP/1.0 has no chunked bodies."};
  return std::nullopt;
}

void RequestReader::feed(std::string_view bytes, RequestHandler& handler) {
  while (!bytes.empty() && stage_ != Stage::stopped) {
    switch (stage_) {
      case Stage::head: read_head(bytes, handler); break;
      case Stage::sized_body:
      case Stage::chunk_data: read_body(bytes, handler); break;
      default: read_chunk_line(bytes, handler);
    }
  }
}

void RequestReader::read_head(std::string_view& bytes, RequestHandler& handler) {
  while (held_.empty() && (bytes.starts_with('\r') || bytes.starts_with('\n'))) bytes.remove_prefix(1);  // RFC 9112 2.2
  const size_t had = held_.size();
  const size_t taken = std::min(bytes.size(), head_limit + 1 - had);
  held_.append(bytes.substr(0, taken));
  const size_t end = held_.find(head_end, had >= 3 ? had - 3 : 0);
  if (end == std::string::npos) {
    bytes.remove_prefix(taken);
    if (held_.size() > head_limit) {
      refuse(handler, 431, fmt::format("The request's head is longer than {} bytes.", head_limit));
    }
    return;
  }
  bytes.remove_prefix(end + head_end.size() - had);
  const std::string head = std::move(held_).substr(0, end);
  held_ = std::string();
  Request request;
  if (auto refusal = parse_head(head, request)) return refuse(handler, refusal->status, refusal->reason);
  begin_body(request, handler);
}

void RequestReader::begin_body(const Request& request, RequestHandler& handler) {
  left_ = request.length.value_or(0);
  trailer_size_ = 0;
  stage_ = request.is_chunked ? Stage::chunk_size : left_ > 0 ? Stage::sized_body : Stage::head;
  const bool has_body = stage_ != Stage::head;
  handler.head(request);
  if (!has_body && stage_ != Stage::stopped) handler.end();
}

void RequestReader::read_body(std::string_view& bytes, RequestHandler& handler) {
  const std::string_view piece = bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(left_, bytes.size())));
  bytes.remove_prefix(piece.size());
  left_ -= piece.size();
  const bool is_chunk = stage_ == Stage::chunk_data;
  if (left_ == 0) stage_ = is_chunk ? Stage::chunk_end : Stage::head;
  const bool is_last = left_ == 0 && !is_chunk;
  handler.body(piece);
  if (is_last && stage_ != Stage::stopped) handler.end();
}

// The lines around chunks: a size, the end of a chunk's data, or a trailer field.
void RequestReader::read_chunk_line(std::string_view& bytes, RequestHandler& handler) {
  const size_t end = bytes.find('\n');
  held_.append(bytes.substr(0, std::min(end, line_limit + 1)));
  if (held_.size() > line_limit) return refuse(handler, 400, "A chunk's line is too long.");
  if (end == std::string_view::npos) {
    bytes = {};
    return;
  }
  bytes.remove_prefix(end + 1);
  std::string line = std::move(held_);
  held_ = std::string();
  if (!line.ends_with('\r')) return refuse(handler, 400, "A line of the chunked body does not end with CR LF.");
  line.pop_back();
  if (stage_ == Stage::chunk_size) return read_chunk_size(line, handler);
  if (stage_ == Stage::chunk_end) {
    if (!line.empty()) return refuse(handler, 400, "A chunk is longer than its size says.");
    stage_ = Stage::chunk_size;
    return;
  }
  trailer_size_ += line.size() + 2;
  if (trailer_size_ > head_limit) return refuse(handler, 431, "The trailer is too long.");
  if (!line.empty()) return;
  stage_ = Stage::head;
  handler.end();
}

void RequestReader::read_chunk_size(std::string_view line, RequestHandler& handler) {
  const std::string_view size = trimmed(line.substr(0, line.find(';')));
  const bool is_hex = !size.empty() && size.size() <= 15 && std::ranges::all_of(size, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  if (!is_hex || !parse_number(size, left_, 16)) return refuse(handler, 400, "A chunk's size is not a hexadecimal number.");
  stage_ = left_ == 0 ? Stage::trailer : Stage::chunk_data;
}

void RequestReader::refuse(RequestHandler& handler, int status, std::string reason) {
  stage_ = Stage::stopped;
  held_ = std::string();
  handler.refused(Refusal{status, std::move(reason)});
}

std::string response_head(int status, std::string_view content_type, uint64_t length, bool keep_alive,
                          std::string_view more_fields) {
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n{}{}\r\n", status,
                     reason_phrase(status), content_type, length, keep_alive ? "keep-alive" : "close", harmless, more_fields);
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
  }
}

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace handfast::app::http
