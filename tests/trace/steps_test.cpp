#include <trace/steps.hpp>

#include <gtest/gtest.h>
#include <sstream>
#include <trace/handshake_story.hpp>
#include <trace/ladder.hpp>

namespace handfast::trace {
namespace {

template <class Tell>
std::string drawn(Tell tell) {
  std::string text;
  Ladder ladder([&](std::string_view line) { text += line; }, {.steps = true});
  HandshakeStory story(ladder);
  tell(story);
  return text;
}

void expect_in_order(std::string_view text, std::initializer_list<std::string_view> labels) {
  size_t at = 0;
  for (auto label : labels) {
    const auto found = text.find(" " + std::string(label) + " ", at);
    ASSERT_NE(found, text.npos) << label << '\n' << text;
    at = found + label.size();
  }
}

TEST(Steps, FourteenOfAMutualHandshakeAndItsFirstData) {
  const auto text = drawn([](HandshakeStory& story) {
    story.mutual_handshake();
    story.application_data(Side::client, "one");
    story.application_data(Side::server, "two");
  });
  expect_in_order(text, {"1 Client Hello", "2 Server Hello", "3 Certificate", "4 Server Key Exchange",
                         "5 Certificate Request", "6 Server Hello Done", "7 Certificate", "8 Client Key Exchange",
                         "9 Certificate Verify", "10 Change Cipher Spec", "11 Finished", "12 Change Cipher Spec",
                         "13 Finished", "14 Encrypted Data", "Encrypted Data"});
  EXPECT_EQ(text.find(" 15 "), text.npos);
}

TEST(Steps, WhatStaticRsaLeavesOutHasItsNumber) {
  Steps steps;
  Field hello;
  hello.members.push_back({"cipher_suite", Field::Kind::number, 0x002f, 2, "", "", {}});
  steps.look_at("ServerHello", hello);
  for (auto message : {"ClientHello", "ServerHello", "Certificate", "CertificateRequest"}) {
    EXPECT_FALSE(steps.skipped_before(message));
    steps.next(message);
  }
  const auto skipped = steps.skipped_before("ServerHelloDone");
  ASSERT_TRUE(skipped);
  EXPECT_EQ(skipped->label, "5 Server Key Exchange");
  EXPECT_NE(skipped->reason.find("RSA key"), std::string::npos);
  EXPECT_EQ(steps.next("ServerHelloDone"), "6 Server Hello Done");
}

TEST(Steps, ASuiteThatIsNotKnownLeavesNothingOut) {
  Steps steps;
  Field hello;
  hello.members.push_back({"cipher_suite", Field::Kind::number, 0x0004, 2, "", "", {}});
  steps.look_at("ServerHello", hello);
  EXPECT_FALSE(steps.skipped_before("ServerHelloDone"));
}

TEST(Steps, AnotherHandshakeOnTheConnectionCountsAnew) {
  const auto text = drawn([](HandshakeStory& story) {
    story.mutual_handshake();
    story.application_data(Side::client, "one");
    story.mutual_handshake();
    story.application_data(Side::client, "two");
  });
  expect_in_order(text, {"1 Client Hello", "13 Finished", "14 Encrypted Data", "1 Client Hello", "2 Server Hello",
                         "13 Finished", "14 Encrypted Data"});
}

TEST(Steps, TheFieldsThatMatterStandBesideEach) {
  const auto text = drawn([](HandshakeStory& story) { story.mutual_handshake(); });
  for (auto expected : {"client_version TLS 1.2", "random 00000000... (32 bytes)", "session_id empty",
                        "public 11111111... (32 bytes)", "signs both randoms", "not a readable certificate",
                        "certificate_types ecdsa_sign", "authority ", "signs all messages so far", "verify_data "})
    EXPECT_NE(text.find(expected), text.npos) << expected << '\n' << text;
}

}  // namespace
}  // namespace handfast::trace
