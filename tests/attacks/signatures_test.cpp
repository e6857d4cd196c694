// Attacks on signatures.
#include <gtest/gtest.h>

#include <catalog/schemes.hpp>

#include "messages.hpp"

namespace handfast {
namespace {

using namespace support;

constexpr uint16_t signature_algorithms = 13, signature_algorithms_cert = 50;
/// rsa_pkcs1_md5, rsa_pkcs1_sha1, ecdsa with MD5 and SHA-1 (RFC 5246 section 7.4.1.4.1).
const Buffer broken_schemes = {0, 8, 1, 1, 2, 1, 1, 3, 2, 3};

bool has_broken_hash(uint8_t high, uint8_t low) { return (high == 1 || high == 2) && low <= 3; }

// SLOTH, CVE-2015-7575: nobody of ours offers a signature with MD5 or SHA-1 from TLS 1.2 on.
TEST(Sloth, NobodyOffersBrokenHashes) {
  for (auto versions : {std::vector{Version::tls12}, {Version::tls13}, {Version::tls13, Version::tls12}, {Version::tls12, Version::tls10}}) {
    auto options = client_options();
    options.versions = versions;
    options.legacy.tls10 = true;
    auto server = server_options();
    server.versions = {versions[0]};
    LinkPair pair(*ClientConfig::make(options), *ServerConfig::make(server));
    size_t lists = 0;
    for (const auto& [type, data] : RawHello(decoded<messages::ClientHello>(next_of(pair.client))).extensions) {
      if (type != signature_algorithms && type != signature_algorithms_cert) continue;
      ++lists;
      for (size_t at = 2; at + 1 < data.size(); at += 2) EXPECT_FALSE(has_broken_hash(data[at], data[at + 1]));
    }
    EXPECT_GT(lists, 0u);
  }
}

// SLOTH: a server signs with none either, though the client asks for nothing else.
TEST(Sloth, ServerSignsWithNoBrokenHash) {
  for (const auto* name : {"TLS 1.2 mutual", "TLS 1.3 mutual", "TLS 1.2 DHE"}) {
    const Scene scene(scenario(name));
    LinkPair pair(scene.client, scene.server);
    RawHello hello(decoded<messages::ClientHello>(next_of(pair.client)));
    hello.set(signature_algorithms, broken_schemes);
    pair.server.deliver(hello.message());
    EXPECT_EQ(fault_of(pair.server), "hello.no_common_signature_scheme") << name;
  }
}

/// The place of the SignatureScheme in a message, counted from its header.
size_t scheme_in(const WireMessage& message) {
  if (message.name == "CertificateVerify") return 4;
  return 4 + 4 + size_t{message.with_header[4 + 3]};   // ServerKeyExchange: curve_type, named_curve, public
}

struct Signed {
  const char* scenario;
  const char* message;
};
constexpr Signed all_signed[] = {{"TLS 1.2 mutual", "ServerKeyExchange"},
                                 {"TLS 1.2 mutual", "CertificateVerify"},
                                 {"TLS 1.3 mutual", "CertificateVerify"}};

/// Gives every such message to its receiver after `change` has been at it.
template <class Change>
void expect_refused(Change change, std::string_view fault) {
  for (const auto& each : all_signed) {
    const Scene scene(scenario(each.scenario));
    size_t tried = 0;
    for (auto to : {Side::client, Side::server})
      for (size_t at = 0; at < 12; ++at) {
        LinkPair pair(scene.client, scene.server);
        if (!pair.run_until(to, at)) break;
        auto message = next_of(pair.other(to));
        if (message.name != each.message) continue;
        ++tried;
        change(message.with_header, scheme_in(message));
        pair.end(to).deliver(message);
        EXPECT_EQ(fault_of(pair.end(to)), fault) << each.scenario << " " << each.message;
      }
    EXPECT_GT(tried, 0u) << each.scenario << " " << each.message;
  }
}

// SLOTH, the other side: a signature with MD5 or SHA-1 is refused by its name.
TEST(Sloth, SignatureWithBrokenHashIsRefused) {
  for (auto hash : Buffer{1, 2})
    expect_refused([&](Buffer& message, size_t scheme) { message[scheme] = hash; }, "authentication.scheme_not_offered");
}

// "goto fail", CVE-2014-1266, and CVE-2021-44718 (wolfSSL): each signature is looked at, on both sides.
TEST(GotoFail, EverySignatureIsVerified) {
  expect_refused([](Buffer& message, size_t) { message.back() ^= 1; }, "authentication.signature_invalid");
}

}  // namespace
}  // namespace handfast
