// The Certificate message of TLS 1.3 and what may come with it.
#include <gtest/gtest.h>

#include <crypto/certificate_compression.hpp>
#include <crypto/identity.hpp>
#include <handshake/certificate13.hpp>
#include <support/identities.hpp>

namespace handfast {
namespace {

using namespace extensions;

const Buffer timestamps{0, 7, 0, 2, 1, 2, 0, 1, 3};

Identity identity() { return *support::server_identity().with_timestamps(timestamps); }

messages::Certificate13 message(const CertificateWishes& wishes) {
  const auto ours = identity();
  return *certificate13_message(&ours, wishes, {});
}

messages::Certificate13 with_extension(auto extension) {
  Block<Place::certificate_entry> block;
  block.add(std::move(extension));
  Buffer bytes;
  wire::Writer writer(bytes);
  std::as_const(block).visit_self(writer);
  messages::Certificate13 certificate;
  const auto ours = identity();
  certificate.certificate_list.add({{ours.chain().front()}, {Bytes(bytes).subspan(2)}});
  return certificate;
}

TEST(Certificate13, HasOnlyWhatWasAskedFor) {
  EXPECT_TRUE(extras_of(message({}), {})->timestamps.empty());
  EXPECT_EQ(extras_of(message({.timestamps = true}), {.timestamps = true})->timestamps, timestamps);
  EXPECT_TRUE(extras_of(message({.staple = true}), {.staple = true})->staple.empty());
}

TEST(Certificate13, RefusesWhatWasNotAskedFor) {
  const auto unasked = extras_of(message({.timestamps = true}), {});
  ASSERT_FALSE(unasked);
  EXPECT_EQ(unasked.error().fault, Fault::extension_not_offered);
  CertificateStatus status;
  status.response.bytes = {1};
  EXPECT_EQ(extras_of(with_extension(status), {.staple = true})->staple, Buffer{1});
  EXPECT_EQ(extras_of(with_extension(status), {.timestamps = true}).error().fault, Fault::extension_not_offered);
}

TEST(Certificate13, AnEmptyOneHasTheContext) {
  const auto empty = certificate13_message(nullptr, {}, Buffer{1, 2});
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->certificate_list.empty());
  EXPECT_EQ(empty->certificate_request_context.bytes, (Buffer{1, 2}));
}

TEST(Certificate13, WishesTravelInTheHello) {
  messages::ClientHello hello;
  ClientOptions options;
  options.versions = {Version::tls13};
  add_wishes(options, hello);
  auto wishes = wishes_of(hello);
  EXPECT_FALSE(wishes.staple || wishes.timestamps || !wishes.compressions.empty());
  options.require_staple = options.request_sct = true;
  options.certificate_compressions = {CertificateCompression::brotli, CertificateCompression::zlib};
  add_wishes(options, hello);
  wishes = wishes_of(hello);
  EXPECT_TRUE(wishes.staple && wishes.timestamps);
  EXPECT_EQ(wishes.compressions, options.certificate_compressions);
}

TEST(Certificate13, AServerAsksForCompressedOnes) {
  ServerOptions options;
  options.certificate_compressions = {CertificateCompression::zstd};
  messages::CertificateRequest13 request;
  add_wishes(options, request);
  EXPECT_EQ(wishes_of(request).compressions, options.certificate_compressions);
  EXPECT_FALSE(wishes_of(request).staple);
}

}  // namespace
}  // namespace handfast
