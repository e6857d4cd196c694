// own_chain.hpp: what Handfast itself spends on a peer's chain, so that it can be taken off its handshakes.
#pragma once

#include <crypto/certificate.hpp>
#include <floor.hpp>
#include <scenario.hpp>

namespace bench {

class OwnChain {
 public:
  explicit OwnChain(const Credentials& credentials);
  /// Parses and verifies the certificate of this side's peer.
  void check(Side side) const;
  /// Verifies it alone, parsed before.
  void verify(Side side) const;

 private:
  void verify(Side side, const std::vector<handfast::crypto::Certificate>& chain) const;

  handfast::TrustStore trust_;
  handfast::Buffer server_, client_;   // DER
  std::vector<handfast::crypto::Certificate> parsed_server_, parsed_client_;
};

}  // namespace bench
