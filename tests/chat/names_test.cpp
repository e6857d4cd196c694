#include "chat/names.hpp"

#include <gtest/gtest.h>

#include "chat/identity.hpp"

namespace handfast::chat {
namespace {

TEST(Names, CaseMapping) {
  EXPECT_EQ(fold("Ab[]\\~Z"), "ab[]\\~z");
  EXPECT_TRUE(same_name("ALICE", "alice"));
  EXPECT_FALSE(same_name("a[", "a{"));  // ascii, not rfc1459
  EXPECT_FALSE(same_name("a", "ab"));
}

TEST(Names, Channels) {
  for (const char* good : {"#a", "##", "#caf\xc3\xa9", "#a:b"}) EXPECT_TRUE(legal_channel(good)) << good;
  for (const char* bad : {"", "#", "a", "&a", "#a b", "#a,b", "#a\x07", "#a\x7f"}) EXPECT_FALSE(legal_channel(bad));
  EXPECT_TRUE(legal_channel("#" + std::string(channel_limit - 1, 'x')));
  EXPECT_FALSE(legal_channel("#" + std::string(channel_limit, 'x')));
}

TEST(Names, Masks) {
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("*!*@192.0.2.*", "bob!bob@192.0.2.1"));
  EXPECT_TRUE(matches("B?b!*@*", "bob!x@y"));
  EXPECT_FALSE(matches("b?b!*@*", "bb!x@y"));
  EXPECT_TRUE(matches("a*b*c", "axxbxxbxc"));
  EXPECT_FALSE(matches("a*b*c", "axxbxxbx"));
  EXPECT_FALSE(matches("", "x"));
  EXPECT_EQ(complete_mask("bob"), "bob!*@*");
  EXPECT_EQ(complete_mask("x@y"), "*!x@y");
  EXPECT_EQ(complete_mask("a!b"), "a!b@*");
  EXPECT_EQ(complete_mask("a!b@c"), "a!b@c");
}

std::string refusal(std::string_view common_name, std::string_view fingerprint = std::string(64, 'a'),
                    std::string_view address = "192.0.2.1") {
  const auto made = identity_from(common_name, fingerprint, address);
  return made ? "" : made.error();
}

TEST(Identity, FromCertificate) {
  const auto made = identity_from("Alice-1", std::string(60, 'A') + "0123", "::1");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->account, "Alice-1");
  EXPECT_EQ(made->fingerprint_sha256, std::string(60, 'a') + "0123");
  EXPECT_EQ(made->host, "0::1");  // a parameter may not begin with ':'
  std::string colons = "AA";
  for (int i = 0; i < 31; ++i) colons += ":AA";
  EXPECT_EQ(identity_from("bob", colons, "192.0.2.1")->fingerprint_sha256, std::string(64, 'a'));
}

TEST(Identity, RefusalsSayWhy) {
  EXPECT_EQ(refusal(""),
            "the client certificate has no common name, which is the account name: issue one whose subject has a CN");
  EXPECT_EQ(refusal("Alice Liddell"),
            "the certificate's common name \"Alice Liddell\" is no legal nick: issue one whose CN begins with a letter "
            "or one of []\\`_^{|} and goes on with those, digits and '-'");
  EXPECT_NE(refusal("1st").find("is no legal nick"), std::string::npos);
  EXPECT_NE(refusal("a\nb").find("\"a?b\""), std::string::npos);
  EXPECT_NE(refusal(std::string(nick_limit + 1, 'x')).find("has 33 bytes, an account name at most 32"),
            std::string::npos);
  EXPECT_NE(refusal("alice", "abc").find("not 64 hex digits"), std::string::npos);
  EXPECT_NE(refusal("alice", std::string(64, 'a'), "a b").find("is no address"), std::string::npos);
  EXPECT_NE(refusal("alice", std::string(64, 'a'), "").find("is no address"), std::string::npos);
}

}  // namespace
}  // namespace handfast::chat
