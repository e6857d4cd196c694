// floor.hpp: the primitives that a handshake cannot do without, by libcrypto with everything prefetched and made ready,
// and nothing else: what a protocol that costs nothing would take.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <vector>

#include <crypto/mlkem.hpp>
#include <scenario.hpp>

namespace bench {

enum class Side { client, server };

class Floor {
 public:
  Floor(const Scenario& scenario, const Credentials& credentials);
  /// What this side does in one handshake whose messages have `transcript` bytes together.
  void run(Side side, size_t transcript);
  /// Parses and verifies the peer's chain as libssl does; certificates are not part of run().
  void check_chain(Side side);
  /// Verifies it alone, parsed before.
  void verify_chain(Side side);

 private:
  template <class T, auto release>
  struct Owner {
    struct Free {
      void operator()(T* object) const { release(object); }
    };
    using type = std::unique_ptr<T, Free>;
  };
  using KeyContext = Owner<EVP_PKEY_CTX, EVP_PKEY_CTX_free>::type;

  void run12(Side side, size_t transcript);
  void run13(Side side, size_t transcript);
  void verify(Side side, X509* leaf);
  void agree_on_key();
  void agree_on_mlkem(Side side);
  void randomize(size_t bytes);
  void sign();
  void verify();
  void mac(size_t keys, size_t messages, size_t bytes = 64);
  void hash(size_t bytes, size_t values);
  void set_record_key();
  void protect_record(size_t bytes);
  void protect_ticket();
  void prepare_key_exchange();
  void prepare_signature();
  void prepare_symmetric();

  Scenario scenario_;
  const Credentials& credentials_;
  std::shared_ptr<X509_STORE> store_;
  std::vector<uint8_t> server_der_, client_der_;
  KeyContext generator_, derive_, sign_, verify_;
  KeyPtr exchange_key_, peer_key_;
  Owner<EVP_MAC_CTX, EVP_MAC_CTX_free>::type mac_;
  Owner<EVP_MD, EVP_MD_free>::type sha256_;
  Owner<EVP_MD_CTX, EVP_MD_CTX_free>::type digest_;
  Owner<EVP_CIPHER, EVP_CIPHER_free>::type aes128_, aes256_;
  Owner<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>::type record_, ticket_;
  std::vector<uint8_t> signature_, buffer_;
  std::unique_ptr<handfast::crypto::MlkemKey> mlkem_key_;   // of a client
  std::array<uint8_t, handfast::crypto::mlkem768_ciphertext_size> mlkem_ciphertext_{};   // of its server
};

}  // namespace bench
