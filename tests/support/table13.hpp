// table13.hpp: a client and a server of TLS 1.3 that can meet again.
#pragma once

#include <support/pair.hpp>

namespace handfast::support {

struct Table13 {
  ClientOptions client = client_options();
  ServerOptions server = server_options();
  Table13() {
    client.versions = server.versions = {Version::tls13};
    server.ticket_keys = std::make_shared<TicketKeys>();
  }
  /// The clocks of both stand at now() and so much more.
  void set_clocks(std::chrono::milliseconds later) {
    client.environment.wall_clock = server.environment.wall_clock = [later] { return now() + later; };
  }
  Pair connect(std::shared_ptr<const Session> session = nullptr, std::string_view name = "server.test") const {
    ConnectOptions options;
    options.session = std::move(session);
    auto pair = shake_hands(client, server, options, {}, name);
    read_all(pair.client);   // the tickets
    return pair;
  }
};

}  // namespace handfast::support
