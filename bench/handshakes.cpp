// handshakes.cpp: CPU and allocations of whole handshakes, each side apart, memory to memory.
#include <fmt/format.h>

#include <floor.hpp>
#include <handfast_pair.hpp>
#include <libssl_pair.hpp>
#include <sections.hpp>

namespace bench {
namespace {

using handfast::Group;
using handfast::Suite;

const std::vector<Scenario>& scenarios() {
  using enum Key;
  using enum Group;
  constexpr auto rsa = Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
  constexpr auto ecdsa = Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
  static const std::vector<Scenario> all = {
      {"ECDHE-ECDSA x25519", "ecdsa_x25519", ecdsa_p256, ecdsa, x25519},
      {"ECDHE-ECDSA P-256", "ecdsa_p256", ecdsa_p256, ecdsa, secp256r1},
      {"ECDHE-RSA x25519", "rsa_x25519", rsa_2048, rsa, x25519},
      {"ECDHE-ECDSA x25519, mutual", "ecdsa_x25519_mutual", ecdsa_p256, ecdsa, x25519, true},
      {"ECDHE-ECDSA P-256, mutual", "ecdsa_p256_mutual", ecdsa_p256, ecdsa, secp256r1, true},
      {"ECDHE-RSA x25519, mutual", "rsa_x25519_mutual", rsa_2048, rsa, x25519, true},
      {"resumed by ticket", "resumed_ticket", ecdsa_p256, ecdsa, x25519, false, Resumption::ticket},
      {"resumed by ticket, mutual", "resumed_ticket_mutual", ecdsa_p256, ecdsa, x25519, true, Resumption::ticket},
      {"resumed by session id", "resumed_id", ecdsa_p256, ecdsa, x25519, false, Resumption::session_id},
  };
  return all;
}

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

  Stopwatch client, server;
  Rounds client_rounds, server_rounds;
};

struct Measured {
  Sides libssl;
  Sides ours;     ///< with peers that are new
  Sides known;    ///< with peers whose certificates were seen before
  Sides repeated; ///< with peers whose chains were verified before
  Sides floor;    ///< the primitives
  Sides chain;    ///< parsing and verifying the peer's chain
  Sides verify;   ///< verifying it, parsed before
  size_t our_bytes = 0, libssl_bytes = 0;   ///< of all flights
};

/// The candidates of one scenario, ready to be run in turns.
class Contest {
 public:
  Contest(const Scenario& scenario, const Credentials& credentials)
      : scenario_(scenario),
        libssl_(scenario, credentials),
        handfast_(scenario, credentials),
        floor_(scenario, credentials) {
    if (scenario.resumption == Resumption::none) return;
    Stopwatch ignored;
    LibsslPair first(libssl_);
    first.handshake(ignored, ignored);
    ssl_session_ = first.session();
    first.destroy_client();
    first.destroy_server();
    HandfastPair ours(handfast_);
    ours.handshake(ignored, ignored);
    session_ = ours.client().session();
    if (!session_) throw std::runtime_error("Handfast: no session to resume");
  }

  Measured run(const Effort& effort) {
    Measured warm_up, measured;
    run_round(warm_up, effort.handshakes);
    for (size_t i = 0; i < effort.rounds; ++i) run_round(measured, effort.handshakes);
    return measured;
  }

 private:
  /// Each candidate has its handshakes in a row, so that none pays for the other's use of the caches.
  void run_round(Measured& to, size_t times) {
    to.libssl.round(times, [&](Stopwatch& client, Stopwatch& server) { to.libssl_bytes = run_libssl(client, server); });
    to.ours.round(times, [&](Stopwatch& client, Stopwatch& server) {
      client.lap([&] { handfast_.forget_peers(); });   // what a full store of known certificates does now and then
      to.our_bytes = run_handfast(client, server);
    });
    to.known.round(times, [&](Stopwatch& client, Stopwatch& server) {
      client.lap([&] { handfast_.forget_verdicts(); });
      run_handfast(client, server);
    });
    const bool is_full = scenario_.resumption == Resumption::none;
    if (is_full) to.repeated.round(times, [&](Stopwatch& client, Stopwatch& server) { run_handfast(client, server); });
    to.floor.round(times, [&](Stopwatch& client, Stopwatch& server) {
      client.lap([&] { floor_.run(Side::client, to.our_bytes); });
      server.lap([&] { floor_.run(Side::server, to.our_bytes); });
    });
    to.chain.round(times, [&](Stopwatch& client, Stopwatch& server) {
      if (is_full) client.lap([&] { floor_.check_chain(Side::client); });
      if (is_full && scenario_.mutual) server.lap([&] { floor_.check_chain(Side::server); });
    });
    to.verify.round(times, [&](Stopwatch& client, Stopwatch& server) {
      if (is_full) client.lap([&] { floor_.verify_chain(Side::client); });
      if (is_full && scenario_.mutual) server.lap([&] { floor_.verify_chain(Side::server); });
    });
  }

