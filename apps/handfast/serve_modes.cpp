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

void ServedClient::arrived(net::Session& session, Bytes data) {
  if (serving_.files().post_handshake_auth && !std::exchange(has_asked_, true)) ask(session);
  if (serving_.files().renegotiate && !std::exchange(has_renegotiated_, true)) renegotiate(session);
  if (!refusal_.empty()) return;
  if (!awaits_certificate_) return serve(session, data);
  if (kept_.size() + data.size() > kept_limit)
    return refuse(session, fmt::format("it said more than {} bytes and has not shown its certificate", kept_limit));
  kept_.insert(kept_.end(), data.begin(), data.end());
}

bool ServedClient::requires_late() const {
  return serving_.files().post_handshake_auth && !serving_.files().request_client_certificate;
}

void ServedClient::ask(net::Session& session) {
  before_ = session.summary().peer;
  const auto asked = session.connection().request_client_certificate();
  if (asked) {
    awaits_certificate_ = requires_late();
  } else if (requires_late()) {
    refuse(session, fmt::format("{}; a client of TLS 1.3 must offer it (post_handshake_auth), or leave --post-handshake-auth out "
                                "to ask in the handshake, or give --request-client-cert to serve it all the same",
                                asked.error().message()));
  } else {
    note(fmt::format("was not asked for a certificate and is served all the same: {}", asked.error().message()));
  }
}

void ServedClient::renegotiate(net::Session& session) {
  if (session.connection().renegotiating()) return;   // for its certificate
  if (const auto begun = session.renegotiate(); !begun) note(begun.error().message());
}

void ServedClient::renegotiated(net::Session& session, bool is_complete) {
  if (!is_complete) return note("refuses a new handshake on the connection (no_renegotiation)");
  serving_.log().connected(client_, session, "new handshake on the connection");
}

// It comes between the data: nobody says when.
void ServedClient::certificate_answered(net::Session& session) {
  const bool is_shown = session.summary().peer && session.summary().peer != before_;
  if (is_shown) {
    serving_.log().connected(client_, session, "certificate shown after the handshake");
  } else if (requires_late()) {
    return refuse(session, "it showed no certificate when asked after the handshake");
  } else {
    note("showed no certificate when asked after the handshake and is served all the same");
  }
  if (!std::exchange(awaits_certificate_, false)) return;
  const Buffer data = std::exchange(kept_, {});
  serve(session, data);
}

void ServedClient::refuse(net::Session& session, std::string why) {
  refusal_ = std::move(why);
  kept_ = Buffer();
  const bool is_tls13 = session.summary().version == Version::tls13;
  session.connection().abort(is_tls13 ? Alert::certificate_required : Alert::access_denied);
}

void ServedClient::note(std::string_view text) { serving_.log().note(fmt::format("#{} {}", client_.id, text)); }

void ServedClient::ended(net::Session&, const net::Ending& ending) {
  if (refusal_.empty() && awaits_certificate_) {
    if (!ending.error) refusal_ = "it ended before it had shown its certificate";
    else if (ending.error->fault == Fault::handshake_timeout) refusal_ = "it has not shown its certificate in time";
  }
  if (refusal_.empty()) {
    serving_.log().failed(client_, ending);
  } else {
    note(fmt::format("{} refused: {}", net::printable(client_.peer), refusal_));
  }
  serving_.connection_ended();
}

void HttpClient::serve(net::Session& session, Bytes data) {
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
