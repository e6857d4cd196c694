#include <trace/json.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <trace/handshake_story.hpp>
#include <trace/json_writer.hpp>

namespace handfast::trace {
namespace {

using nlohmann::json;

template <class Tell>
std::vector<json> traced(Tell tell, JsonTrace::Options options = {}) {
  std::vector<json> lines;
  JsonTrace sink(
      [&](std::string_view line) {
        EXPECT_TRUE(line.ends_with('\n') && line.find('\n') == line.size() - 1);
        lines.push_back(json::parse(line));
      },
      options);
  HandshakeStory story(sink);
  tell(story);
  return lines;
}

TEST(JsonTrace, EveryLineSaysWhereItComesFrom) {
  const auto lines = traced([](HandshakeStory& story) { story.mutual_handshake(); });
  EXPECT_GT(lines.size(), 30u);
  for (const auto& line : lines) {
    EXPECT_EQ(line.at("connection"), 1);
    EXPECT_TRUE(line.at("side") == "client" || line.at("side") == "server");
    EXPECT_GT(line.at("time_ns"), 0);
    EXPECT_TRUE(line.at("event").is_string());
  }
}

TEST(JsonTrace, MessageWithItsFields) {
  const auto line = traced([](HandshakeStory& story) {
                      story.message(Side::client, HandshakeStory::client_hello(), 4);
                    }).front();
  EXPECT_EQ(line["event"], "message");
  EXPECT_EQ(line["direction"], "sent");
  EXPECT_EQ(line["name"], "ClientHello");
  EXPECT_EQ(line["content_type"], 22);
  EXPECT_EQ(line["handshake_type"], 1);
  EXPECT_EQ(line["body_length"], 4);
  EXPECT_FALSE(line.contains("body"));
  const auto& fields = line["fields"];
  EXPECT_EQ(fields["client_version"], json::parse(R"({"value": 771, "name": "TLS 1.2"})"));
  EXPECT_EQ(fields["random"], std::string(64, '0'));
  EXPECT_EQ(fields["cipher_suites"][2], json::parse(R"({"value": 2570, "name": "GREASE"})"));
  EXPECT_EQ(fields["extensions"]["server_name"]["server_name_list"]["host_name"], "chat.example");
}

TEST(JsonTrace, ListsOfStructures) {
  const Buffer value{0xab, 0xcd};
  auto hello = HandshakeStory::client_hello();
  auto& shares = hello.extensions.add<extensions::KeyShares>().client_shares;
  for (auto group : {Group::x25519, Group::secp256r1}) {
    extensions::KeyShareEntry share;
    share.group = group;
    share.key_exchange.bytes = value;
    shares.add(share);
  }
  const auto line = traced([&](HandshakeStory& story) { story.message(Side::client, hello, 4); }).front();
  const auto& shown = line["fields"]["extensions"]["key_share"]["client_shares"];
  ASSERT_TRUE(shown.is_array());
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[1]["group"]["name"], "secp256r1");
  EXPECT_EQ(shown[1]["key_exchange"], "abcd");
}

TEST(JsonTrace, BodiesAndDataOnlyWhenAsked) {
  auto tell = [](HandshakeStory& story) {
    story.message(Side::client, HandshakeStory::client_hello(), 2);
    story.application_data(Side::client, "hi");
  };
  const auto without = traced(tell);
  EXPECT_FALSE(without[2].contains("plaintext"));
  EXPECT_EQ(without[2]["plaintext_length"], 2);
  EXPECT_EQ(without[2]["content_type_name"], "application_data");
  const auto with = traced(tell, {.message_bodies = true, .application_data = true});
  EXPECT_EQ(with[0]["body"], "abab");
  EXPECT_EQ(with[2]["plaintext"], "6869");
}

TEST(JsonTrace, RefusedMessageHasNoFields) {
  const auto line = traced([](HandshakeStory& story) {
                      story.tell(Side::client, MessageEvent{Direction::received, "ServerHello", 22, 2, {}, {}});
                    }).front();
  EXPECT_TRUE(line["fields"].is_null());
}

TEST(JsonTrace, CertificateAlertAndFault) {
  const auto lines = traced([](HandshakeStory& story) {
    story.tell_server = false;
    story.refused_certificate();
  });
  const auto& verdict = lines[lines.size() - 3];
  EXPECT_EQ(verdict["event"], "certificate");
  EXPECT_EQ(verdict["accepted"], false);
  EXPECT_EQ(verdict["chain"][0]["subject"], "CN=other.example");
  EXPECT_EQ(verdict["failed"].size(), 3u);
  EXPECT_EQ(verdict["failed"][1]["id"], "certificate.name_mismatch");
  const auto& alert = lines[lines.size() - 2];
  EXPECT_EQ(alert["event"], "alert");
  EXPECT_EQ(alert["alert"], json::parse(R"({"number": 45, "name": "certificate_expired"})"));
  EXPECT_EQ(alert["level_name"], "fatal");
  EXPECT_EQ(alert["protected"], false);
  const auto& fault = lines.back();
  EXPECT_EQ(fault["id"], "certificate.expired");
  EXPECT_EQ(fault["who"], "local");
  EXPECT_EQ(fault["facts"].size(), 2u);
}

/// Two fields of one name, as two extensions of unknown types have.
TEST(JsonTrace, KeysOfAnObjectDiffer) {
  auto walk = [](const void*, FieldVisitor& visitor) {
    for (uint64_t value : {1, 2, 3}) visitor.number("unknown", value, 1, "");
  };
  const auto line = traced([&](HandshakeStory& story) {
                      story.tell(Side::client, MessageEvent{Direction::sent, "X", 22, 1, {}, Fields(&story, walk)});
                    }).front();
  EXPECT_EQ(line["fields"].size(), 3u);
  EXPECT_EQ(line["fields"]["unknown"]["value"], 1);
  EXPECT_EQ(line["fields"]["unknown_3"]["value"], 3);
}

TEST(JsonWriter, EveryByteStringBecomesValidJson) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  JsonWriter writer;
  writer.open_object().add(all, all).add("ok", "\u00e9\"\\").close();
  const auto parsed = json::parse(writer.text());
  EXPECT_EQ(parsed["ok"], "\u00e9\"\\");
  EXPECT_EQ(writer.text().find_first_of("\n\r\t\x1b\x7f"), std::string::npos);
  const auto text = parsed.begin().key() == "ok" ? std::next(parsed.begin()).key() : parsed.begin().key();
  EXPECT_EQ(text.substr(0, 128), all.substr(0, 128));
  EXPECT_NE(text.find("\ufffd"), text.npos);
}

}  // namespace
}  // namespace handfast::trace
