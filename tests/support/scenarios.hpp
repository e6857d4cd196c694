// scenarios.hpp: every kind of handshake that there is and what may follow it, as rows of one table.
#pragma once

#include <ostream>

#include <support/pair.hpp>

namespace handfast::support {

/// What happens on the connection after its first handshake.
enum class Then : uint8_t { data, client_renegotiates, server_renegotiates, late_certificate, new_keys };

struct Scenario {
  std::string name;
  ClientOptions client;
  ServerOptions server;
  bool resumes = false;
  bool early_data = false;
  Then then = Then::data;

  CommonOptions& of(Side side) { return side == Side::client ? static_cast<CommonOptions&>(client) : server; }
  friend void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }   // what GoogleTest calls it
};

/// All of them; each is quick (small shares, P-256 where the suite lets choose).
std::vector<Scenario> all_scenarios();
/// The one of this name.
Scenario scenario(std::string_view name);

/// A scenario whose configurations, and the session that it resumes, are made once.
class Scene {
 public:
  explicit Scene(const Scenario& scenario);
  /// Both ends; the client's early data is written. The sink gets the events of both.
  Result<Pair> begin(Sink* sink = nullptr) const;
  /// The rest of a connection's life: the handshake, what follows it, a word each way, and close_notify from both. Where an end fails
  /// nothing more comes of it. Takes no memory of its own where the pair changes no bytes.
  void live(Pair& pair) const;
  /// The whole life of a pair in which nothing failed: everything was heard, and both sides closed.
  bool lived(const Pair& pair) const;

  std::string name;
  std::shared_ptr<const ClientConfig> client;
  std::shared_ptr<const ServerConfig> server;
  std::shared_ptr<const Session> session{};
  bool early_data;
  Then then;
};

}  // namespace handfast::support