  size_t run_libssl(Stopwatch& client, Stopwatch& server) {
    LibsslPair pair(libssl_, ssl_session_.get());
    pair.handshake(client, server);
    if (ssl_session_ && SSL_session_reused(pair.server()) != 1) throw std::runtime_error("libssl: not resumed");
    client.lap([&] { pair.destroy_client(); });
    server.lap([&] { pair.destroy_server(); });
    return pair.client_bytes() + pair.server_bytes();
  }

  size_t run_handfast(Stopwatch& client, Stopwatch& server) {
    HandfastPair pair(handfast_, session_);
    pair.handshake(client, server);
    if (session_ && !pair.server().summary().resumed) throw std::runtime_error("Handfast: not resumed");
    client.lap([&] { pair.destroy_client(); });
    server.lap([&] { pair.destroy_server(); });
    return pair.client_bytes() + pair.server_bytes();
  }

  const Scenario& scenario_;
  LibsslConfig libssl_;
  HandfastConfig handfast_;
  Floor floor_;
  SslSession ssl_session_;
  std::shared_ptr<const handfast::Session> session_;
};

Rounds minus(const Rounds& a, const Rounds& b) {
  auto result = a;
  for (size_t i = 0; i < result.size() && i < b.size(); ++i) result[i] -= b[i];
  return result;
}

Rounds plus(const Rounds& a, const Rounds& b) {
  auto result = a;
  for (size_t i = 0; i < result.size() && i < b.size(); ++i) result[i] += b[i];
  return result;
}

/// What is printed of one side of one scenario.
struct Line {
  double libssl, ours, floor, chain;   // microseconds
  double ratio, ratio_without_chain, over_floor, share;
  double allocations, libcrypto_allocations;
};

/// What a side measured; `our_chain` is what our candidate spends on the peer's chain, `chain` what libssl does.
struct Compared {
  const Rounds &libssl, &ours, &floor, &chain, &our_chain;
};

Line line_of(const Compared& rounds, const Stopwatch& watch, size_t handshakes) {
  const auto& [libssl, ours, floor, chain, our_chain] = rounds;
  auto whole_floor = plus(floor, our_chain);
  auto count = static_cast<double>(handshakes);
  return {median(libssl),
          median(ours),
          median(whole_floor),
          median(our_chain),
          median_ratio(ours, libssl),
          median_ratio(minus(ours, our_chain), minus(libssl, chain)),
          median_ratio(ours, whole_floor),
          median_ratio(whole_floor, ours),
          static_cast<double>(watch.our_allocations()) / count,
          static_cast<double>(watch.libcrypto_allocations()) / count};
}

void add_figures(Report& report, const std::string& id, const Line& line) {
  report.figure(id + ".libssl_us", line.libssl);
  report.figure(id + ".handfast_us", line.ours);
  report.figure(id + ".floor_us", line.floor);
  report.figure(id + ".chain_us", line.chain);
  report.figure(id + ".ratio", line.ratio);
  report.figure(id + ".ratio_without_chain", line.ratio_without_chain);
  report.figure(id + ".over_floor", line.over_floor);
  report.figure(id + ".allocations", line.allocations);
  report.figure(id + ".libcrypto_allocations", line.libcrypto_allocations);
}

std::vector<std::string> row_of(const std::string& name, const Line& line) {
  return {name,
          number(line.libssl),
          number(line.ours),
          number(line.ratio, 2),
          number(line.chain),
          number(line.ratio_without_chain, 2),
          number(line.floor),
          number(line.over_floor, 2),
          number(100 * line.share, 0) + "%",
          number(line.allocations, 0),
          number(line.libcrypto_allocations, 0)};
}

/// With a verdict that is remembered our side spends nothing on the chain but its hash.
Sides no_chain(size_t rounds) {
  Sides none;
  none.client_rounds.assign(rounds, 0);
  none.server_rounds.assign(rounds, 0);
  return none;
}

void set_repeated_targets(Report& report, const Scenario& scenario, const Line& client, const Line& server) {
  constexpr const char* times_libssl = "x libssl";
  if (scenario.id == "ecdsa_x25519")
    report.target(scenario.name + ": client's CPU, verified chain", client.ratio, Bound::at_most, 0.45, times_libssl);
  if (scenario.id != "ecdsa_x25519_mutual") return;
  report.target(scenario.name + ": client's CPU, verified chain", client.ratio, Bound::at_most, 0.50, times_libssl);
  report.target(scenario.name + ": server's CPU, verified chain", server.ratio, Bound::at_most, 0.50, times_libssl);
}

void set_targets(Report& report, const Scenario& scenario, const Line& client, const Line& known, const Line& server) {
  auto what = [&](const char* rest) { return scenario.name + rest; };
  constexpr const char* times_libssl = "x libssl";
  if (scenario.resumption == Resumption::ticket && !scenario.mutual) {
    report.target(what(": server's CPU"), server.ratio, Bound::at_most, 0.45, times_libssl);
    report.target(what(": client's CPU"), client.ratio, Bound::at_most, 0.45, times_libssl);
  }
  if (scenario.id != "ecdsa_x25519") return;
  report.target(what(": server's CPU"), server.ratio, Bound::at_most, 0.75, times_libssl);
  report.target(what(": server's CPU"), server.over_floor, Bound::at_most, 1.20, "x its floor");
  report.target(what(": client's CPU without the chain's, known peer"), known.ratio_without_chain, Bound::at_most, 0.75,
                times_libssl);
  report.target(what(": client's CPU without the chain's, new peer"), client.ratio_without_chain, Bound::at_most, 0.75,
                times_libssl);
  report.target(what(": client's own allocations"), client.allocations, Bound::at_most, 120);
  report.target(what(": server's own allocations"), server.allocations, Bound::at_most, 120);
}

}  // namespace

