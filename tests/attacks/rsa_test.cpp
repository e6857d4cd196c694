// Attacks on the RSA key exchange.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

/// What a block to be encrypted looks like: PKCS#1 1.5, the version, 46 bytes.
Buffer good_block() {
  Buffer block(256, 0x5a);
  block[0] = 0;
  block[1] = 2;
  block[256 - 49] = 0;
  block[256 - 48] = block[256 - 47] = 3;
  return block;
}

/// RSA without any padding, under the test server's key.
Buffer encrypt(const Buffer& block) {
  const auto certificate = server_identity(KeyKind::rsa).chain().front();
  const uint8_t* der = certificate.data();
  auto* x509 = d2i_X509(nullptr, &der, static_cast<long>(certificate.size()));
  auto* context = EVP_PKEY_CTX_new(X509_get0_pubkey(x509), nullptr);
  Buffer out(256);
  size_t length = out.size();
  EXPECT_EQ(EVP_PKEY_encrypt_init(context), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING), 1);
  EXPECT_EQ(EVP_PKEY_encrypt(context, out.data(), &length, block.data(), block.size()), 1);
  EVP_PKEY_CTX_free(context);
  X509_free(x509);
  return out;
}

/// All that a server says and does, without what differs from one connection to the other.
struct Story : Sink {
  void event(const Origin& origin, const Event& event) override {
    if (origin.side != Side::server) return;
    text += std::to_string(event.index());
    if (auto message = std::get_if<MessageEvent>(&event)) text += " " + std::string(message->name);
    if (auto alert = std::get_if<AlertEvent>(&event)) text += " alert " + std::string(handfast::name(alert->description));
    if (auto fault = std::get_if<FaultEvent>(&event)) text += " " + fault->error.message();
    if (auto secret = std::get_if<SecretEvent>(&event)) text += " " + std::string(secret->secret) + " " + std::string(secret->from);
    text += "\n";
  }
  std::string text;
};

/// The server's story when the client's encrypted premaster secret is replaced by this.
std::string story_of(const Scene& scene, const Buffer& ciphertext) {
  Story story;
  auto pair = *scene.begin(&story);
  pair.mutate = [&](bool from_client, Buffer& bytes) {
    if (!from_client || bytes[5] != 16) return;   // ClientKeyExchange, in the clear: record 5, header 4, length 2
    EXPECT_GT(bytes.size(), 5u + 4 + 2 + 256);
    std::copy(ciphertext.begin(), ciphertext.end(), bytes.begin() + 11);
  };
  pair.pump();
  EXPECT_EQ(fault_id(pair.server), "record.bad_mac");
  EXPECT_EQ(pair.server.error()->alert, Alert::bad_record_mac);
  return story.text;
}

// Bleichenbacher (1998), ROBOT (CVE-2017-13099) and the rollback check of Klima, Pokorny, Rosa (2003): whatever is wrong with the block, a
// server does and says the same as with a good one of another secret. tests/constant_time says that it takes the same time.
TEST(Robot, EveryBlockLooksAlike) {
  const Scene scene(scenario("TLS 1.2 RSA"));
  const auto expected = story_of(scene, encrypt(good_block()));
  EXPECT_NE(expected.find("bad_record_mac"), expected.npos);
  const auto with = [](size_t at, uint8_t value) {
    auto block = good_block();
    block[at] = value;
    return block;
  };
  auto all_nonzero = with(256 - 49, 0x5a);
  auto separator_twice = with(100, 0);
  auto short_secret = with(256 - 20, 0);
  short_secret[256 - 49] = 0x5a;
  const std::pair<const char*, Buffer> blocks[] = {
      {"does not begin with 0", with(0, 1)},        {"has another type", with(1, 1)},
      {"is signed, not encrypted", with(1, 0)},     {"has a zero in its padding", with(5, 0)},
      {"has no zero at all", all_nonzero},          {"ends its padding early", separator_twice},
      {"holds a short secret", short_secret},       {"holds another version", with(256 - 48, 2)},
      {"holds the version of TLS 1.1", with(256 - 47, 2)}, {"is all zeros", Buffer(256, 0)},
  };
  for (const auto& [what, block] : blocks) EXPECT_EQ(story_of(scene, encrypt(block)), expected) << what;
  EXPECT_EQ(story_of(scene, Buffer(256, 0xff)), expected) << "a number above the modulus";
}

}  // namespace
}  // namespace handfast
