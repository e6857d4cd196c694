// comparison.hpp: what is printed of one scenario, made of what was measured.
#pragma once

#include <contest.hpp>
#include <report.hpp>

namespace bench {

/// How much our side knows of its peer.
enum class Peer { new_one, known, verified };

/// One side of one scenario.
struct Line {
  double libssl, ours, floor, chain, own_chain;   // microseconds
  double ratio;                  ///< ours over libssl's
  double ratio_without_chain;    ///< after taking the same time for the chain, libcrypto's, from both
  double ratio_without_own;      ///< after taking from each what it spends on the chain itself
  double over_floor, share;
  double allocations, libcrypto_allocations;
};

Line line_of(const Measured& measured, Side side, Peer peer, size_t handshakes);
void add_figures(Report& report, const std::string& id, const Line& line);
std::vector<std::string> header_row();
std::vector<std::string> row_of(const std::string& name, const Line& line);

/// All lines of a scenario. Of a resumption there are only those with a new peer, and a server knows none but a mutual one's.
struct Lines {
  Line server{}, server_known{}, server_verified{};
  Line client{}, client_known{}, client_verified{};
};

void set_targets12(Report& report, const Scenario& scenario, const Lines& lines);
void set_targets13(Report& report, const Scenario& scenario, const Lines& lines);

}  // namespace bench
