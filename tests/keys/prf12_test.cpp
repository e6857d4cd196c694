// The PRF of TLS 1.2 against the vectors that the IETF's TLS list published for SHA-256 and SHA-384
// (mailarchive.ietf.org/arch/msg/tls/fzVCzk-z3FShgGJ6DOXqM1ydxms).
#include <gtest/gtest.h>

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

TEST(Prf12, SeedMayComeInTwoParts) {
  Buffer whole(70), parts(70);
  auto secret = from_hex("0102");
  keys::prf12(catalog::Prf::sha256, secret, "label", from_hex("aabbcc"), {}, whole);
  keys::prf12(catalog::Prf::sha256, secret, "label", from_hex("aa"), from_hex("bbcc"), parts);
  EXPECT_EQ(whole, parts);
}

}  // namespace
}  // namespace handfast
