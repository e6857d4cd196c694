// keys13.hpp: the traffic keys of a TLS 1.3 connection, as its handshake comes to them (RFC 8446 section 7.1).
#pragma once

#include <handshake/link.hpp>
#include <record/protections.hpp>

namespace handfast {

/// The secrets of both directions at one stage.
struct Traffic {
  keys::TrafficSecret client, server;
  const keys::TrafficSecret& of(Side side) const { return side == Side::client ? client : server; }
};

/// The client's, for early data: over the ClientHello alone.
keys::TrafficSecret early_traffic(Link& link, const keys::EarlySecret& secret, Bytes hello_hash);
/// Over the transcript up to the ServerHello.
Traffic handshake_traffic(Link& link, const keys::HandshakeSecret& secret);
/// Over the transcript up to the server's Finished; keeps the exporter secret too.
Traffic application_traffic(Link& link, const keys::MasterSecret13& secret);
/// Traced by name; logged under `log_label`, where there is one, for those who asked for it.
void note_secret(Link& link, std::string_view name, std::string_view from, std::string_view log_label, Bytes secret);

/// From the next record on. Input only at a record boundary (RFC 8446 section 5.1).
Result<> turn_on_input13(Link& link, const catalog::SuiteRow& suite, const keys::TrafficSecret& secret);
Result<> turn_on_output13(Link& link, const catalog::SuiteRow& suite, const keys::TrafficSecret& secret);

}  // namespace handfast
