#include <handshake/keys12.hpp>

namespace handfast {

keys::MasterSecret derive_master(Link& link, const Agreed12& agreed, Bytes premaster) {
  auto prf = agreed.prf();
  auto master = agreed.extended_master_secret
                    ? keys::extended_master_secret(prf, premaster, link.transcript.digest().view())
                    : keys::master_secret(prf, premaster, agreed.client_random, agreed.server_random);
  if (link.trace)
    link.trace(SecretEvent{"master_secret", agreed.extended_master_secret
                                                ? "PRF(premaster_secret, hash of the messages so far), RFC 7627"
                                                : "PRF(premaster_secret, both randoms), RFC 5246 8.1"});
  link.log_secret("CLIENT_RANDOM", master.view());
  return master;
}

Result<Protections> derive_protections(Link& link, const Agreed12& agreed, const keys::MasterSecret& master) {
  keys::KeyBlock block(*agreed.suite, agreed.version, master, agreed.client_random, agreed.server_random);
  if (link.trace) link.trace(SecretEvent{"key_block", "PRF(master_secret, both randoms), RFC 5246 6.3"});
  record::DirectionKeys client{block.client_mac(), block.client_key(), block.client_iv()};
  record::DirectionKeys server{block.server_mac(), block.server_key(), block.server_iv()};
  auto is_client = link.side == Side::client;
  auto input = TRY(record::make_protection12(*agreed.suite, agreed.version, is_client ? server : client, agreed.encrypt_then_mac));
  auto output = TRY(record::make_protection12(*agreed.suite, agreed.version, is_client ? client : server, agreed.encrypt_then_mac));
  Protections both;
  both.input = std::move(input);
  both.output = std::move(output);
  return both;
}

void keep_exporter(Link& link, const Agreed12& agreed, const keys::MasterSecret& master) {
  if (!agreed.extended_master_secret) return;
  link.exporter = ExporterSecret12{agreed.prf(), master.duplicate(), agreed.client_random, agreed.server_random};
}

}  // namespace handfast
