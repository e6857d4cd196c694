#include <support/identities.hpp>

#include <map>
#include <stdexcept>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>

namespace handfast::support {
namespace {

template <class T>
T value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return *std::move(result);
}

crypto::NewKey new_key(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256: return crypto::NewKey::p256;
    case KeyKind::p384: return crypto::NewKey::p384;
    case KeyKind::rsa: return crypto::NewKey::rsa_2048;
    case KeyKind::ed25519: break;
  }
  return crypto::NewKey::ed25519;
}

crypto::Validity validity() { return {now() - std::chrono::hours(24), now() + std::chrono::hours(24 * 3650)}; }

crypto::Issuer make_authority(const std::string& name) {
  auto key = value(crypto::make_key(crypto::NewKey::p256));
  auto certificate = value(crypto::issue_certificate(
      {.common_name = name, .purpose = crypto::Purpose::authority, .valid = validity()}, key, nullptr));
  return {certificate, key};
}

const crypto::Issuer& authority() {
  static const auto made = make_authority("Test Authority");
  return made;
}

struct Made {
  std::string chain;
  std::string key;
  Identity identity;
};

Made issue(const crypto::CertificateSpec& spec, KeyKind kind, const crypto::Issuer& issuer) {
  auto key = value(crypto::make_key(new_key(kind)));
  auto chain = crypto::certificate_to_pem(value(crypto::issue_certificate(spec, key, &issuer)));
  auto key_pem = value(crypto::key_to_pem(key));
  std::string key_text(as_text(key_pem.view()));
  auto identity = value(Identity::from_pem(chain, key_text));
  return {chain, key_text, identity};
}

const Made& server(const std::string& dns_name, KeyKind kind) {
  static std::map<std::pair<std::string, KeyKind>, Made> made;
  auto at = made.find({dns_name, kind});
  if (at != made.end()) return at->second;
  crypto::CertificateSpec spec{.common_name = dns_name, .purpose = crypto::Purpose::server, .valid = validity()};
  spec.dns_names = {dns_name};
  spec.addresses = {"127.0.0.1"};
  return made.emplace(std::pair{dns_name, kind}, issue(spec, kind, authority())).first->second;
}

const Made& client(const std::string& common_name, KeyKind kind, const crypto::Issuer& issuer) {
  static std::map<std::pair<std::string, KeyKind>, Made> made;
  auto at = made.find({common_name, kind});
  if (at != made.end()) return at->second;
  crypto::CertificateSpec spec{.common_name = common_name, .purpose = crypto::Purpose::client, .valid = validity()};
  return made.emplace(std::pair{common_name, kind}, issue(spec, kind, issuer)).first->second;
}

}  // namespace

std::chrono::system_clock::time_point now() {
  using namespace std::chrono;
  return sys_days{year{2031} / 5 / 17} + hours(12);
}

Environment environment() {
  Environment fixed;
  fixed.wall_clock = [] { return now(); };
  return fixed;
}

Identity server_identity(KeyKind kind) { return server("server.test", kind).identity; }
Identity identity_for(const std::string& dns_name, KeyKind kind) { return server(dns_name, kind).identity; }
Identity client_identity(const std::string& common_name, KeyKind kind) {
  return client(common_name, kind, authority()).identity;
}

Identity short_lived_server(std::chrono::minutes life) {
  crypto::CertificateSpec spec{.common_name = "server.test", .valid = {now() - std::chrono::hours(24), now() + life}};
  spec.dns_names = {"server.test"};
  return issue(spec, KeyKind::p256, authority()).identity;
}

Identity short_lived_client(std::chrono::minutes life) {
  crypto::CertificateSpec spec{.common_name = "alice", .purpose = crypto::Purpose::client,
                               .valid = {now() - std::chrono::hours(24), now() + life}};
  return issue(spec, KeyKind::p256, authority()).identity;
}

Buffer server_staple(bool revoked) {
  const auto& leaf = server_identity().state().certificates.front();
  return value(crypto::make_staple(authority(), leaf,
                                   {.status = revoked ? crypto::StapleStatus::revoked : crypto::StapleStatus::good,
                                    .valid = {now() - std::chrono::hours(1), now() + std::chrono::hours(24)}}));
}

RawKey raw_key(KeyKind kind) {
  const auto key = value(crypto::make_key(new_key(kind)));
  const auto secret = value(crypto::key_to_pem(key));
  return {value(Identity::raw_public_key(as_text(secret.view()))), value(crypto::public_key_to_pem(key))};
}

Identity stranger_identity() {
  static const auto other = make_authority("Nobody's Authority");
  return client("mallory", KeyKind::p256, other).identity;
}

TrustStore trust() {
  static const auto store = value(TrustStore::from_pem(crypto::certificate_to_pem(authority().certificate)));
  return store;
}

std::string server_chain_pem(KeyKind kind) { return server("server.test", kind).chain; }

Result<Buffer> sign_as_server(KeyKind kind, const SigningRequest& request) {
  return server_identity(kind).state().key.sign(request.scheme, Version::tls12, request.input);
}

}  // namespace handfast::support
