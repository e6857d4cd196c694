// demo_certificates.hpp: throw-away certificates for `handfast demo`, in memory only.
#pragma once

#include <memory>
#include <string>

#include <crypto/issue.hpp>
#include <handfast/config.hpp>

namespace handfast::app {

/// An authority and whom it issues certificates to; all are valid for a day and have keys of one kind.
class DemoAuthority {
 public:
  static Result<DemoAuthority> make(crypto::NewKey kind = crypto::NewKey::p256);
  /// Trust in it and nobody else.
  Result<TrustStore> trust() const;
  /// Of a server for localhost.
  Result<Identity> server() const;
  Result<Identity> member(const std::string& name) const;

 private:
  DemoAuthority(crypto::NewKey kind, crypto::Issuer issuer) : kind_(kind), issuer_(std::move(issuer)) {}
  Result<Identity> identity(const crypto::CertificateSpec& spec) const;

  crypto::NewKey kind_;
  crypto::Issuer issuer_;
};

/// A server for localhost and two members of one authority.
struct DemoConfigs {
  std::shared_ptr<const ServerConfig> server;
  std::shared_ptr<const ClientConfig> alice;
  std::shared_ptr<const ClientConfig> bob;
};

/// Makes everything anew; valid for a day.
Result<DemoConfigs> make_demo_configs();

}  // namespace handfast::app
