// contest.hpp: the candidates of one scenario, run in turns.
#pragma once

#include <optional>

#include <floor.hpp>
#include <handfast_pair.hpp>
#include <libssl_pair.hpp>
#include <own_chain.hpp>

namespace bench {

/// Microseconds of one handshake, a value a round.
using Rounds = std::vector<double>;

/// Both sides of one candidate.
class Sides {
 public:
  /// Has `once(client, server)` do one handshake `times` times; a round's value is the median of its handshakes.
  template <class Once>
  void round(size_t times, Once once) {
    std::vector<double> client_us, server_us;
    for (size_t i = 0; i < times; ++i) {
      once(client, server);
      client_us.push_back(client.take() / 1000);
      server_us.push_back(server.take() / 1000);
    }
    client_rounds.push_back(median(std::move(client_us)));
    server_rounds.push_back(median(std::move(server_us)));
  }
  const Rounds& rounds(Side side) const { return side == Side::client ? client_rounds : server_rounds; }
  const Stopwatch& watch(Side side) const { return side == Side::client ? client : server; }

  Stopwatch client, server;
  Rounds client_rounds, server_rounds;
};

struct Measured {
  Sides libssl;       ///< no rounds where it has not the group
  Sides ours;         ///< with peers that are new
  Sides known;        ///< with peers whose certificates were seen before
  Sides repeated;     ///< with peers whose chains were verified before
  Sides floor;        ///< the primitives
  Sides known_floor;  ///< with libcrypto's verification of a known peer's chain among them
  Sides new_floor;    ///< with its parsing and verification of a new peer's chain among them
  Sides chain;        ///< libcrypto's parsing and verifying of the peer's chain
  Sides verify;       ///< its verifying alone, parsed before
  Sides own_chain;    ///< our parsing and verifying of it
  Sides own_verify;   ///< our verifying alone
  size_t our_bytes = 0, libssl_bytes = 0;   ///< of all flights
};

class Contest {
 public:
  Contest(const Scenario& scenario, const Credentials& credentials);
  Measured run(const Effort& effort);

 private:
  void run_round(Measured& to, size_t times);
  void run_floors(Measured& to, size_t times);
  void run_chains(Measured& to, size_t times);
  size_t run_libssl(Stopwatch& client, Stopwatch& server);
  size_t run_handfast(Stopwatch& client, Stopwatch& server);

  const Scenario& scenario_;
  std::optional<LibsslConfig> libssl_;
  HandfastConfig handfast_;
  Floor floor_;
  OwnChain own_chain_;
  SslSession ssl_session_;
  std::shared_ptr<const handfast::Session> session_;
};

}  // namespace bench
