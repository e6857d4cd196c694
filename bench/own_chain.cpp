#include <own_chain.hpp>

#include <value.hpp>

namespace bench {
namespace {

using namespace handfast;

Buffer der_of(X509* certificate) {
  Buffer der(static_cast<size_t>(i2d_X509(certificate, nullptr)));
  auto* at = der.data();
  i2d_X509(certificate, &at);
  return der;
}

std::vector<crypto::Certificate> parse(Bytes der) {
  std::vector<crypto::Certificate> chain;
  chain.push_back(value(crypto::Certificate::parse(der)));
  return chain;
}

}  // namespace

OwnChain::OwnChain(const Credentials& credentials)
    : trust_(value(TrustStore::from_pem(credentials.root.certificate_pem))),
      server_(der_of(credentials.server.certificate.get())),
      client_(der_of(credentials.client.certificate.get())),
      parsed_server_(parse(server_)),
      parsed_client_(parse(client_)) {}

// Each checks the other's.
void OwnChain::check(Side side) const { verify(side, parse(side == Side::client ? server_ : client_)); }
void OwnChain::verify(Side side) const { verify(side, side == Side::client ? parsed_server_ : parsed_client_); }

void OwnChain::verify(Side side, const std::vector<crypto::Certificate>& chain) const {
  const bool of_server = side == Side::client;
  crypto::VerifyOptions options;
  options.owner = of_server ? handfast::Side::server : handfast::Side::client;
  options.name = of_server ? host_name : "";
  options.now = std::chrono::system_clock::now();
  if (!crypto::verify_chain(chain, trust_, options).verified) throw std::runtime_error("Handfast: the chain was not accepted");
}

}  // namespace bench
