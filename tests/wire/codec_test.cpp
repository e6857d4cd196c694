// The presentation language: what is read is what was written, bounds hold, nothing is left over.
#include <gtest/gtest.h>

#include <messages/certificate.hpp>
#include <messages/hello.hpp>
#include <wire/codec.hpp>
#include <wire/printer.hpp>

namespace handfast::wire {
namespace {

using namespace messages;

ClientHello sample_hello() {
  ClientHello hello;
  hello.random.fill(7);
  hello.session_id.bytes = Buffer(32, 9);
  hello.cipher_suites.items = default_suites();
  hello.compression_methods.items = {CompressionMethod::null};
  hello.extensions.add<extensions::ServerName>().server_name_list.entry.host_name.text = "example.org";
  hello.extensions.add<extensions::SupportedGroups>().named_group_list.items = default_groups();
  hello.extensions.add<extensions::SessionTicket>().ticket.bytes = {1, 2, 3};
  auto& protocols = hello.extensions.add<extensions::ApplicationProtocols>().protocol_name_list;
  protocols.add(as_bytes("h2"));
  protocols.add(as_bytes("http/1.1"));
  return hello;
}

TEST(Codec, ReadsWhatItWrote) {
  Buffer bytes, again;
  ASSERT_TRUE(encode(sample_hello(), bytes));
  auto hello = decode<ClientHello>(bytes);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->extensions.find<extensions::ServerName>()->server_name_list.entry.host_name.text, "example.org");
  ASSERT_TRUE(encode(*hello, again));
  EXPECT_EQ(bytes, again);
}

TEST(Codec, RefusesEveryShorterOrLongerMessage) {
  Buffer bytes;
  ASSERT_TRUE(encode(sample_hello(), bytes));
  for (size_t n = 0; n < bytes.size(); ++n) {
    auto hello = decode<ClientHello>(Bytes(bytes).first(n));
    // Without its extensions a hello is whole (RFC 5246 section 7.4.1.2).
    bool whole = n == 2 + 32 + 33 + 2 + 2 * default_suites().size() + 2;
    EXPECT_EQ(hello.has_value(), whole) << n;
  }
  bytes.push_back(0);
  EXPECT_FALSE(decode<ClientHello>(bytes));
}

TEST(Codec, RefusesAnExtensionTwice) {
  Buffer bytes;
  ServerHello hello;
  ASSERT_TRUE(encode(hello, bytes));
  for (int b : {0, 8, 0, 23, 0, 0, 0, 23, 0, 0}) bytes.push_back(static_cast<uint8_t>(b));
  EXPECT_EQ(decode<ServerHello>(bytes).error().fault, Fault::duplicate_extension);
}

TEST(Codec, KeepsUnknownExtensions) {
  Buffer bytes;
  ClientHello hello = sample_hello();
  ASSERT_TRUE(encode(hello, bytes));
  Buffer with_unknown = bytes;
  size_t at = 2 + 32 + 33 + 2 + 2 * hello.cipher_suites.items.size() + 2;
  auto length = static_cast<size_t>(with_unknown[at] << 8 | with_unknown[at + 1]) + 6;
  with_unknown[at] = static_cast<uint8_t>(length >> 8);
  with_unknown[at + 1] = static_cast<uint8_t>(length);
  for (int b : {0x1a, 0x1a, 0, 2, 5, 6}) with_unknown.push_back(static_cast<uint8_t>(b));
  auto read = decode<ClientHello>(with_unknown);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->extensions.has(extensions::ExtensionType(0x1a1a)));
  Buffer again;
  ASSERT_TRUE(encode(*read, again));
  EXPECT_EQ(again, with_unknown);
}

TEST(Codec, RefusesToWriteBeyondABound) {
  ClientHello hello = sample_hello();
  hello.session_id.bytes.resize(33);
  Buffer bytes;
  EXPECT_EQ(encode(hello, bytes).error().fault, Fault::value_too_long);
}

TEST(Codec, RefusesListsThatDoNotAddUp) {
  const uint8_t odd[] = {0, 0, 6, 0, 0, 2, 1, 2, 9};   // a certificate_list with a tail of no certificate
  auto certificate = decode<Certificate>(Bytes(odd));
  EXPECT_FALSE(certificate);
  const uint8_t empty_item[] = {0, 0, 3, 0, 0, 0};   // ASN.1Cert<1..2^24-1>
  EXPECT_FALSE(decode<Certificate>(Bytes(empty_item)));
  const uint8_t none[] = {0, 0, 0};
  EXPECT_TRUE(decode<Certificate>(Bytes(none)));
}

}  // namespace
}  // namespace handfast::wire
