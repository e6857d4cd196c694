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
struct Costs {
  std::vector<double> libssl, ours, floor, chain;
};

struct Measured {
  Costs client, server;
  Stopwatch our_client, our_server;   ///< their allocations
  size_t rounds_times_handshakes = 0;
  size_t our_bytes = 0, libssl_bytes = 0;
};

/// The four candidates of one scenario, ready to be run in turns.
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
    for (size_t i = 0; i < effort.handshakes; ++i) run_all();   // to warm up
    measured_ = {};
    for (size_t round = 0; round < effort.rounds; ++round) {
      for (auto watch : {&ssl_client_, &ssl_server_, &our_client_, &our_server_, &floor_client_, &floor_server_,
                         &chain_client_, &chain_server_})
        watch->take();
      if (round == 0) our_client_ = our_server_ = {};
      for (size_t i = 0; i < effort.handshakes; ++i) run_all();
      auto per_handshake = 1000 * static_cast<double>(effort.handshakes);
      auto keep = [&](Costs& costs, Stopwatch& ssl, Stopwatch& ours, Stopwatch& floor, Stopwatch& chain) {
        costs.libssl.push_back(ssl.take() / per_handshake);
        costs.ours.push_back(ours.take() / per_handshake);
        costs.floor.push_back(floor.take() / per_handshake);
        costs.chain.push_back(chain.take() / per_handshake);
      };
      keep(measured_.client, ssl_client_, our_client_, floor_client_, chain_client_);
      keep(measured_.server, ssl_server_, our_server_, floor_server_, chain_server_);
    }
    measured_.our_client = our_client_;
    measured_.our_server = our_server_;
    measured_.rounds_times_handshakes = effort.rounds * effort.handshakes;
    return std::move(measured_);
  }

 private:
  void run_all() {
    run_libssl();
    run_handfast();
    floor_client_.lap([&] { floor_.run(Side::client, measured_.our_bytes); });
    floor_server_.lap([&] { floor_.run(Side::server, measured_.our_bytes); });
    if (scenario_.resumption != Resumption::none) return;
    chain_client_.lap([&] { floor_.check_chain(Side::client); });
    if (scenario_.mutual) chain_server_.lap([&] { floor_.check_chain(Side::server); });
  }

  void run_libssl() {
    LibsslPair pair(libssl_, ssl_session_.get());
    pair.handshake(ssl_client_, ssl_server_);
    if (ssl_session_ && SSL_session_reused(pair.server()) != 1) throw std::runtime_error("libssl: not resumed");
    measured_.libssl_bytes = pair.client_bytes() + pair.server_bytes();
    ssl_client_.lap([&] { pair.destroy_client(); });
    ssl_server_.lap([&] { pair.destroy_server(); });
  }

  void run_handfast() {
    HandfastPair pair(handfast_, session_);
    pair.handshake(our_client_, our_server_);
    if (session_ && !pair.server().summary().resumed) throw std::runtime_error("Handfast: not resumed");
    measured_.our_bytes = pair.client_bytes() + pair.server_bytes();
    our_client_.lap([&] { pair.destroy_client(); });
    our_server_.lap([&] { pair.destroy_server(); });
  }

  const Scenario& scenario_;
  LibsslConfig libssl_;
  HandfastConfig handfast_;
  Floor floor_;
  SslSession ssl_session_;
  std::shared_ptr<const handfast::Session> session_;
  Stopwatch ssl_client_, ssl_server_, our_client_, our_server_, floor_client_, floor_server_, chain_client_, chain_server_;
  Measured measured_;
};

std::vector<double> minus(const std::vector<double>& a, const std::vector<double>& b) {
  auto result = a;
  for (size_t i = 0; i < result.size() && i < b.size(); ++i) result[i] -= b[i];
  return result;
}

std::vector<double> plus(const std::vector<double>& a, const std::vector<double>& b) {
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

Line line_of(const Costs& costs, const Stopwatch& watch, size_t handshakes) {
  auto whole_floor = plus(costs.floor, costs.chain);
  auto count = static_cast<double>(handshakes);
  return {median(costs.libssl),
          median(costs.ours),
          median(whole_floor),
          median(costs.chain),
          median_ratio(costs.ours, costs.libssl),
          median_ratio(minus(costs.ours, costs.chain), minus(costs.libssl, costs.chain)),
          median_ratio(costs.ours, whole_floor),
          median_ratio(whole_floor, costs.ours),
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

void set_targets(Report& report, const Scenario& scenario, const Line& client, const Line& server) {
  auto what = [&](const char* rest) { return scenario.name + rest; };
  constexpr const char* times_libssl = "x libssl";
  if (scenario.resumption == Resumption::ticket && !scenario.mutual) {
    report.target(what(": server's CPU"), server.ratio, Bound::at_most, 0.45, times_libssl);
    report.target(what(": client's CPU"), client.ratio, Bound::at_most, 0.45, times_libssl);
  }
  if (scenario.id != "ecdsa_x25519") return;
  report.target(what(": server's CPU"), server.ratio, Bound::at_most, 0.75, times_libssl);
  report.target(what(": server's CPU"), server.over_floor, Bound::at_most, 1.20, "x its floor");
  report.target(what(": client's CPU without the chain's"), client.ratio_without_chain, Bound::at_most, 0.75,
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
    auto client = line_of(measured.client, measured.our_client, measured.rounds_times_handshakes);
    auto server = line_of(measured.server, measured.our_server, measured.rounds_times_handshakes);
    add_figures(report, "handshakes." + scenario.id + ".client", client);
    add_figures(report, "handshakes." + scenario.id + ".server", server);
    rows.push_back(row_of(scenario.name + ": server", server));
    rows.push_back(row_of(scenario.name + ": client", client));
    sizes.push_back({scenario.name, std::to_string(measured.libssl_bytes), std::to_string(measured.our_bytes)});
    set_targets(report, scenario, client, server);
  }
  report.table(rows);
  report.note("");
  report.table(sizes);
}

}  // namespace bench
