// Extensions as they stand on the wire and in a trace, those among them that we never send.
#include <gtest/gtest.h>

#include <string>

#include <extensions/block.hpp>
#include <messages/finished13.hpp>
#include <wire/codec.hpp>
#include <wire/printer.hpp>

namespace handfast::extensions {
namespace {

/// A message that is nothing but its extensions.
template <Place place>
struct Only {
  Block<place> extensions;
  static void visit(auto& m, auto& v) { v("extensions", m.extensions); }
};

class Text : public FieldVisitor {
 public:
  void number(std::string_view field, uint64_t value, size_t width, std::string_view meaning) override {
    put(field, (meaning.empty() ? std::to_string(value) : std::string(meaning)) + "/" + std::to_string(width));
  }
  void bytes(std::string_view field, Bytes value) override {
    std::string all;
    for (auto byte : value) all += "0123456789abcdef"[byte >> 4], all += "0123456789abcdef"[byte & 15];
    put(field, "[" + all + "]");
  }
  void text(std::string_view field, std::string_view value) override { put(field, '"' + std::string(value) + '"'); }
  void enter(std::string_view field, bool is_list) override {
    put(field, is_list ? "(" : "{");
    is_first_ = true;
  }
  void leave() override {
    said += " end";
    is_first_ = false;
  }
  std::string said;

 private:
  void put(std::string_view field, const std::string& value) {
    said += is_first_ ? "" : " ";
    said += field.empty() ? value : std::string(field) + "=" + value;
    is_first_ = false;
  }
  bool is_first_ = true;
};

Buffer block_of(std::initializer_list<int> extension) {
  Buffer bytes{0, static_cast<uint8_t>(extension.size())};
  for (int byte : extension) bytes.push_back(static_cast<uint8_t>(byte));
  return bytes;
}

/// What a trace shows of an extension; written again, it must be the same bytes.
template <Place place>
std::string shown(std::initializer_list<int> extension) {
  const auto bytes = block_of(extension);
  const auto read = wire::decode<Only<place>>(bytes);
  if (!read) return std::string(info(read.error().fault).id);
  Buffer again;
  EXPECT_TRUE(wire::encode(*read, again));
  EXPECT_EQ(again, bytes);
  Text text;
  wire::Printer printer(text);
  Only<place>::visit(*read, printer);
  return text.said;
}

constexpr auto hello = Place::client_hello;
constexpr auto request = Place::certificate_request;

TEST(Extensions, AreShownFieldByField) {
  EXPECT_EQ(shown<hello>({0, 1, 0, 1, 3}), "extensions={max_fragment_length={max_fragment_length=2^11/1 end end");
  EXPECT_EQ(shown<hello>({0, 1, 0, 1, 9}), "extensions={max_fragment_length={max_fragment_length=9/1 end end");
  EXPECT_EQ(shown<hello>({0, 11, 0, 4, 3, 0, 1, 2}),
            "extensions={ec_point_formats={ec_point_format_list=(uncompressed/1 ansiX962_compressed_prime/1 "
            "ansiX962_compressed_char2/1 end end end");
  EXPECT_EQ(shown<hello>({0, 45, 0, 3, 2, 0, 1}),
            "extensions={psk_key_exchange_modes={ke_modes=(psk_ke/1 psk_dhe_ke/1 end end end");
  EXPECT_EQ(shown<hello>({0, 18, 0, 0}), "extensions={signed_certificate_timestamp={ end end");
  EXPECT_EQ(shown<hello>({0, 50, 0, 4, 0, 2, 8, 4}),
            "extensions={signature_algorithms_cert={supported_signature_algorithms=(rsa_pss_rsae_sha256/2 end end end");
  EXPECT_EQ(shown<hello>({0x1a, 0x1a, 0, 2, 5, 6}),
            "extensions={GREASE={extension_type=GREASE/2 extension_data=[0506] end end");
  EXPECT_EQ(shown<hello>({0xfe, 0x77, 0, 1, 5}),
            "extensions={unknown={extension_type=65143/2 extension_data=[05] end end");
}

// RFC 6066 section 6: the length of an identifier follows from its type.
TEST(Extensions, TrustedRootsAreShown) {
  EXPECT_EQ(shown<hello>({0, 3, 0, 9, 0, 7, 0, 2, 0, 2, 0x30, 0, 0}),
            "extensions={trusted_ca_keys={trusted_authorities_list=({identifier_type=pre_agreed/1 end "
            "{identifier_type=x509_name/1 distinguished_name=[3000] end {identifier_type=pre_agreed/1 end end end end");
  EXPECT_EQ(shown<hello>({0, 3, 0, 23, 0, 21, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}),
            "extensions={trusted_ca_keys={trusted_authorities_list=({identifier_type=key_sha1_hash/1 "
            "sha1_hash=[000102030405060708090a0b0c0d0e0f10111213] end end end end");
  EXPECT_EQ(shown<hello>({0, 3, 0, 5, 0, 3, 9, 1, 2}),
            "extensions={trusted_ca_keys={trusted_authorities_list=({identifier_type=9/1 unknown=[0102] end end end end");
  EXPECT_EQ(shown<hello>({0, 3, 0, 5, 0, 3, 1, 1, 2}), std::string(info(Fault::malformed_message).id));
}

TEST(Extensions, FiltersOfARequestAreShown) {
  EXPECT_EQ(shown<request>({0, 48, 0, 9, 0, 7, 2, 0x55, 0x1d, 0, 2, 3, 4}),
            "extensions={oid_filters={filters=({certificate_extension_oid=[551d] certificate_extension_values=[0304] end end end end");
  EXPECT_EQ(shown<request>({0, 48, 0, 5, 0, 3, 0, 0, 0}), std::string(info(Fault::malformed_message).id));
  EXPECT_EQ(shown<request>({0, 47, 0, 6, 0, 4, 0, 2, 0x30, 0}),
            "extensions={certificate_authorities={authorities=([3000] end end end");
}

// RFC 8446 section 4.2.11.
TEST(Extensions, NothingStandsBehindAPreSharedKey) {
  const auto psk = {0, 41, 0, 45, 0, 8, 0, 2, 7, 7, 0, 0, 0, 0, 0, 33, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, 0,  0, 0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,  0, 0, 0, 0};
  EXPECT_TRUE(wire::decode<Only<hello>>(block_of(psk)));
  Buffer followed = block_of(psk);
  followed[1] = static_cast<uint8_t>(followed[1] + 4);
  followed.insert(followed.end(), {0, 18, 0, 0});
  EXPECT_EQ(wire::decode<Only<hello>>(followed).error().fault, Fault::pre_shared_key_not_last);
}

TEST(KeyUpdate, SaysWhatItAsksFor) {
  using messages::KeyUpdateRequest;
  EXPECT_EQ(name(KeyUpdateRequest::update_not_requested), "update_not_requested");
  EXPECT_EQ(name(KeyUpdateRequest::update_requested), "update_requested");
  EXPECT_EQ(name(KeyUpdateRequest(2)), "");
}

}  // namespace
}  // namespace handfast::extensions
