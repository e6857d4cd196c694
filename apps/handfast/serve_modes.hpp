// serve_modes.hpp: what `handfast serve` speaks inside TLS: echo, discard, HTTP.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <net/server.hpp>

#include "http.hpp"
#include "serving.hpp"

namespace handfast::app {

/// A client of `handfast serve`: logged when it connects and when it fails. With --post-handshake-auth it is asked for its
/// certificate when it has said something; that is kept until the certificate has come, unless --request-client-cert is given.
class ServedClient : public net::Protocol {
 public:
  static constexpr size_t kept_limit = 16 << 20;   ///< bytes

  ServedClient(Serving& serving, const net::Newcomer& client) : serving_(serving), client_(client) {}
  void connected(net::Session& session) override { serving_.log().connected(client_, session); }
  void arrived(net::Session& session, Bytes data) final;
  bool arrived_early(net::Session& session, Bytes data) final { return !requires_late() && serve_early(session, data); }
  void certificate_answered(net::Session& session) final;
  void renegotiated(net::Session& session, bool is_complete) final;
  void ended(net::Session&, const net::Ending& ending) final;

 protected:
  virtual void serve(net::Session& session, Bytes data) = 0;
  virtual bool serve_early(net::Session&, Bytes) { return false; }

 private:
  bool requires_late() const;
  void ask(net::Session& session);
  void renegotiate(net::Session& session);
  void refuse(net::Session& session, std::string why);
  void note(std::string_view text);

  bool has_asked_ = false, awaits_certificate_ = false, has_renegotiated_ = false;
  std::shared_ptr<const PeerIdentity> before_;   // whom it was known as when it was asked
  Buffer kept_;
  std::string refusal_;
  Serving& serving_;
  const net::Newcomer client_;
};

/// Sends back what comes.
class EchoClient : public ServedClient {
 public:
  using ServedClient::ServedClient;

 private:
  void serve(net::Session& session, Bytes data) override { session.write(data); }
  bool serve_early(net::Session& session, Bytes data) override { return session.write_early(data) == data.size(); }
};

/// Reads and forgets.
class DiscardClient : public ServedClient {
 public:
  using ServedClient::ServedClient;

 private:
  void serve(net::Session&, Bytes) override {}
};

/// GET: a page that describes the connection. POST: its body back.
class HttpClient : public ServedClient, private http::RequestHandler {
 public:
  static constexpr size_t body_limit = 16 << 20;  ///< bytes

  using ServedClient::ServedClient;

 private:
  void serve(net::Session& session, Bytes data) override;
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
