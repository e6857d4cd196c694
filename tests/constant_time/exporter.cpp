// What is made from a connection's secrets after its handshake: exported keying material, the next traffic keys, tickets' keys.
#include <handshake/exporter.hpp>
#include <keys/schedule13.hpp>
#include <secrets.hpp>

namespace handfast::constant_time {
namespace {

const Buffer context(20, 1), hash(32, 2);

keys::MasterSecret13 master13() {
  return keys::EarlySecret(catalog::Prf::sha256).mix(secret(Buffer(32, 0x77))).finish();
}

void export_from_both() {
  Buffer out(80);
  export_material(Exporter(master13().exporter(hash)), "EXPORTER-test", context, out);
  for (auto prf : {catalog::Prf::sha256, catalog::Prf::sha384}) {
    const Exporter exporter12(ExporterSecret12{prf, keys::MasterSecret(secret(Buffer(48, 0x5a))), {}, {}});
    export_material(exporter12, "EXPORTER-test", context, out);
  }
}

void derive_what_follows() {
  const auto master = master13();
  const auto traffic = master.client_application_traffic(hash);
  const auto next = traffic.next();
  const auto keys = next.keys(*catalog::find(Suite::TLS_AES_128_GCM_SHA256));
  require(keys.key.view().size() == 16, "the next traffic keys");
  const auto psk = master.resumption(hash).psk(context);
  require(psk.view().size() == 32, "a ticket's key");
}

void look_at_exported() {
  Buffer out(80);
  export_material(Exporter(master13().exporter(hash)), "EXPORTER-test", context, out);
  volatile int sink = 0;
  if (out[3] & 1) sink = 1;
  static_cast<void>(sink);
}

}  // namespace

void check_exporter() {
  check_is_caught("a branch on exported keying material", look_at_exported);
  check("exported keying material", export_from_both);
  check("the keys after a KeyUpdate, and those of tickets", derive_what_follows);
}

}  // namespace handfast::constant_time
