#include "demo_certificates.hpp"

#include <crypto/issue.hpp>

namespace handfast::app {

namespace {

using namespace crypto;

Validity one_day() {
  const auto now = std::chrono::system_clock::now();
  return {now - std::chrono::minutes(5), now + std::chrono::days(1)};
}

Result<Issuer> make_authority() {
  auto key = TRY(make_key(NewKey::p256));
  auto certificate = TRY(issue_certificate(
      {.common_name = "Handfast demo authority", .purpose = Purpose::authority, .valid = one_day()}, key, nullptr));
  return Issuer{std::move(certificate), std::move(key)};
}

Result<Identity> make_identity(const CertificateSpec& spec, const Issuer& authority) {
  auto key = TRY(make_key(NewKey::p256));
  auto certificate = TRY(issue_certificate(spec, key, &authority));
  auto secret = TRY(key_to_pem(key));
  return Identity::from_pem(certificate_to_pem(certificate), as_text(secret.view()));
}

Result<std::shared_ptr<const ClientConfig>> make_member(const std::string& name, const Issuer& authority,
                                                        const TrustStore& trust) {
  auto identity =
      TRY(make_identity({.common_name = name, .purpose = Purpose::client, .valid = one_day()}, authority));
  ClientOptions options;
  options.trust = trust;
  options.identities = {std::move(identity)};
  return ClientConfig::make(std::move(options));
}

Result<std::shared_ptr<const ServerConfig>> make_server(const Issuer& authority, const TrustStore& trust) {
  auto identity = TRY(make_identity({.common_name = "localhost",
                                     .purpose = Purpose::server,
                                     .valid = one_day(),
                                     .dns_names = {"localhost"},
                                     .addresses = {"127.0.0.1"}},
                                    authority));
  ServerOptions options;
  options.identities = {std::move(identity)};
  options.client_auth = ClientAuth::require;
  options.client_trust = trust;
  return ServerConfig::make(std::move(options));
}

}  // namespace

Result<DemoConfigs> make_demo_configs() {
  auto authority = TRY(make_authority());
  auto trust = TRY(TrustStore::from_pem(certificate_to_pem(authority.certificate)));
  auto server = TRY(make_server(authority, trust));
  auto alice = TRY(make_member("alice", authority, trust));
  auto bob = TRY(make_member("bob", authority, trust));
  return DemoConfigs{std::move(server), std::move(alice), std::move(bob)};
}

}  // namespace handfast::app
