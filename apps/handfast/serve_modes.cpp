#include "serve_modes.hpp"

#include <fmt/format.h>
#include <handfast/version.hpp>

#include "connection_report.hpp"

namespace handfast::app {

namespace {

constexpr auto page_form = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>handfast serve</title></head>
<body><h1>Your TLS connection</h1>
<p>This is handfast {}, seen from the server. POST something to get it back.</p>
<pre>
  from           {}
{}</pre></body></html>
)";

std::string page(net::Session& session) {
  return fmt::format(fmt::runtime(page_form), version(), net::printable(session.peer()),
                     http::escape_html(describe(session.summary(), Side::server) + describe_bindings(session.connection())));
}

}  // namespace

void ServedClient::heard(net::Session& session) {
  note_late_certificate(session);
  if (!serving_.files().post_handshake_auth || std::exchange(has_asked_, true)) return;
  if (auto asked = session.connection().request_client_certificate(); !asked)
    serving_.log().note(fmt::format("#{} was not asked for a certificate: {}", client_.id, asked.error().message()));
}

// It comes between the data: nobody says when.
void ServedClient::note_late_certificate(net::Session& session) {
  if (!has_asked_ || has_noted_ || !session.summary().peer) return;
  has_noted_ = true;
  serving_.log().connected(client_, session, "certificate shown after the handshake");
}

void ServedClient::ended(net::Session& session, const net::Ending& ending) {
  note_late_certificate(session);
  serving_.log().failed(client_, ending);
  serving_.connection_ended();
}

void HttpClient::arrived(net::Session& session, Bytes data) {
  heard(session);
  session_ = &session;
  reader_.feed(as_text(data), *this);
  session_ = nullptr;
}

void HttpClient::head(const http::Request& request) {
  method_ = request.method;
  content_type_ = request.content_type;
  keep_alive_ = request.keep_alive;
  if (request.length.value_or(0) > body_limit) {
    return refused({413, fmt::format("A body may be {} bytes long here.", body_limit)});
  }
  if (request.expects_continue) session_->write(as_bytes("HTTP/1.1 100 Continue\r\n\r\n"));
}

void HttpClient::body(std::string_view piece) {
  if (body_.size() + piece.size() > body_limit) {
    return refused({413, fmt::format("A body may be {} bytes long here.", body_limit)});
  }
  body_ += piece;
}

void HttpClient::end() {
  if (method_ == "GET" || method_ == "HEAD") {
    answer(200, "text/html; charset=utf-8", page(*session_));
  } else if (method_ == "POST") {
    answer(200, content_type_.empty() ? "application/octet-stream" : content_type_, body_);
  } else {
    answer(405, "text/plain; charset=utf-8", fmt::format("{} is not served here: use GET, HEAD or POST.\n", method_),
           "Allow: GET, HEAD, POST\r\n");
  }
  body_ = std::string();
  if (keep_alive_) return;
  reader_.stop();
  session_->close();
}

void HttpClient::refused(const http::Refusal& refusal) {
  reader_.stop();
  keep_alive_ = false;
  body_ = std::string();
  method_.clear();
  answer(refusal.status, "text/plain; charset=utf-8", refusal.reason + '\n');
  session_->close();
}

void HttpClient::answer(int status, std::string_view type, std::string_view content, std::string_view more_fields) {
  std::string response = http::response_head(status, type, content.size(), keep_alive_, more_fields);
  if (method_ != "HEAD") response += content;
  session_->write(as_bytes(response));
}

}  // namespace handfast::app
