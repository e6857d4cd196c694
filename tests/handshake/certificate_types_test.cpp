// Which kind of credential each side shows (RFC 7250).
#include <gtest/gtest.h>

#include <crypto/issue.hpp>
#include <handshake/certificate_types.hpp>
#include <support/identities.hpp>

namespace handfast {
namespace {

using namespace extensions;
using enum CertificateType;
using Types = std::vector<CertificateType>;

const std::string trusted =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"   // RFC 8032 section 7.1, TEST 1
    "-----END PUBLIC KEY-----\n";

const Environment environment;
const Tracer nobody(nullptr, 0, Side::client, environment);

Identity raw() {
  const auto key = *crypto::make_key(crypto::NewKey::ed25519);
  const auto secret = crypto::key_to_pem(key);
  return *Identity::raw_public_key(as_text(secret->view()));
}

ClientOptions client(bool takes_raw, bool takes_certificates, std::vector<Identity> identities = {}) {
  ClientOptions options;
  auto trust = takes_certificates ? support::trust() : TrustStore::nobody();
  options.trust = takes_raw ? *trust.with_raw_keys(trusted) : trust;
  options.identities = std::move(identities);
  return options;
}

ServerOptions server(std::vector<Identity> identities) {
  ServerOptions options;
  options.identities = std::move(identities);
  return options;
}

ServerOptions asking(ServerOptions options, TrustStore trust) {
  options.client_auth = ClientAuth::require;
  options.client_trust = std::move(trust);
  return options;
}

messages::ClientHello hello_of(const ClientOptions& options) {
  messages::ClientHello hello;
  add_certificate_types(options, hello);
  if (options.post_handshake_auth) hello.extensions.add<PostHandshakeAuth>();
  return hello;
}

/// Both sides' part; what both hold to be chosen.
Result<CertificateTypes> negotiate(const ClientOptions& ours, const ServerOptions& theirs) {
  const auto hello = hello_of(ours);
  auto chosen = TRY(choose_certificate_types(hello, theirs, nobody));
  messages::EncryptedExtensions answer;
  add_certificate_types(hello, theirs, chosen, answer);
  auto accepted = TRY(accept_certificate_types(hello, answer, nobody));
  EXPECT_EQ(accepted.server, chosen.server);
  EXPECT_EQ(accepted.client, chosen.client);
  return accepted;
}

TEST(CertificateTypes, WhoHasOnlyCertificatesDoesNotSpeakOfIt) {
  const auto hello = hello_of(client(false, true, {support::client_identity()}));
  EXPECT_EQ(hello.extensions.find<ServerCertificateTypes>(), nullptr);
  EXPECT_EQ(hello.extensions.find<ClientCertificateTypes>(), nullptr);
  EXPECT_EQ(negotiate(client(false, true), server({support::server_identity()}))->server, x509);
}

TEST(CertificateTypes, TheOfferIsWhatIsTakenAndShown) {
  const auto hello = hello_of(client(true, true, {support::client_identity(), raw()}));
  EXPECT_EQ(hello.extensions.find<ServerCertificateTypes>()->server_certificate_types.items, (Types{raw_public_key, x509}));
  EXPECT_EQ(hello.extensions.find<ClientCertificateTypes>()->client_certificate_types.items, (Types{x509, raw_public_key}));
}

TEST(CertificateTypes, TheServersOwn) {
  EXPECT_EQ(negotiate(client(true, false), server({raw()}))->server, raw_public_key);
  EXPECT_EQ(negotiate(client(true, true), server({support::server_identity(), raw()}))->server, raw_public_key);
  EXPECT_EQ(negotiate(client(true, true), server({support::server_identity()}))->server, x509);
  for (const auto& [ours, theirs] : {std::pair{client(true, false), server({support::server_identity()})},
                                     std::pair{client(false, true), server({raw()})}}) {
    const auto refused = negotiate(ours, theirs);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::certificate_type_not_offered);
  }
}

TEST(CertificateTypes, TheClientsOwn) {
  const auto raw_trust = *TrustStore::nobody().with_raw_keys(trusted);
  const auto certificate = server({support::server_identity()});
  EXPECT_EQ(negotiate(client(false, true, {raw()}), asking(certificate, raw_trust))->client, raw_public_key);
  EXPECT_EQ(negotiate(client(false, true, {raw()}), certificate)->client, x509);
  EXPECT_EQ(negotiate(client(false, true, {support::client_identity()}), asking(certificate, support::trust()))->client, x509);
  EXPECT_EQ(negotiate(client(false, true, {raw()}), asking(certificate, support::trust())).error().fault,
            Fault::certificate_type_not_offered);
  EXPECT_EQ(negotiate(client(false, true), asking(certificate, raw_trust)).error().fault, Fault::certificate_type_not_offered);
}

// RFC 8446 section 4.6.2.
TEST(CertificateTypes, TheClientsOwnForLater) {
  auto willing = [](Identity identity) {
    auto options = client(false, true, {std::move(identity)});
    options.post_handshake_auth = true;
    return options;
  };
  auto theirs = server({support::server_identity()});
  theirs.post_handshake_auth = true;
  theirs.client_trust = *TrustStore::nobody().with_raw_keys(trusted);
  EXPECT_EQ(negotiate(willing(raw()), theirs)->client, raw_public_key);
  EXPECT_EQ(negotiate(client(false, true, {raw()}), theirs)->client, x509);   // it cannot be asked
  EXPECT_EQ(negotiate(willing(support::client_identity()), theirs)->client, x509);
  theirs.client_trust = support::trust();
  EXPECT_EQ(negotiate(willing(raw()), theirs)->client, x509);   // and it will have none to show
}

TEST(CertificateTypes, AnAnswerMustBeAmongTheOffered) {
  const auto hello = hello_of(client(true, false));
  messages::EncryptedExtensions answer;
  EXPECT_FALSE(accept_certificate_types(hello, answer, nobody));  // certificates, which this client does not take
  answer.extensions.add<ChosenServerCertificateType>().server_certificate_type = CertificateType(1);
  EXPECT_EQ(accept_certificate_types(hello, answer, nobody).error().fault, Fault::certificate_type_not_offered);
  answer.extensions.add<ChosenServerCertificateType>().server_certificate_type = raw_public_key;
  EXPECT_TRUE(accept_certificate_types(hello, answer, nobody));
  answer.extensions.add<ChosenClientCertificateType>().client_certificate_type = raw_public_key;
  EXPECT_EQ(accept_certificate_types(hello, answer, nobody).error().fault, Fault::certificate_type_not_offered);
}

}  // namespace
}  // namespace handfast
