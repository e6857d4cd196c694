#include <crypto/cbc_hmac.hpp>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <support/vectors.hpp>

namespace handfast::crypto {
namespace {

using enum HashAlgorithm;
using enum CbcCipher;

struct Row {
  HashAlgorithm hash;
  CbcCipher cipher;
  MacOrder order;
  bool chained = false;   // as in TLS 1.0

  size_t carried() const { return chained ? 0 : 16; }   // bytes of IV
};

void PrintTo(const Row& row, std::ostream* out) {
  constexpr const char* names[] = {"AES-128", "AES-256", "Camellia-128", "Camellia-256"};
  *out << (row.order == MacOrder::mac_then_encrypt ? "MAC-then-encrypt, " : "encrypt-then-MAC, ") << names[int(row.cipher)];
}

const EVP_CIPHER* native(CbcCipher cipher) {
  const EVP_CIPHER* const ciphers[] = {EVP_aes_128_cbc(), EVP_aes_256_cbc(), EVP_camellia_128_cbc(), EVP_camellia_256_cbc()};
  return ciphers[int(cipher)];
}

const Buffer first_iv(16, 0x33);

constexpr MacHeader header = {0, 0, 0, 0, 0, 0, 0, 5, 23, 3, 3};

// libcrypto's one-shot calls, beside the code under test.
struct Reference {
  Row row;
  Buffer mac_key, key;

  Buffer mac(size_t length, Bytes content) const {
    auto covered = Buffer(header.begin(), header.end() - 2);
    covered.push_back(static_cast<uint8_t>(length >> 8));
    covered.push_back(static_cast<uint8_t>(length));
    covered.insert(covered.end(), content.begin(), content.end());
    constexpr const char* names[] = {"SHA1", "SHA256", "SHA384"};
    Buffer out(digest_size(row.hash));
    size_t written = 0;
    EXPECT_NE(EVP_Q_mac(nullptr, "HMAC", nullptr, names[int(row.hash)], nullptr, mac_key.data(), mac_key.size(),
                        covered.data(), covered.size(), out.data(), out.size(), &written),
              nullptr);
    return out;
  }

  Buffer cbc(Bytes iv, Bytes text, int encrypt) const {
    auto context = EVP_CIPHER_CTX_new();
    Buffer out(text.size());
    int written = 0;
    EVP_CipherInit_ex(context, native(row.cipher), nullptr, key.data(), iv.data(), encrypt);
    EVP_CIPHER_CTX_set_padding(context, 0);
    EXPECT_EQ(EVP_CipherUpdate(context, out.data(), &written, text.data(), int(text.size())), 1);
    EVP_CIPHER_CTX_free(context);
    return out;
  }

