#include "http.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace handfast::app::http {
namespace {

// Writes down what the reader finds.
class Notes : public RequestHandler {
 public:
  void head(const Request& request) override {
    text += '[' + std::string(request.method) + ' ' + std::string(request.target) + (request.keep_alive ? " keep" : " close");
    if (request.expects_continue) text += " continue";
    text += ']';
  }
  void body(std::string_view piece) override { text += piece; }
  void end() override { text += "|"; }
  void refused(const Refusal& refusal) override { text += '!' + std::to_string(refusal.status); }

  std::string text;
};

std::string read(std::string_view bytes, size_t step = std::string::npos) {
  Notes notes;
  RequestReader reader;
  for (size_t i = 0; i < bytes.size(); i += std::min(step, bytes.size() - i)) reader.feed(bytes.substr(i, step), notes);
  return notes.text;
}

void expect_read(std::string_view bytes, std::string_view expected) {
  for (const size_t step : {std::string::npos, size_t{1}, size_t{3}, size_t{7}}) {
    EXPECT_EQ(read(bytes, step), expected) << bytes << " in steps of " << step;
  }
}

TEST(Http, ReadsRequestsInAnySplit) {
  expect_read("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "[GET / keep]|");
  expect_read("GET / HTTP/1.0\r\n\r\n", "[GET / close]|");
  expect_read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "[GET / keep]|");
  expect_read("GET /x HTTP/1.1\r\nhOST:a\r\nConnection: x, Close\r\n\r\n", "[GET /x close]|");
  expect_read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "[POST / keep]hello|");
  expect_read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "[POST / keep]|");
  expect_read("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx", "[POST / keep continue]x|");
}

TEST(Http, ReadsChunkedBodies) {
  expect_read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, you all!\r\n0\r\nT: x\r\n\r\n",
              "[POST / keep]hello, you all!|");
  expect_read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.0\r\n\r\n",
              "[POST / keep]|[GET / close]|");
}

TEST(Http, ReadsOneRequestAfterTheOther) {
  expect_read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
              "[POST / keep]hi|[GET / keep]|");
}

TEST(Http, RefusesWhatIsNoRequest) {
  for (const char* head : {"GET /", "GET", "GET  HTTP/1.1", "G(T / HTTP/1.1\r\nHost: a", "GET /\x01 HTTP/1.1\r\nHost: a",
                           "GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost: a\r\nHost: b", "GET / HTTP/1.1\r\nHost: a\r\nno colon",
                           "GET / HTTP/1.1\r\nHost: a\r\n folded", "GET / HTTP/1.1\r\nHost : a", "GET / GOPHER\r\nHost: a",
                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1",
                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999",
                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2",
                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
                           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked"}) {
    EXPECT_EQ(read(std::string(head) + "\r\n\r\nmore"), "!400") << head;
  }
  EXPECT_EQ(read("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), "!505");
  EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), "!501");
}

TEST(Http, RefusesBrokenChunks) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"x\r\n", "\r\n", "-1\r\n", "1000000000000000\r\n", "5\nhello", "0x5\r\n"}) {
    EXPECT_EQ(read(head + body), "[POST / keep]!400") << body;
  }
  EXPECT_EQ(read(head + "1\r\nab\r\n"), "[POST / keep]a!400");
  EXPECT_EQ(read(head + "1;" + std::string(9000, 'x')), "[POST / keep]!400");
}

TEST(Http, BoundsTheHead) {
  const std::string endless = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(RequestReader::head_limit, 'x');
  expect_read(endless, "!431");
  const std::string many(RequestReader::head_limit * 4, 'x');
  expect_read(many, "!431");
}

TEST(Http, WritesResponses) {
  EXPECT_EQ(response_head(200, "text/plain", 5, true),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: keep-alive\r\n"
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
            "X-Content-Type-Options: nosniff\r\n\r\n");
  EXPECT_EQ(escape_html("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
}

}  // namespace
}  // namespace handfast::app::http
