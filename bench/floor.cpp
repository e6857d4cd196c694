#include <floor.hpp>

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::array<uint8_t, 48> some_bytes{1, 2, 3};
constexpr size_t ticket_size = 256, tag_size = 16;

void require(bool done) {
  if (!done) throw std::runtime_error("a primitive of libcrypto failed");
}

std::vector<uint8_t> der_of(X509* certificate) {
  unsigned char* bytes = nullptr;
  auto size = i2d_X509(certificate, &bytes);
  require(size > 0);
  std::vector<uint8_t> der(bytes, bytes + size);
  OPENSSL_free(bytes);
  return der;
}

}  // namespace

Floor::Floor(const Scenario& scenario, const Credentials& credentials)
    : scenario_(scenario),
      credentials_(credentials),
      store_(X509_STORE_new(), X509_STORE_free),
      server_der_(der_of(credentials.server.certificate.get())),
      client_der_(der_of(credentials.client.certificate.get())),
      buffer_(16384) {
  require(X509_STORE_add_cert(store_.get(), credentials.root.certificate.get()) == 1);
  prepare_key_exchange();
  prepare_signature();
  prepare_symmetric();
}

void Floor::prepare_key_exchange() {
  bool is_curve = scenario_.group == handfast::Group::secp256r1;   // a hybrid group's other half is X25519
  generator_.reset(EVP_PKEY_CTX_new_from_name(nullptr, is_curve ? "EC" : "X25519", nullptr));
  require(EVP_PKEY_keygen_init(generator_.get()) == 1);
  if (is_curve) require(EVP_PKEY_CTX_set_group_name(generator_.get(), "P-256") == 1);
  EVP_PKEY* key = nullptr;
  require(EVP_PKEY_generate(generator_.get(), &key) == 1);
  exchange_key_ = {key, EVP_PKEY_free};
  EVP_PKEY* peer = nullptr;
  require(EVP_PKEY_generate(generator_.get(), &peer) == 1);
  peer_key_ = {peer, EVP_PKEY_free};
  derive_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  require(EVP_PKEY_derive_init(derive_.get()) == 1 && EVP_PKEY_derive_set_peer_ex(derive_.get(), peer, 0) == 1);
}

