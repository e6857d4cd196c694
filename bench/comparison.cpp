#include <comparison.hpp>

namespace bench {
namespace {

Rounds minus(const Rounds& a, const Rounds& b) {
  auto result = a;
  for (size_t i = 0; i < result.size() && i < b.size(); ++i) result[i] -= b[i];
  return result;
}

/// Where libssl has no such handshake there is nothing to compare with.
std::string ratio(const Line& line, double value) { return line.libssl > 0 ? number(value, 2) : "-"; }

}  // namespace

Line line_of(const Measured& measured, Side side, Peer peer, size_t handshakes) {
  const auto& sides = peer == Peer::new_one ? measured.ours : peer == Peer::known ? measured.known : measured.repeated;
  const auto &ours = sides.rounds(side), &libssl = measured.libssl.rounds(side), &chain = measured.chain.rounds(side);
  // With a verdict that is remembered our side spends nothing on the chain but its hash.
  const Rounds nothing(ours.size(), 0);
  const auto &same = peer == Peer::new_one ? chain : peer == Peer::known ? measured.verify.rounds(side) : nothing;
  const auto &own = peer == Peer::new_one ? measured.own_chain.rounds(side)
                    : peer == Peer::known ? measured.own_verify.rounds(side)
                                          : nothing;
  const bool is_full = !measured.known.rounds(side).empty();
  const auto& floor = (!is_full || peer == Peer::verified ? measured.floor
                       : peer == Peer::known              ? measured.known_floor
                                                          : measured.new_floor)
                          .rounds(side);
  auto count = static_cast<double>(handshakes);
  return {.libssl = median(libssl),
          .ours = median(ours),
          .floor = median(floor),
          .chain = median(same),
          .own_chain = median(own),
          .ratio = median_ratio(ours, libssl),
          .ratio_without_chain = median_ratio(minus(ours, same), minus(libssl, chain)),
          .ratio_without_own = median_ratio(minus(ours, own), minus(libssl, chain)),
          .over_floor = median_ratio(ours, floor),
          .share = median_ratio(floor, ours),
          .allocations = static_cast<double>(sides.watch(side).our_allocations()) / count,
          .libcrypto_allocations = static_cast<double>(sides.watch(side).libcrypto_allocations()) / count};
}

void add_figures(Report& report, const std::string& id, const Line& line) {
  if (line.libssl > 0) {
    report.figure(id + ".libssl_us", line.libssl);
    report.figure(id + ".ratio", line.ratio);
    report.figure(id + ".ratio_without_chain", line.ratio_without_chain);
    report.figure(id + ".ratio_without_own_chain", line.ratio_without_own);
  }
  report.figure(id + ".handfast_us", line.ours);
  report.figure(id + ".floor_us", line.floor);
  report.figure(id + ".chain_us", line.chain);
  report.figure(id + ".own_chain_us", line.own_chain);
  report.figure(id + ".over_floor", line.over_floor);
  report.figure(id + ".allocations", line.allocations);
  report.figure(id + ".libcrypto_allocations", line.libcrypto_allocations);
}

std::vector<std::string> header_row() {
  return {"",      "libssl",  "handfast",   "ratio", "chain",    "ratio-chain", "own chain", "ratio-own",
          "floor", "x floor", "primitives", "new",   "libcrypto"};
}

std::vector<std::string> row_of(const std::string& name, const Line& line) {
  return {name,
          line.libssl > 0 ? number(line.libssl) : "-",
          number(line.ours),
          ratio(line, line.ratio),
          number(line.chain),
          ratio(line, line.ratio_without_chain),
          number(line.own_chain),
          ratio(line, line.ratio_without_own),
          number(line.floor),
          number(line.over_floor, 2),
          number(100 * line.share, 0) + "%",
          number(line.allocations, 0),
          number(line.libcrypto_allocations, 0)};
}

}  // namespace bench
