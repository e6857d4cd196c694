#include <handshake/keys13.hpp>

namespace handfast {
namespace {

Result<std::unique_ptr<record::Protection>> protection_of(Link& link, const catalog::SuiteRow& suite,
                                                          const keys::TrafficSecret& secret) {
  auto keys = secret.keys(suite);
  return record::make_protection13(suite, keys.key.view(), keys.iv.view(), link.options.record_padding);
}

}  // namespace

void note_secret(Link& link, std::string_view name, std::string_view from, std::string_view log_label, Bytes secret) {
  if (link.trace) link.trace(SecretEvent{name, from});
  if (!log_label.empty()) link.log_secret(log_label, secret);
}

keys::TrafficSecret early_traffic(Link& link, const keys::EarlySecret& secret, Bytes hello_hash) {
  auto traffic = secret.client_early_traffic(hello_hash);
  note_secret(link, "client_early_traffic_secret", "Derive-Secret(Early Secret, \"c e traffic\", ClientHello)",
              "CLIENT_EARLY_TRAFFIC_SECRET", traffic.view());
  return traffic;
}

Traffic handshake_traffic(Link& link, const keys::HandshakeSecret& secret) {
  auto hash = link.transcript.digest();
  Traffic traffic{secret.client_handshake_traffic(hash.view()), secret.server_handshake_traffic(hash.view())};
  note_secret(link, "client_handshake_traffic_secret", "Derive-Secret(Handshake Secret, \"c hs traffic\", ClientHello...ServerHello)",
              "CLIENT_HANDSHAKE_TRAFFIC_SECRET", traffic.client.view());
  note_secret(link, "server_handshake_traffic_secret", "Derive-Secret(Handshake Secret, \"s hs traffic\", ClientHello...ServerHello)",
              "SERVER_HANDSHAKE_TRAFFIC_SECRET", traffic.server.view());
  return traffic;
}

Traffic application_traffic(Link& link, const keys::MasterSecret13& secret) {
  auto hash = link.transcript.digest();
  Traffic traffic{secret.client_application_traffic(hash.view()), secret.server_application_traffic(hash.view())};
  auto exporter = secret.exporter(hash.view());
  note_secret(link, "client_application_traffic_secret_0",
              "Derive-Secret(Master Secret, \"c ap traffic\", ClientHello...server Finished)", "CLIENT_TRAFFIC_SECRET_0",
              traffic.client.view());
  note_secret(link, "server_application_traffic_secret_0",
              "Derive-Secret(Master Secret, \"s ap traffic\", ClientHello...server Finished)", "SERVER_TRAFFIC_SECRET_0",
              traffic.server.view());
  note_secret(link, "exporter_master_secret", "Derive-Secret(Master Secret, \"exp master\", ClientHello...server Finished)",
              "EXPORTER_SECRET", exporter.view());
  link.exporter = std::move(exporter);
  return traffic;
}

Result<> turn_on_input13(Link& link, const catalog::SuiteRow& suite, const keys::TrafficSecret& secret) {
  auto boundary = TRY(link.boundary());
  auto protection = TRY(protection_of(link, suite, secret));
  link.protect_input(boundary, suite, std::move(protection));
  return {};
}

Result<> turn_on_output13(Link& link, const catalog::SuiteRow& suite, const keys::TrafficSecret& secret) {
  auto protection = TRY(protection_of(link, suite, secret));
  link.protect_output(suite, std::move(protection));
  return {};
}

}  // namespace handfast