void measure_handshakes(Report& report, const Effort& effort) {
  report.heading("Handshakes: CPU microseconds of each side, objects made and destroyed");
  const auto ecdsa = make_credentials(Key::ecdsa_p256), rsa = make_credentials(Key::rsa_2048);
  std::vector<std::vector<std::string>> rows = {{"", "libssl", "handfast", "ratio", "chain", "ratio-chain", "floor",
                                                 "x floor", "primitives", "new", "libcrypto"}};
  std::vector<std::vector<std::string>> sizes = {{"bytes of all flights", "libssl", "handfast"}};
  for (const auto& scenario : scenarios()) {
    Contest contest(scenario, scenario.key == Key::rsa_2048 ? rsa : ecdsa);
    auto measured = contest.run(effort);
    auto handshakes = effort.rounds * effort.handshakes;
    auto client_of = [&](const Sides& sides, const Sides& our_chain) {
      return line_of({measured.libssl.client_rounds, sides.client_rounds, measured.floor.client_rounds,
                      measured.chain.client_rounds, our_chain.client_rounds},
                     sides.client, handshakes);
    };
    auto server_of = [&](const Sides& sides, const Sides& our_chain) {
      return line_of({measured.libssl.server_rounds, sides.server_rounds, measured.floor.server_rounds,
                      measured.chain.server_rounds, our_chain.server_rounds},
                     sides.server, handshakes);
    };
    auto add = [&](const std::string& name, const std::string& part, const Line& line) {
      add_figures(report, "handshakes." + scenario.id + "." + part, line);
      rows.push_back(row_of(scenario.name + ": " + name, line));
    };
    auto known = client_of(measured.known, measured.verify);
    auto client = client_of(measured.ours, measured.chain), server = server_of(measured.ours, measured.chain);
    add("server", "server", server);
    if (scenario.mutual && scenario.resumption == Resumption::none)
      add("server, known peer", "server_known", server_of(measured.known, measured.verify));
    add("client", "client", client);
    if (scenario.resumption == Resumption::none) {
      add("client, known peer", "client_known", known);
      const Sides nothing_of_chain = no_chain(effort.rounds);
      auto repeated_client = client_of(measured.repeated, nothing_of_chain);
      auto repeated_server = server_of(measured.repeated, nothing_of_chain);
      add("client, verified chain", "client_repeated", repeated_client);
      if (scenario.mutual) add("server, verified chain", "server_repeated", repeated_server);
      set_repeated_targets(report, scenario, repeated_client, repeated_server);
    }
    sizes.push_back({scenario.name, std::to_string(measured.libssl_bytes), std::to_string(measured.our_bytes)});
    set_targets(report, scenario, client, known, server);
  }
  report.table(rows);
  report.note("");
  report.table(sizes);
}

}  // namespace bench
