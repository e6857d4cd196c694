// handshake_targets.cpp: what is aimed at, beside libssl and beside the primitives' floor.
#include <comparison.hpp>

namespace bench {
namespace {

constexpr const char *times_libssl = "x libssl", *times_floor = "x its floor";

/// Names each target of one scenario by its row.
struct Aim {
  Report& report;
  const Scenario& scenario;
  void at_most(const std::string& what, double value, double limit, const char* unit = "") const {
    report.target(scenario.name + ": " + what, value, Bound::at_most, limit, unit);
  }
};

void set_verified_targets(const Aim& aim, const Lines& lines) {
  const auto limit = aim.scenario.mutual ? 0.50 : 0.45;
  aim.at_most("client's CPU, verified chain", lines.client_verified.ratio, limit, times_libssl);
  if (aim.scenario.mutual) aim.at_most("server's CPU, verified chain", lines.server_verified.ratio, limit, times_libssl);
}

/// Both sides of a mutual handshake check a chain; otherwise the client alone does.
void set_chain_targets(const Aim& aim, const Lines& lines) {
  auto add = [&](const char* side, const Line& known, const Line& fresh) {
    const auto what = std::string(side) + "'s CPU without the chain's, ";
    aim.at_most(what + "known peer", known.ratio_without_chain, 0.75, times_libssl);
    aim.at_most(what + "new peer", fresh.ratio_without_chain, 0.75, times_libssl);
  };
  add("client", lines.client_known, lines.client);
  if (aim.scenario.mutual) add("server", lines.server_known, lines.server);
}

}  // namespace

void set_targets12(Report& report, const Scenario& scenario, const Lines& lines) {
  const Aim aim{report, scenario};
  if (scenario.id == "resumed_ticket") {
    aim.at_most("server's CPU", lines.server.ratio, 0.45, times_libssl);
    aim.at_most("client's CPU", lines.client.ratio, 0.45, times_libssl);
  }
  if (scenario.id == "ecdsa_x25519") {
    set_verified_targets(aim, lines);
    aim.at_most("server's CPU", lines.server.ratio, 0.75, times_libssl);
    aim.at_most("server's CPU", lines.server.over_floor, 1.20, times_floor);
    set_chain_targets(aim, lines);
    aim.at_most("client's own allocations", lines.client.allocations, 120);
    aim.at_most("server's own allocations", lines.server.allocations, 120);
  }
  if (scenario.id == "ecdsa_x25519_mutual") set_verified_targets(aim, lines);
}

void set_targets13(Report& report, const Scenario& scenario, const Lines& lines) {
  const Aim aim{report, scenario};
  if (scenario.id == "tls13_ecdsa_x25519") {
    aim.at_most("server's CPU", lines.server.ratio, 0.70, times_libssl);
    aim.at_most("server's CPU", lines.server.over_floor, 1.15, times_floor);
  }
  if (scenario.id == "tls13_ecdsa_x25519" || scenario.id == "tls13_ecdsa_x25519_mutual") {
    set_chain_targets(aim, lines);
    set_verified_targets(aim, lines);
  }
  if (scenario.id == "tls13_ecdsa_x25519mlkem768") {
    aim.at_most("server's CPU", lines.server.over_floor, 1.20, times_floor);
    aim.at_most("client's CPU, known peer", lines.client_known.over_floor, 1.20, times_floor);
  }
  if (scenario.id == "tls13_rsa_x25519") aim.at_most("server's CPU", lines.server.ratio, 0.90, times_libssl);
  if (scenario.id == "tls13_resumed") {
    aim.at_most("server's CPU", lines.server.ratio, 0.60, times_libssl);
    aim.at_most("client's CPU", lines.client.ratio, 0.60, times_libssl);
  }
}

}  // namespace bench
