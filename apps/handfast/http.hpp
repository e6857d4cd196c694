// http.hpp: as much of HTTP/1.1 (RFC 9112) as a test page needs: requests in, bounded; responses out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handfast::app::http {

/// The head of a request. Views live during the call that hands it over.
struct Request {
  std::string_view method;
  std::string_view target;
  bool is_http_1_1 = true;
  bool keep_alive = true;
  bool expects_continue = false;        ///< "Expect: 100-continue"
  std::string_view content_type;        ///< empty: none
  std::optional<uint64_t> length;       ///< of the body; none: chunked (see is_chunked) or no body
  bool is_chunked = false;
};

/// Why a request cannot be answered: the status line's number and a sentence.
struct Refusal {
  int status = 400;
  std::string reason;
};

/// What a RequestReader has found, in order: head, any number of body pieces, end. After refused() nothing follows.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  virtual void head(const Request& request) = 0;
  virtual void body(std::string_view piece) = 0;
  virtual void end() = 0;
  virtual void refused(const Refusal& refusal) = 0;
};

/// Reads requests from bytes in any split. Holds no more than one head, or one chunk's line.
class RequestReader {
 public:
  static constexpr size_t head_limit = 16 * 1024;  ///< bytes of the request line and all fields
  static constexpr size_t line_limit = 8 * 1024;   ///< bytes of a chunk's size line

  /// Calls the handler for what these bytes complete. A handler may call stop().
  void feed(std::string_view bytes, RequestHandler& handler);
  /// Nothing more is read.
  void stop() { stage_ = Stage::stopped; }
  /// Between two requests, with nothing of the next one received.
  bool is_idle() const { return stage_ == Stage::head && held_.empty(); }

 private:
  enum class Stage : uint8_t { head, sized_body, chunk_size, chunk_data, chunk_end, trailer, stopped };

  void read_head(std::string_view& bytes, RequestHandler& handler);
  void read_body(std::string_view& bytes, RequestHandler& handler);
  void read_chunk_line(std::string_view& bytes, RequestHandler& handler);
  void read_chunk_size(std::string_view line, RequestHandler& handler);
  void begin_body(const Request& request, RequestHandler& handler);
  void refuse(RequestHandler& handler, int status, std::string reason);

  Stage stage_ = Stage::head;
  std::string held_;
  uint64_t left_ = 0;          ///< bytes of the body or the chunk still to come
  size_t trailer_size_ = 0;
};

/// Reads a whole head (without the empty line at its end).
std::optional<Refusal> parse_head(std::string_view head, Request& request);

/// "HTTP/1.1 200 OK" and its fields, up to and with the empty line.
std::string response_head(int status, std::string_view content_type, uint64_t length, bool keep_alive,
                          std::string_view more_fields = {});
std::string_view reason_phrase(int status);

/// The text with &, <, > and quotes written so that HTML shows them.
std::string escape_html(std::string_view text);

}  // namespace handfast::app::http
