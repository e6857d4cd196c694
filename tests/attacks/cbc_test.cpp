// Attacks on MAC-then-encrypt with CBC. That good and bad records take the same time is for tests/constant_time to say.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include <record/protections.hpp>
#include <support/opened.hpp>
#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

constexpr size_t block = 16, mac_size = 20;
const Buffer mac_key(mac_size, 0x11), key(16, 0x22), iv(block, 0x33);

Buffer mac(Version version, Bytes content) {
  const std::array<uint8_t, 13> header = {0, 0, 0, 0, 0, 0, 0, 0, 23, 3, static_cast<uint8_t>(version),
                                          static_cast<uint8_t>(content.size() >> 8), static_cast<uint8_t>(content.size())};
  Buffer covered(header.begin(), header.end());
  covered.insert(covered.end(), content.begin(), content.end());
  Buffer out(mac_size);
  EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA1", nullptr, mac_key.data(), mac_key.size(), covered.data(), covered.size(), out.data(),
            out.size(), nullptr);
  return out;
}

/// A record of TLS_RSA_WITH_AES_128_CBC_SHA as somebody made it who has the keys and may fill it up as he likes.
Buffer forged(Version version, Bytes content, Bytes padding, bool mac_is_right = true) {
  Buffer text(content.begin(), content.end());
  auto tag = mac(version, content);
  if (!mac_is_right) tag[7] ^= 1;
  text.insert(text.end(), tag.begin(), tag.end());
  text.insert(text.end(), padding.begin(), padding.end());
  Buffer record = version == Version::tls10 ? Buffer() : iv;
  const auto begin = record.size();
  record.resize(begin + text.size());
  auto* context = EVP_CIPHER_CTX_new();
  int written = 0;
  EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), nullptr, key.data(), iv.data());
  EVP_CIPHER_CTX_set_padding(context, 0);
  EVP_EncryptUpdate(context, record.data() + begin, &written, text.data(), static_cast<int>(text.size()));
  EVP_CIPHER_CTX_free(context);
  return record;
}

/// Nothing where it opens.
std::optional<Fault> refusal(Version version, Buffer record) {
  const auto& suite = *catalog::find(Suite::TLS_RSA_WITH_AES_128_CBC_SHA);
  const Bytes first_iv = version == Version::tls10 ? Bytes(iv) : Bytes();
  auto protection = *record::make_protection12(suite, version, {mac_key, key, first_iv}, false);
  auto opened = support::open(*protection, ContentType::application_data, version, 0, record);
  if (opened) return {};
  return opened.error().fault;
}

// POODLE against TLS, CVE-2014-8730: every byte of a padding is looked at, whatever its length.
TEST(PoodleTls, EveryPaddingByteIsChecked) {
  const Buffer content(40, 'x');
  for (auto version : {Version::tls10, Version::tls11, Version::tls12})
    for (size_t length = block - (content.size() + mac_size) % block; length <= 256; length += block) {
      const Buffer padding(length, static_cast<uint8_t>(length - 1));
      ASSERT_EQ(refusal(version, forged(version, content, padding)), std::nullopt) << length;
      for (size_t at = 0; at < length; ++at)
        for (auto flip : Buffer{0x01, 0x80}) {
          auto wrong = padding;
          wrong[at] = static_cast<uint8_t>(wrong[at] ^ flip);
          ASSERT_EQ(refusal(version, forged(version, content, wrong)), Fault::bad_record_mac) << length << " " << at;
        }
    }
}

// Padding oracle (Vaudenay 2002, CVE-2003-0078) and Lucky Thirteen, CVE-2013-0169: a bad padding, a bad MAC, both, and a padding longer
// than the record are one fault, with one alert.
TEST(Lucky13, PaddingAndMacAreOneFault) {
  const Buffer content(40, 'x'), right(4, 3);
  for (auto version : {Version::tls10, Version::tls11, Version::tls12}) {
    ASSERT_EQ(refusal(version, forged(version, content, right)), std::nullopt);
    for (const auto& padding : {right, Buffer{1, 2, 3, 3}, Buffer(4, 0xff), Buffer(4, 4)})
      for (bool mac_is_right : {true, false})
        if (padding != right || !mac_is_right) {
          EXPECT_EQ(refusal(version, forged(version, content, padding, mac_is_right)), Fault::bad_record_mac);
        }
  }
  EXPECT_EQ(info(Fault::bad_record_mac).alert, Alert::bad_record_mac);   // and never decryption_failed
}

/// Lengths of the application data records that a side sends.
struct Lengths : Sink {
  void event(const Origin& origin, const Event& event) override {
    auto record = std::get_if<RecordEvent>(&event);
    if (record && record->direction == Direction::sent && record->content_type == 23)
      lengths[origin.side == Side::client].push_back(record->plaintext.size());
  }
  std::array<std::vector<size_t>, 2> lengths;
};

// BEAST, CVE-2011-3389: in TLS 1.0 a write begins with a record of one byte, whose MAC hides the next IV.
TEST(Beast, DataBeginsWithARecordOfOneByte) {
  const Scene scene(scenario("TLS 1.0 ECDHE"));
  Lengths sent;
  auto pair = *scene.begin(&sent);
  pair.pump();
  for (auto* end : {&pair.client, &pair.server})
    for (size_t size : {1, 2, 100}) ASSERT_TRUE(end->write(Buffer(size, 'x')));
  const std::vector<size_t> split = {1, 1, 1, 1, 99};
  EXPECT_EQ(sent.lengths[0], split);
  EXPECT_EQ(sent.lengths[1], split);
}

}  // namespace
}  // namespace handfast
