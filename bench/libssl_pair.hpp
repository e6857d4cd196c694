// libssl_pair.hpp: a client and a server of libssl, joined by memory BIOs.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include <scenario.hpp>
#include <timing.hpp>

namespace bench {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

using SslContext = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Release<SSL_free>>;
using SslSession = std::unique_ptr<SSL_SESSION, Release<SSL_SESSION_free>>;

/// X25519MLKEM768 came with 3.5.
bool libssl_has(handfast::Group group);

/// The contexts, configured once as for many connections.
class LibsslConfig {
 public:
  LibsslConfig(const Scenario& scenario, const Credentials& credentials, bool release_buffers = false);
  SSL_CTX* client() const { return client_.get(); }
  SSL_CTX* server() const { return server_.get(); }

 private:
  SslContext client_, server_;
};

/// One connection with both ends.
class LibsslPair {
 public:
  LibsslPair(const LibsslConfig& config, SSL_SESSION* resume = nullptr) : config_(config), resume_(resume) {}

  /// The whole handshake; each side's CPU time, creation included, goes to its watch. Throws when it fails.
  void handshake(Stopwatch& client, Stopwatch& server);
  void destroy_client();
  void destroy_server();
  SSL* client() const { return client_.get(); }
  SSL* server() const { return server_.get(); }
  /// For holding it open; its BIOs live on.
  Ssl take_server() { return std::move(server_); }
  SslSession session() const { return SslSession(SSL_get1_session(client_.get())); }
  size_t client_bytes() const { return client_bytes_; }   ///< sent in the handshake
  size_t server_bytes() const { return server_bytes_; }

 private:
  void make_client();
  void make_server();
  const LibsslConfig& config_;
  SSL_SESSION* resume_;
  Ssl client_, server_;
  size_t client_bytes_ = 0, server_bytes_ = 0;
};

}  // namespace bench
