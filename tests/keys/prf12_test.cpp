// The PRF of TLS 1.0 and 1.1 against libcrypto's own, that of TLS 1.2 against the vectors that the IETF's TLS list published for SHA-256 and SHA-384
// (mailarchive.ietf.org/arch/msg/tls/fzVCzk-z3FShgGJ6DOXqM1ydxms).
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <keys/prf12.hpp>

namespace handfast {
namespace {

Buffer from_hex(std::string_view text) {
  Buffer bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

TEST(Prf12, Sha256) {
  Buffer out(100);
  keys::prf12(catalog::Prf::sha256, from_hex("9bbe436ba940f017b17652849a71db35"), "test label",
              from_hex("a0ba9f936cda311827a6f796ffd5198c"), {}, out);
  EXPECT_EQ(out, from_hex("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14"
                          "baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e"
                          "5a5110fff70187347b66"));
}

TEST(Prf12, Sha384) {
  Buffer out(148);
  keys::prf12(catalog::Prf::sha384, from_hex("b80b733d6ceefcdc71566ea48e5567df"), "test label",
              from_hex("cd665cf6a8447dd6ff8b27555edb7465"), {}, out);
  EXPECT_EQ(out, from_hex("7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c"
                          "9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abf"
                          "dad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a2685430"
                          "8d5eaa3be85e0990703d73e56f"));
}

Buffer prf_of_libcrypto(Bytes secret, std::string_view label, Bytes seed, size_t size) {
  auto kdf = EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr);
  auto context = EVP_KDF_CTX_new(kdf);
  EVP_KDF_free(kdf);
  Buffer labelled(label.begin(), label.end()), out(size), key(secret.begin(), secret.end());
  labelled.insert(labelled.end(), seed.begin(), seed.end());
  std::string digest = "MD5-SHA1";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                         OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, key.data(), key.size()),
                         OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, labelled.data(), labelled.size()),
                         OSSL_PARAM_construct_end()};
  EXPECT_EQ(EVP_KDF_derive(context, out.data(), out.size(), params), 1);
  EVP_KDF_CTX_free(context);
  return out;
}

// Secrets of odd lengths too, whose halves share a byte, and of more than a block of either hash.
TEST(Prf12, Md5AndSha1) {
  auto seed = from_hex("a0ba9f936cda311827a6f796ffd5198c");
  for (size_t length : {1, 2, 3, 47, 48, 49, 127, 128, 129, 255, 256, 1024})
    for (size_t size : {1, 12, 16, 17, 20, 48, 104, 160, 333}) {
      Buffer secret(length), out(size, 0xee);
      for (size_t i = 0; i < length; ++i) secret[i] = static_cast<uint8_t>(i * 37 + length);
      keys::prf12(catalog::Prf::md5_sha1, secret, "test label", seed, {}, out);
      ASSERT_EQ(out, prf_of_libcrypto(secret, "test label", seed, size)) << length << " " << size;
    }
}

TEST(Prf12, OfNoSecretAtAll) {
  Buffer out(20, 0xee), again(20);
  keys::prf12(catalog::Prf::md5_sha1, {}, "label", from_hex("aa"), {}, out);
  keys::prf12(catalog::Prf::md5_sha1, {}, "label", from_hex("aa"), {}, again);
  EXPECT_EQ(out, again);
}

TEST(Prf12, VerifyDataOfTls10AndTls11) {
  keys::MasterSecret master(48);
  std::ranges::fill(master.writable(), uint8_t{7});
  const auto messages = as_bytes("the messages of a handshake");
  const auto both = crypto::hash(keys::hash_of(catalog::Prf::md5_sha1), messages);
  ASSERT_EQ(both.size, 36u);
  const auto ours = keys::client_verify_data(catalog::Prf::md5_sha1, master, both.view());
  EXPECT_EQ(Buffer(ours.begin(), ours.end()), prf_of_libcrypto(master.view(), "client finished", both.view(), 12));
  const auto theirs = keys::server_verify_data(catalog::Prf::md5_sha1, master, both.view());
  EXPECT_EQ(Buffer(theirs.begin(), theirs.end()), prf_of_libcrypto(master.view(), "server finished", both.view(), 12));
}

TEST(Prf12, SeedMayComeInTwoParts) {
  Buffer whole(70), parts(70);
  auto secret = from_hex("0102");
  keys::prf12(catalog::Prf::sha256, secret, "label", from_hex("aabbcc"), {}, whole);
  keys::prf12(catalog::Prf::sha256, secret, "label", from_hex("aa"), from_hex("bbcc"), parts);
  EXPECT_EQ(whole, parts);
}

}  // namespace
}  // namespace handfast
