#include <libssl_pair.hpp>

#include <openssl/err.h>

#include <catalog/suites.hpp>

#include <stdexcept>

namespace bench {
namespace {

void require(bool done, const char* what) {
  if (done) return;
  auto reason = ERR_reason_error_string(ERR_peek_last_error());
  throw std::runtime_error(std::string("libssl: ") + what + (reason ? std::string(", ") + reason : ""));
}

const char* cipher_name(handfast::Suite suite) {
  using enum handfast::Suite;
  switch (suite) {
    case TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: return "ECDHE-ECDSA-AES128-GCM-SHA256";
    case TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: return "ECDHE-ECDSA-AES256-GCM-SHA384";
    case TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: return "ECDHE-ECDSA-CHACHA20-POLY1305";
    case TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: return "ECDHE-RSA-AES128-GCM-SHA256";
    default: throw std::runtime_error("no scenario has this suite");
  }
}

void set_suite(SSL_CTX* ctx, handfast::Suite suite) {
  const auto& row = *handfast::catalog::find(suite);
  auto version = static_cast<int>(row.last);
  SSL_CTX_set_min_proto_version(ctx, version);
  SSL_CTX_set_max_proto_version(ctx, version);
  if (version == TLS1_2_VERSION)
    require(SSL_CTX_set_cipher_list(ctx, cipher_name(suite)) == 1, "cipher list");
  else
    require(SSL_CTX_set_ciphersuites(ctx, std::string(row.name).c_str()) == 1, "cipher suites");
}

const char* groups_list(handfast::Group group) {
  using enum handfast::Group;
  switch (group) {
    case x25519: return "X25519:P-256";
    case secp256r1: return "P-256:X25519";
    case X25519MLKEM768: return "X25519MLKEM768:X25519";
    default: throw std::runtime_error("no scenario has this group");
  }
}

SslContext make_context(const SSL_METHOD* method, const Scenario& scenario, bool release_buffers) {
  SslContext context(SSL_CTX_new(method));
  auto ctx = context.get();
  require(ctx != nullptr, "no context");
  set_suite(ctx, scenario.suite);
  require(SSL_CTX_set1_groups_list(ctx, groups_list(scenario.group)) == 1, "groups");
  require(SSL_CTX_set1_sigalgs_list(ctx, "ECDSA+SHA256:rsa_pss_rsae_sha256:RSA+SHA256") == 1, "signature schemes");
  SSL_CTX_set_options(ctx, scenario.resumption == Resumption::ticket ? 0 : SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(ctx, scenario.resumption == Resumption::ticket ? 1 : 0);   // of TLS 1.3, as ours
  SSL_CTX_set_mode(ctx, SSL_MODE_NO_AUTO_CHAIN | (release_buffers ? SSL_MODE_RELEASE_BUFFERS : 0));
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  return context;
}

void use(SSL_CTX* ctx, const Credential& credential) {
  require(SSL_CTX_use_certificate(ctx, credential.certificate.get()) == 1, "certificate");
  require(SSL_CTX_use_PrivateKey(ctx, credential.key.get()) == 1, "key");
}

void trust(SSL_CTX* ctx, const Credential& root) {
  require(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), root.certificate.get()) == 1, "trust");
}

}  // namespace

bool libssl_has(handfast::Group group) {
  SslContext context(SSL_CTX_new(TLS_method()));
  bool has = context && SSL_CTX_set1_groups_list(context.get(), groups_list(group)) == 1;
  ERR_clear_error();
  return has;
}

LibsslConfig::LibsslConfig(const Scenario& scenario, const Credentials& credentials, bool release_buffers)
    : client_(make_context(TLS_client_method(), scenario, release_buffers)),
      server_(make_context(TLS_server_method(), scenario, release_buffers)) {
  trust(client_.get(), credentials.root);
  SSL_CTX_set_verify(client_.get(), SSL_VERIFY_PEER, nullptr);
  use(server_.get(), credentials.server);
  if (scenario.mutual) {
    use(client_.get(), credentials.client);
    trust(server_.get(), credentials.root);
    SSL_CTX_set_verify(server_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    require(SSL_CTX_add_client_CA(server_.get(), credentials.root.certificate.get()) == 1, "client CA");
  }
  constexpr unsigned char context_id[] = {'b'};
  SSL_CTX_set_session_id_context(server_.get(), context_id, sizeof context_id);
  if (scenario.resumption == Resumption::session_id)
    SSL_CTX_set_session_cache_mode(server_.get(), SSL_SESS_CACHE_SERVER);
}

void LibsslPair::make_client() {
  client_.reset(SSL_new(config_.client()));
  require(SSL_set1_host(client_.get(), host_name) == 1, "host name");
  require(SSL_set_tlsext_host_name(client_.get(), host_name) == 1, "server name");
  if (resume_) SSL_set_session(client_.get(), resume_);
  SSL_set_connect_state(client_.get());
  SSL_set0_wbio(client_.get(), BIO_new(BIO_s_mem()));
}

// Each side reads from the memory that the other writes to.
void LibsslPair::make_server() {
  server_.reset(SSL_new(config_.server()));
  SSL_set_accept_state(server_.get());
  SSL_set0_wbio(server_.get(), BIO_new(BIO_s_mem()));
  BIO_up_ref(SSL_get_wbio(client_.get()));
  SSL_set0_rbio(server_.get(), SSL_get_wbio(client_.get()));
  BIO_up_ref(SSL_get_wbio(server_.get()));
  SSL_set0_rbio(client_.get(), SSL_get_wbio(server_.get()));
}

void LibsslPair::handshake(Stopwatch& client, Stopwatch& server) {
  int client_done = 0, server_done = 0;
  client.lap([&] { make_client(); });
  server.lap([&] { make_server(); });
  for (int turn = 0; turn < 4 && !(client_done == 1 && server_done == 1); ++turn) {
    client.lap([&] { client_done = SSL_do_handshake(client_.get()); });
    client_bytes_ += BIO_ctrl_pending(SSL_get_wbio(client_.get()));
    server.lap([&] { server_done = SSL_do_handshake(server_.get()); });
    server_bytes_ += BIO_ctrl_pending(SSL_get_wbio(server_.get()));
  }
  require(client_done == 1 && server_done == 1, "the handshake failed");
  if (BIO_ctrl_pending(SSL_get_wbio(server_.get())) == 0) return;
  uint8_t data;   // none comes, but the new ticket of TLS 1.3
  client.lap([&] { client_done = SSL_read(client_.get(), &data, 1); });
  require(SSL_get_error(client_.get(), client_done) == SSL_ERROR_WANT_READ, "the client did not take the ticket");
}

// A connection that ends without a shutdown takes its session with it.
void LibsslPair::destroy_client() {
  if (client_) SSL_set_shutdown(client_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  client_.reset();
}

void LibsslPair::destroy_server() {
  if (server_) SSL_set_shutdown(server_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  server_.reset();
}

}  // namespace bench
