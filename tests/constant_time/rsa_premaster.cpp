// The premaster of a static RSA key exchange: the block that RSA decrypts is secret, from before its padding and version are
// looked at; the private key's own arithmetic is libcrypto's, which blinds it.
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>

#include <crypto/public_key.hpp>
#include <keys/prf12.hpp>
#include <secrets.hpp>

namespace {
unsigned decryptions = 0;
}

// Takes the place of libcrypto's function under valgrind, for libcrypto's own calls too.
extern "C" int I_WRAP_SONAME_FNNAME_ZZ(libcryptoZdsoZa, RSA_private_decrypt)(int size, const unsigned char* from,
                                                                            unsigned char* to, void* key, int padding);
extern "C" int I_WRAP_SONAME_FNNAME_ZZ(libcryptoZdsoZa, RSA_private_decrypt)(int size, const unsigned char* from,
                                                                            unsigned char* to, void* key, int padding) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  int result;
  CALL_FN_W_5W(result, original, size, from, to, key, padding);
  if (result > 0 && padding == RSA_NO_PADDING) {
    handfast::constant_time::make_secret({to, static_cast<size_t>(result)});
    ++decryptions;
  }
  return result;
}

namespace handfast::constant_time {
namespace {

constexpr size_t block_size = 256, premaster_size = 48;
using Block = std::array<uint8_t, block_size>;

EVP_PKEY* key() {
  static const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> made(EVP_RSA_gen(8 * block_size), EVP_PKEY_free);
  return made.get();
}

/// RFC 8017 section 7.2.1: 0, 2, non-zero bytes, 0, the message.
Block right_block() {
  Block bytes;
  bytes.fill(0x77);
  bytes[0] = 0;
  bytes[1] = 2;
  bytes[block_size - premaster_size - 1] = 0;
  std::fill(bytes.end() - premaster_size, bytes.end(), uint8_t{0x5a});
  bytes[block_size - premaster_size] = 3;
  bytes[block_size - premaster_size + 1] = 3;
  return bytes;
}

Buffer encrypt(const Block& bytes) {
  Buffer out(block_size);
  size_t size = out.size();
  auto* context = EVP_PKEY_CTX_new_from_pkey(nullptr, key(), nullptr);
  require(EVP_PKEY_encrypt_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1 &&
              EVP_PKEY_encrypt(context, out.data(), &size, bytes.data(), bytes.size()) == 1,
          "RSA encryption");
  EVP_PKEY_CTX_free(context);
  return out;
}

/// Up to the keys that both sides derive: a wrong premaster is used like a right one.
void decrypt(const Block& bytes, bool is_right) {
  const crypto::PrivateKey own(std::shared_ptr<void>(key(), [](void*) {}));
  const auto substitute = secret(Buffer(premaster_size, 0xee));
  const auto before = decryptions;
  const auto premaster = own.decrypt_premaster(encrypt(bytes), Version::tls12, substitute);
  require(decryptions == before + 1, "the decrypted block was not marked: the wrapper is not in place");
  require(premaster.has_value(), "decryption of a premaster");

  const auto& suite = *catalog::find(Suite::TLS_RSA_WITH_AES_128_CBC_SHA);
  const Buffer random(32, 1);
  const auto master = keys::master_secret(suite.prf, premaster->view(), random, random);
  const keys::KeyBlock block(suite, Version::tls12, master, random, random);
  const auto verify_data = keys::client_verify_data(suite.prf, master, random);
  require(block.client_key().size() == 16 && !verify_data.empty(), "keys from a premaster");

  const auto revealed_premaster = revealed(premaster->view());
  require(std::ranges::equal(revealed_premaster, std::span(bytes).last<premaster_size>()) == is_right,
          "decryption of a premaster");
}

void decrypt_right_block() { decrypt(right_block(), true); }

void decrypt_wrong_paddings() {
  auto bytes = right_block();
  bytes[1] = 1;
  decrypt(bytes, false);
  bytes = right_block();
  bytes[5] = 0;   // the padding ends before its eighth byte
  decrypt(bytes, false);
  bytes = right_block();
  bytes[block_size - premaster_size - 1] = 0x77;   // it does not end
  decrypt(bytes, false);
  bytes.fill(0);
  decrypt(bytes, false);
}

void decrypt_wrong_lengths() {
  auto bytes = right_block();
  bytes[block_size - premaster_size - 2] = 0;   // 49 bytes
  decrypt(bytes, false);
  bytes = right_block();
  bytes[block_size - premaster_size - 1] = 0x77;
  bytes[block_size - premaster_size] = 0;   // 47 bytes
  decrypt(bytes, false);
}

void decrypt_wrong_versions() {
  for (size_t at : {0, 1}) {
    auto bytes = right_block();
    bytes[block_size - premaster_size + at] = 1;
    decrypt(bytes, false);
  }
}

}  // namespace

void check_rsa_premaster() {
  require(key() != nullptr, "RSA key generation");
  check("RSA premaster that is right", decrypt_right_block);
  check("RSA premaster with wrong padding", decrypt_wrong_paddings);
  check("RSA premaster of a wrong length", decrypt_wrong_lengths);
  check("RSA premaster of a wrong version", decrypt_wrong_versions);
}

}  // namespace handfast::constant_time