void Floor::prepare_signature() {
  auto key = credentials_.server.key.get();
  sign_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  verify_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  require(EVP_PKEY_sign_init(sign_.get()) == 1 && EVP_PKEY_verify_init(verify_.get()) == 1);
  if (scenario_.key == Key::rsa_2048) {
    for (auto context : {sign_.get(), verify_.get()})
      require(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  signature_.resize(static_cast<size_t>(EVP_PKEY_get_size(key)));
  sign();
}

void Floor::prepare_symmetric() {
  sha256_.reset(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  digest_.reset(EVP_MD_CTX_new());
  auto hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  mac_.reset(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  char name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", name, 0), OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(mac_.get(), some_bytes.data(), some_bytes.size(), parameters) == 1);
  aes128_.reset(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr));
  aes256_.reset(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  record_.reset(EVP_CIPHER_CTX_new());
  require(EVP_EncryptInit_ex2(record_.get(), aes128_.get(), nullptr, nullptr, nullptr) == 1);
  ticket_.reset(EVP_CIPHER_CTX_new());
  require(EVP_EncryptInit_ex2(ticket_.get(), aes256_.get(), some_bytes.data(), some_bytes.data(), nullptr) == 1);
}

void Floor::run(Side side, size_t transcript) { scenario_.is_tls13() ? run13(side, transcript) : run12(side, transcript); }

void Floor::run12(Side side, size_t transcript) {
  constexpr size_t randoms_and_params = 100;
  bool is_server = side == Side::server;
  // The Finished in each direction, under keys of their own.
  auto protect_records = [&] {
    for (int direction = 0; direction < 2; ++direction) {
      set_record_key();
      protect_record(16);
    }
  };
  if (!scenario_.is_full()) {
    if (is_server && scenario_.resumption == Resumption::ticket) protect_ticket();
    mac(1, 8);   // key block: 4; two Finished: 2 each
    hash(transcript, 2);
    return protect_records();
  }
  agree_on_key();
  hash(randoms_and_params, 1);
  is_server ? sign() : verify();
  if (scenario_.mutual) {
    hash(transcript, 1);
    is_server ? verify() : sign();
  }
  mac(2, 12);   // master secret: 4; key block: 4; two Finished: 2 each
  hash(transcript, 3);
  protect_records();
}

// A key, its public value as bytes, and the shared secret from bytes: on a curve both conversions are arithmetic too.
void Floor::agree_on_key() {
  EVP_PKEY* key = nullptr;
  uint8_t value[133];
  size_t size = 0;
  require(EVP_PKEY_generate(generator_.get(), &key) == 1 &&
          EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, value, sizeof value, &size) == 1 &&
          EVP_PKEY_set1_encoded_public_key(peer_key_.get(), value, size) == 1);
  EVP_PKEY_free(key);
  size = buffer_.size();
  require(EVP_PKEY_derive(derive_.get(), buffer_.data(), &size) == 1);
}

void Floor::sign() {
  size_t size = static_cast<size_t>(EVP_PKEY_get_size(credentials_.server.key.get()));
  signature_.resize(size);
  require(EVP_PKEY_sign(sign_.get(), signature_.data(), &size, some_bytes.data(), 32) == 1);
  signature_.resize(size);
}

void Floor::verify() {
  require(EVP_PKEY_verify(verify_.get(), signature_.data(), signature_.size(), some_bytes.data(), 32) == 1);
}

void Floor::mac(size_t keys, size_t messages, size_t bytes) {
  for (size_t i = 0; i < messages; ++i) {
    bool new_key = i < keys;
    size_t size = 0;
    require(EVP_MAC_init(mac_.get(), new_key ? some_bytes.data() : nullptr, new_key ? some_bytes.size() : 0, nullptr) == 1 &&
            EVP_MAC_update(mac_.get(), buffer_.data(), bytes) == 1 &&
            EVP_MAC_final(mac_.get(), buffer_.data(), &size, buffer_.size()) == 1);
  }
}

void Floor::hash(size_t bytes, size_t values) {
  uint8_t value[EVP_MAX_MD_SIZE];
  for (size_t i = 0; i < values; ++i)
    require(EVP_DigestInit_ex2(digest_.get(), sha256_.get(), nullptr) == 1 &&
            EVP_DigestUpdate(digest_.get(), buffer_.data(), bytes / values) == 1 &&
            EVP_DigestFinal_ex(digest_.get(), value, nullptr) == 1);
}

void Floor::set_record_key() {
  require(EVP_CipherInit_ex2(record_.get(), nullptr, some_bytes.data(), nullptr, 1, nullptr) == 1);
}

void Floor::protect_record(size_t bytes) {
  uint8_t tag[tag_size] = {};
  int size = 0;
  require(EVP_CipherInit_ex2(record_.get(), nullptr, nullptr, some_bytes.data(), 1, nullptr) == 1 &&
          EVP_CipherUpdate(record_.get(), nullptr, &size, some_bytes.data(), 13) == 1 &&
          EVP_CipherUpdate(record_.get(), buffer_.data(), &size, buffer_.data(), static_cast<int>(bytes)) == 1 &&
          EVP_CipherFinal_ex(record_.get(), buffer_.data(), &size) == 1 &&
          EVP_CIPHER_CTX_ctrl(record_.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag) == 1);
}

void Floor::protect_ticket() {
  int size = 0;
  uint8_t tag[tag_size] = {};
  require(EVP_CipherInit_ex2(ticket_.get(), nullptr, nullptr, some_bytes.data(), 1, nullptr) == 1 &&
          EVP_CipherUpdate(ticket_.get(), buffer_.data(), &size, buffer_.data(), ticket_size) == 1 &&
          EVP_CipherFinal_ex(ticket_.get(), buffer_.data(), &size) == 1 &&
          EVP_CIPHER_CTX_ctrl(ticket_.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag) == 1);
}

void Floor::check_chain(Side side) {
  const auto& der = side == Side::client ? server_der_ : client_der_;   // each checks the other's
  const uint8_t* at = der.data();
  std::unique_ptr<X509, decltype(&X509_free)> leaf(d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
  require(leaf != nullptr);
  verify(side, leaf.get());
}

void Floor::verify_chain(Side side) {
  verify(side, (side == Side::client ? credentials_.server : credentials_.client).certificate.get());
}

void Floor::verify(Side side, X509* leaf) {
  bool of_server = side == Side::client;
  std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  require(context && X509_STORE_CTX_init(context.get(), store_.get(), leaf, nullptr) == 1 &&
          X509_STORE_CTX_set_default(context.get(), of_server ? "ssl_server" : "ssl_client") == 1);
  if (of_server) require(X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context.get()), host_name, 0) == 1);
  require(X509_verify_cert(context.get()) == 1);
}

}  // namespace bench
