// keys12.hpp: from what two hellos agreed on to the keys of a connection of TLS 1.2 and before (RFC 5246 sections 6.3 and 8.1).
#pragma once

#include <handshake/link.hpp>
#include <record/protections.hpp>

namespace handfast {

/// What both sides know after the two hellos.
struct Agreed12 {
  Version version = Version::tls12;
  const catalog::SuiteRow* suite = nullptr;
  messages::Random client_random{}, server_random{};
  bool extended_master_secret = false;
  bool encrypt_then_mac = false;

  catalog::Prf prf() const { return catalog::prf_of(*suite, version); }
};

/// The protection of both directions, made at once from one key block.
struct Protections {
  std::unique_ptr<record::Protection> input, output;
};

/// The master secret; with extended master secret over the transcript up to here, which must end with ClientKeyExchange.
keys::MasterSecret derive_master(Link& link, const Agreed12& agreed, Bytes premaster);
Result<Protections> derive_protections(Link& link, const Agreed12& agreed, const keys::MasterSecret& master);
/// Keeps what keying material is exported from; without extended master secret there is nothing to export (RFC 7627 section 5.4).
void keep_exporter(Link& link, const Agreed12& agreed, const keys::MasterSecret& master);

}  // namespace handfast
