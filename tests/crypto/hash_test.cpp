#include <crypto/hash.hpp>

#include <gtest/gtest.h>

#include <support/vectors.hpp>

namespace handfast::crypto {
namespace {

using test::from_hex;
using test::to_hex;
using enum HashAlgorithm;

std::string hex_hash(HashAlgorithm algorithm, std::string_view text) {
  return to_hex(hash(algorithm, as_bytes(text)).view());
}

// FIPS 180-4 examples.
TEST(Hash, KnownAnswers) {
  EXPECT_EQ(hex_hash(sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_hash(sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_hash(sha256, ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_hash(sha384, "abc"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(hex_hash(sha512, "abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

// RFC 1321 section A.5, and both hashes of TLS 1.0 and 1.1, one behind the other.
TEST(Hash, Md5AndWithSha1) {
  EXPECT_EQ(hex_hash(md5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex_hash(md5, "message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  for (auto text : {"", "abc", "message digest"})
    EXPECT_EQ(hex_hash(md5_sha1, text), hex_hash(md5, text) + hex_hash(sha1, text));
  Hash running(md5_sha1);
  running.update(as_bytes("ab"));
  auto copy = running.copy();
  copy.update(as_bytes("c"));
  EXPECT_EQ(to_hex(copy.peek().view()), hex_hash(md5_sha1, "abc"));
  EXPECT_EQ(to_hex(running.peek().view()), hex_hash(md5_sha1, "ab"));
}

TEST(Hash, PeekLeavesTheHashRunning) {
  Hash running(sha256);
  EXPECT_EQ(to_hex(running.peek().view()), hex_hash(sha256, ""));
  running.update(as_bytes("a"));
  EXPECT_EQ(to_hex(running.peek().view()), hex_hash(sha256, "a"));
  running.update(as_bytes("bc"));
  EXPECT_EQ(to_hex(running.peek().view()), hex_hash(sha256, "abc"));
  EXPECT_EQ(to_hex(running.peek().view()), hex_hash(sha256, "abc"));
}

TEST(Hash, Moves) {
  Hash first(sha384);
  first.update(as_bytes("ab"));
  Hash second(std::move(first));
  second.update(as_bytes("c"));
  Hash third(sha1);
  third = std::move(second);
  EXPECT_EQ(third.algorithm(), sha384);
  EXPECT_EQ(to_hex(third.peek().view()), hex_hash(sha384, "abc"));
}

std::string hex_hmac(HashAlgorithm algorithm, Bytes key, Bytes message) {
  Hmac hmac(algorithm, key);
  Buffer out(hmac.size());
  hmac.compute({message}, out);
  auto first = to_hex(out);
  auto half = message.size() / 2;
  hmac.compute({message.first(half), {}, message.subspan(half)}, out);
  EXPECT_EQ(to_hex(out), first);
  return first;
}

struct HmacVector {
  Buffer key, message;
  std::string_view sha256, sha384, sha512;
};

Buffer bytes(std::string_view text) { return Buffer(text.begin(), text.end()); }

// RFC 4231 section 4, all but the truncated one.
const HmacVector rfc4231[] = {
    {Buffer(20, 0x0b), bytes("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
     "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
     "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
     "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
    {bytes("Jefe"), bytes("what do ya want for nothing?"),
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
     "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
     "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
    {Buffer(20, 0xaa), Buffer(50, 0xdd), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
     "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27",
     "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
     "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"},
    {from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), Buffer(50, 0xcd),
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
     "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb",
     "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
     "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"},
    {Buffer(131, 0xaa), bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
     "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
     "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
     "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
    {Buffer(131, 0xaa),
     bytes("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
           "hashed before being used by the HMAC algorithm."),
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
     "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e",
     "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
     "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"},
};

TEST(Hmac, Rfc4231) {
  for (const auto& vector : rfc4231) {
    EXPECT_EQ(hex_hmac(sha256, vector.key, vector.message), vector.sha256);
    EXPECT_EQ(hex_hmac(sha384, vector.key, vector.message), vector.sha384);
    EXPECT_EQ(hex_hmac(sha512, vector.key, vector.message), vector.sha512);
  }
}

// RFC 2202 section 3.
TEST(Hmac, Sha1) {
  EXPECT_EQ(hex_hmac(sha1, Buffer(20, 0x0b), as_bytes("Hi There")), "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(hex_hmac(sha1, as_bytes("Jefe"), as_bytes("what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

// RFC 2202 section 2.
TEST(Hmac, Md5) {
  EXPECT_EQ(hex_hmac(md5, Buffer(16, 0x0b), as_bytes("Hi There")), "9294727a3638bb1c13f48ef8158bfc9d");
  EXPECT_EQ(hex_hmac(md5, as_bytes("Jefe"), as_bytes("what do ya want for nothing?")),
            "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(hex_hmac(md5, Buffer(80, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")),
            "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
}

TEST(Hmac, OutputMayBeAPart) {
  Hmac hmac(sha256, as_bytes("key"));
  Buffer separate(32), in_place = from_hex(std::string(64, 'a'));
  hmac.compute({in_place}, separate);
  hmac.compute({in_place}, in_place);
  EXPECT_EQ(in_place, separate);
}

TEST(Hmac, EmptyKeyAndMessage) {
  EXPECT_EQ(hex_hmac(sha256, {}, {}), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

}  // namespace
}  // namespace handfast::crypto
