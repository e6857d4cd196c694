// serve_modes.hpp: what `handfast serve` speaks inside TLS: echo, discard, HTTP.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <net/server.hpp>

#include "http.hpp"
#include "serving.hpp"

namespace handfast::app {

/// A client of `handfast serve`: logged when it connects and when it fails.
class ServedClient : public net::Protocol {
 public:
  ServedClient(Serving& serving, const net::Newcomer& client) : serving_(serving), client_(client) {}
  void connected(net::Session& session) override { serving_.log().connected(client_, session); }
  void ended(net::Session&, const net::Ending& ending) override;

 protected:
  /// Something has come: once, with --post-handshake-auth, the client is asked for its certificate.
  void heard(net::Session& session);

 private:
  void note_late_certificate(net::Session& session);
  bool has_asked_ = false, has_noted_ = false;
  Serving& serving_;
  const net::Newcomer client_;
};

/// Sends back what comes.
class EchoClient : public ServedClient {
 public:
  using ServedClient::ServedClient;
  void arrived(net::Session& session, Bytes data) override {
    heard(session);
    session.write(data);
  }
  bool arrived_early(net::Session& session, Bytes data) override { return session.write_early(data) == data.size(); }
};

/// Reads and forgets.
class DiscardClient : public ServedClient {
 public:
  using ServedClient::ServedClient;
  void arrived(net::Session& session, Bytes) override { heard(session); }
};

/// GET: a page that describes the connection. POST: its body back.
class HttpClient : public ServedClient, private http::RequestHandler {
 public:
  static constexpr size_t body_limit = 16 << 20;  ///< bytes

  using ServedClient::ServedClient;
  void arrived(net::Session& session, Bytes data) override;

 private:
  void head(const http::Request& request) override;
  void body(std::string_view piece) override;
  void end() override;
  void refused(const http::Refusal& refusal) override;
  void answer(int status, std::string_view type, std::string_view content, std::string_view more_fields = {});

  http::RequestReader reader_;
  net::Session* session_ = nullptr;   // during arrived()
  std::string method_, content_type_, body_;
  bool keep_alive_ = true;
};

}  // namespace handfast::app
