#include "demo_certificates.hpp"

namespace handfast::app {

namespace {

using namespace crypto;

Validity one_day() {
  const auto now = std::chrono::system_clock::now();
  return {now - std::chrono::minutes(5), now + std::chrono::days(1)};
}

Result<std::shared_ptr<const ClientConfig>> make_member(const std::string& name, const DemoAuthority& authority) {
  ClientOptions options;
  auto trust = TRY(authority.trust());
  auto identity = TRY(authority.member(name));
  options.trust = std::move(trust);
  options.identities = {std::move(identity)};
  return ClientConfig::make(std::move(options));
}

Result<std::shared_ptr<const ServerConfig>> make_server(const DemoAuthority& authority) {
  ServerOptions options;
  auto identity = TRY(authority.server());
  auto trust = TRY(authority.trust());
  options.identities = {std::move(identity)};
  options.client_auth = ClientAuth::require;
  options.client_trust = std::move(trust);
  return ServerConfig::make(std::move(options));
}

}  // namespace

Result<DemoAuthority> DemoAuthority::make(NewKey kind) {
  auto key = TRY(make_key(kind));
  auto certificate = TRY(issue_certificate(
      {.common_name = "Handfast demo authority", .purpose = Purpose::authority, .valid = one_day()}, key, nullptr));
  return DemoAuthority(kind, Issuer{std::move(certificate), std::move(key)});
}

Result<TrustStore> DemoAuthority::trust() const { return TrustStore::from_pem(certificate_to_pem(issuer_.certificate)); }

Result<Identity> DemoAuthority::server() const {
  return identity({.common_name = "localhost",
                   .purpose = Purpose::server,
                   .valid = one_day(),
                   .dns_names = {"localhost"},
                   .addresses = {"127.0.0.1"}});
}

Result<Identity> DemoAuthority::member(const std::string& name) const {
  return identity({.common_name = name, .purpose = Purpose::client, .valid = one_day()});
}

Result<Identity> DemoAuthority::identity(const CertificateSpec& spec) const {
  auto key = TRY(make_key(kind_));
  auto certificate = TRY(issue_certificate(spec, key, &issuer_));
  auto secret = TRY(key_to_pem(key));
  return Identity::from_pem(certificate_to_pem(certificate), as_text(secret.view()));
}

Result<DemoConfigs> make_demo_configs() {
  auto authority = TRY(DemoAuthority::make());
  auto server = TRY(make_server(authority));
  auto alice = TRY(make_member("alice", authority));
  auto bob = TRY(make_member("bob", authority));
  return DemoConfigs{std::move(server), std::move(alice), std::move(bob)};
}

}  // namespace handfast::app