  // A record whose padding is `padding`, its length byte included, and whose MAC has `flip` added to its first byte.
  Buffer seal(Bytes content, Bytes padding, uint8_t flip = 0) const {
    Buffer iv = row.chained ? first_iv : Buffer(16, 0x42), text(content.begin(), content.end());
    bool mac_first = row.order == MacOrder::mac_then_encrypt;
    auto add_mac = [&](Buffer& to, const Buffer& tag) {
      to.insert(to.end(), tag.begin(), tag.end());
      to[to.size() - tag.size()] ^= flip;
    };
    if (mac_first) add_mac(text, mac(content.size(), content));
    text.insert(text.end(), padding.begin(), padding.end());
    Buffer sealed(iv.begin(), iv.begin() + long(row.carried()));
    auto encrypted = cbc(iv, text, 1);
    sealed.insert(sealed.end(), encrypted.begin(), encrypted.end());
    if (!mac_first) add_mac(sealed, mac(sealed.size(), sealed));
    return sealed;
  }
};

class CbcHmacTest : public testing::TestWithParam<Row> {
 protected:
  Reference reference{GetParam(), Buffer(digest_size(GetParam().hash), 0x11), Buffer(key_size(GetParam().cipher), 0x22)};
  std::unique_ptr<CbcHmac> make() const {
    const auto& row = GetParam();
    auto iv = row.chained ? Bytes(first_iv) : Bytes{};
    return std::move(*CbcHmac::make({row.cipher, row.hash, reference.mac_key, reference.key, iv}, row.order));
  }
  std::unique_ptr<CbcHmac> cbc = make();
  // What stands before the padding in the encrypted part.
  size_t before_padding(size_t content) const {
    return content + (GetParam().order == MacOrder::mac_then_encrypt ? digest_size(GetParam().hash) : 0);
  }
  size_t smallest_padding(size_t content) const { return 16 - before_padding(content) % 16; }
  // As the first record: what TLS 1.0 has refused opens nothing any more.
  std::optional<Buffer> open(Buffer sealed) { return open(*make(), std::move(sealed)); }
  static std::optional<Buffer> open(CbcHmac& with, Buffer sealed) {
    auto content = with.open(sealed, header);
    if (!content) return {};
    return Buffer(content->begin(), content->end());
  }
};

// TLS 1.0: the last block of a record is the IV of the next.
class ChainedCbcHmacTest : public CbcHmacTest {};

TEST_P(CbcHmacTest, RoundTripOfEverySize) {
  Buffer message(16384);
  for (size_t i = 0; i < message.size(); ++i) message[i] = static_cast<uint8_t>(i);
  auto opening = make();
  for (size_t size = 0; size <= message.size(); size += size < 300 ? 1 : 1237) {
    Buffer sealed(cbc->sealed_size(size) + 1, 0xee);
    ASSERT_TRUE(cbc->seal(sealed.data(), header, Bytes(message).first(size)).has_value());
    ASSERT_EQ(sealed.back(), 0xee);
    sealed.pop_back();
    auto content = open(*opening, sealed);
    ASSERT_TRUE(content.has_value()) << size;
    ASSERT_TRUE(std::equal(content->begin(), content->end(), message.begin(), message.begin() + long(size)));
  }
}

TEST_P(CbcHmacTest, SealsWhatTheReferenceSays) {
  Buffer message(53, 0x61);
  Buffer sealed(cbc->sealed_size(message.size()));
  ASSERT_TRUE(cbc->seal(sealed.data(), header, message).has_value());
  auto padding = smallest_padding(message.size());
  auto text = Bytes(sealed).subspan(GetParam().carried(), before_padding(message.size()) + padding);
  auto plain = reference.cbc(GetParam().chained ? Bytes(first_iv) : Bytes(sealed).first(16), text, 0);
  auto expected = message;
  if (GetParam().order == MacOrder::mac_then_encrypt) {
    auto mac = reference.mac(message.size(), message);
    expected.insert(expected.end(), mac.begin(), mac.end());
  } else {
    auto covered = Bytes(sealed).first(sealed.size() - digest_size(GetParam().hash));
    EXPECT_EQ(test::to_hex(reference.mac(covered.size(), covered)), test::to_hex(Bytes(sealed).subspan(covered.size())));
  }
  expected.insert(expected.end(), padding, static_cast<uint8_t>(padding - 1));
  EXPECT_EQ(test::to_hex(plain), test::to_hex(expected));
}

TEST_P(CbcHmacTest, EverySealHasItsOwnIv) {
  Buffer message(20), first(cbc->sealed_size(20)), second(first.size());
  ASSERT_TRUE(cbc->seal(first.data(), header, message).has_value());
  ASSERT_TRUE(cbc->seal(second.data(), header, message).has_value());
  EXPECT_NE(Buffer(first.begin(), first.begin() + 16), Buffer(second.begin(), second.begin() + 16));
}

// RFC 2246 section 6.2.3.2: without the MACs that stand between them, all records are one text of CBC under the first IV.
TEST_P(ChainedCbcHmacTest, RecordsAreOneText) {
  auto opening = make();
  Buffer encrypted, expected;
  bool mac_first = GetParam().order == MacOrder::mac_then_encrypt;
  for (size_t size : {1, 40, 0, 16, 7}) {
    Buffer message(size, static_cast<uint8_t>(size)), sealed(cbc->sealed_size(size));
    ASSERT_TRUE(cbc->seal(sealed.data(), header, message).has_value());
    auto text = Bytes(sealed).first(sealed.size() - (mac_first ? 0 : digest_size(GetParam().hash)));
    encrypted.insert(encrypted.end(), text.begin(), text.end());
    expected.insert(expected.end(), message.begin(), message.end());
    if (mac_first) {
      auto mac = reference.mac(size, message);
      expected.insert(expected.end(), mac.begin(), mac.end());
    }
    auto padding = smallest_padding(size);
    expected.insert(expected.end(), padding, static_cast<uint8_t>(padding - 1));
    EXPECT_EQ(open(*opening, sealed), message) << size;
  }
  EXPECT_EQ(test::to_hex(reference.cbc(first_iv, encrypted, 0)), test::to_hex(expected));
}

TEST_P(ChainedCbcHmacTest, RecordsOpenInTheirOrderAlone) {
  Buffer message(40, 0x61), first(cbc->sealed_size(40)), second(first.size());
  ASSERT_TRUE(cbc->seal(first.data(), header, message).has_value());
  ASSERT_TRUE(cbc->seal(second.data(), header, message).has_value());
  auto opened = open(second);
  // The first block comes out wrong, and only a MAC over the content can tell.
  EXPECT_TRUE(!opened || (GetParam().order == MacOrder::encrypt_then_mac && *opened != message));
}

TEST_P(CbcHmacTest, OpensEveryPaddingThatIsAllowed) {
  Buffer message(53, 0x61);
  for (auto padding = smallest_padding(message.size()); padding <= 256; padding += 16) {
    auto sealed = reference.seal(message, Buffer(padding, static_cast<uint8_t>(padding - 1)));
    EXPECT_EQ(open(sealed), message) << padding;
  }
}

TEST_P(CbcHmacTest, RefusesEveryWrongPadding) {
  Buffer message(53, 0x61);
  for (auto padding = smallest_padding(message.size()); padding <= 256; padding += 16) {
    for (size_t wrong = 0; wrong < padding; ++wrong) {
      Buffer bytes(padding, static_cast<uint8_t>(padding - 1));
      bytes[wrong] ^= 0x80;
      ASSERT_FALSE(open(reference.seal(message, bytes)).has_value()) << padding << " " << wrong;
    }
  }
}

TEST_P(CbcHmacTest, RefusesAPaddingLongerThanTheRecord) {
  auto padding = smallest_padding(0);
  for (int length = 0; length < 256; ++length) {
    Buffer bytes(padding, static_cast<uint8_t>(length));
    bool right = size_t(length) + 1 == padding;
    auto opened = open(reference.seal({}, bytes));
    // Encrypt-then-MAC has only the padding to take off: a shorter one leaves the rest as content.
    if (right || (GetParam().order == MacOrder::encrypt_then_mac && size_t(length) < padding))
      EXPECT_EQ(opened, Buffer(padding - size_t(length) - 1, static_cast<uint8_t>(length))) << length;
    else
      EXPECT_FALSE(opened.has_value()) << length;
  }
}

TEST_P(CbcHmacTest, RefusesAWrongMac) {
  for (size_t size : {0, 1, 15, 16, 53, 1000}) {
    Buffer message(size, 0x61);
    auto padding = smallest_padding(size);
    Buffer bytes(padding, static_cast<uint8_t>(padding - 1));
    EXPECT_TRUE(open(reference.seal(message, bytes)).has_value());
    EXPECT_FALSE(open(reference.seal(message, bytes, 1)).has_value());
  }
}

TEST_P(CbcHmacTest, RefusesEveryAlteredBit) {
  Buffer message(33, 0x61), sealed(cbc->sealed_size(33));
  ASSERT_TRUE(cbc->seal(sealed.data(), header, message).has_value());
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto altered = sealed;
    altered[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    // The IV of MAC-then-encrypt is outside the MAC, but changes the first block of what the MAC covers.
    ASSERT_FALSE(open(altered).has_value()) << bit;
  }
  EXPECT_EQ(open(sealed), message);
}

TEST_P(CbcHmacTest, RefusesEveryCutAndOtherHeader) {
  Buffer message(33, 0x61), sealed(cbc->sealed_size(33));
  ASSERT_TRUE(cbc->seal(sealed.data(), header, message).has_value());
  for (size_t size = 0; size < sealed.size(); ++size)
    ASSERT_FALSE(open(Buffer(sealed.begin(), sealed.begin() + long(size))).has_value()) << size;
  for (size_t byte = 0; byte < 11; ++byte) {
    auto other = header;
    other[byte] ^= 1;
    auto copy = sealed;
    ASSERT_FALSE(make()->open(copy, other).has_value()) << byte;
  }
}

TEST_P(CbcHmacTest, LeavesNothingDecryptedOfWhatItRefuses) {
  Buffer message(53, 0x61);
  auto padding = smallest_padding(53);
  auto sealed = reference.seal(message, Buffer(padding, static_cast<uint8_t>(padding - 1)), 1);
  auto untouched = sealed;
  EXPECT_FALSE(make()->open(sealed, header).has_value());
  // With encrypt-then-MAC nothing is decrypted before the MAC is right.
  EXPECT_EQ(sealed, GetParam().order == MacOrder::encrypt_then_mac ? untouched : Buffer(sealed.size()));
}

std::string row_name(const testing::TestParamInfo<Row>& at) {
  constexpr const char* names[] = {"Sha1", "Sha256", "Sha384"};
  constexpr const char* ciphers[] = {"Aes128", "Aes256", "Camellia128", "Camellia256"};
  return std::string(at.param.order == MacOrder::mac_then_encrypt ? "MacThenEncrypt" : "EncryptThenMac") +
         ciphers[int(at.param.cipher)] + names[int(at.param.hash)] + (at.param.chained ? "Chained" : "");
}

constexpr auto mte = MacOrder::mac_then_encrypt, etm = MacOrder::encrypt_then_mac;
const auto chained_rows = testing::Values(Row{sha1, aes_128, mte, true}, Row{sha1, aes_256, mte, true},
                                          Row{sha1, camellia_128, mte, true}, Row{sha1, aes_128, etm, true},
                                          Row{sha1, camellia_256, etm, true});
INSTANTIATE_TEST_SUITE_P(Rows, CbcHmacTest,
                         testing::Values(Row{sha1, aes_128, mte}, Row{sha1, aes_256, mte}, Row{sha256, aes_128, mte},
                                         Row{sha256, aes_256, mte}, Row{sha384, aes_256, mte}, Row{sha1, aes_128, etm},
                                         Row{sha256, aes_128, etm}, Row{sha384, aes_256, etm},
                                         Row{sha1, camellia_128, mte}, Row{sha256, camellia_256, mte},
                                         Row{sha384, camellia_256, etm}),
                         row_name);
INSTANTIATE_TEST_SUITE_P(Chained, CbcHmacTest, chained_rows, row_name);
INSTANTIATE_TEST_SUITE_P(Rows, ChainedCbcHmacTest, chained_rows, row_name);

TEST(CbcHmac, RefusesKeysOfTheWrongLength) {
  const Buffer bytes(64);
  auto made = [&](HashAlgorithm hash, size_t mac_key, size_t key, size_t iv) {
    auto first = [&](size_t size) { return Bytes(bytes).first(size); };
    return CbcHmac::make({aes_128, hash, first(mac_key), first(key), first(iv)}, mte).has_value();
  };
  EXPECT_TRUE(made(sha256, 32, 16, 0));
  EXPECT_TRUE(made(sha1, 20, 16, 16));
  EXPECT_FALSE(made(sha256, 32, 24, 0));
  EXPECT_FALSE(made(sha256, 20, 16, 0));
  EXPECT_FALSE(made(sha1, 20, 16, 8));
  // No suite has CBC with these.
  EXPECT_FALSE(made(sha512, 64, 16, 0));
  EXPECT_FALSE(made(md5, 16, 16, 0));
  EXPECT_FALSE(made(md5_sha1, 36, 16, 0));
}

}  // namespace
}  // namespace handfast::crypto
