// handshakes.cpp: CPU and allocations of whole handshakes, each side apart, memory to memory.
#include <comparison.hpp>
#include <sections.hpp>

namespace bench {
namespace {

/// The rows of one scenario, in the order of the report.
class Rows {
 public:
  Rows(Report& report, const Scenario& scenario, std::vector<std::vector<std::string>>& rows)
      : report_(report), scenario_(scenario), rows_(rows) {}

  Lines add(const Measured& measured, size_t handshakes) {
    auto line = [&](Side side, Peer peer, const std::string& name, const std::string& id) {
      auto made = line_of(measured, side, peer, handshakes);
      add_figures(report_, "handshakes." + scenario_.id + "." + id, made);
      rows_.push_back(row_of(scenario_.name + ": " + name, made));
      return made;
    };
    Lines lines;
    const bool is_full = scenario_.is_full(), is_mutual = is_full && scenario_.mutual;
    lines.server = line(Side::server, Peer::new_one, "server", "server");
    if (is_mutual) {
      lines.server_known = line(Side::server, Peer::known, "server, known peer", "server_known");
      lines.server_verified = line(Side::server, Peer::verified, "server, verified chain", "server_repeated");
    }
    lines.client = line(Side::client, Peer::new_one, "client", "client");
    if (is_full) {
      lines.client_known = line(Side::client, Peer::known, "client, known peer", "client_known");
      lines.client_verified = line(Side::client, Peer::verified, "client, verified chain", "client_repeated");
    }
    return lines;
  }

 private:
  Report& report_;
  const Scenario& scenario_;
  std::vector<std::vector<std::string>>& rows_;
};

void measure(Report& report, const Effort& effort, const std::vector<Scenario>& scenarios,
             void (*set_targets)(Report&, const Scenario&, const Lines&)) {
  const auto ecdsa = make_credentials(Key::ecdsa_p256), rsa = make_credentials(Key::rsa_2048);
  std::vector<std::vector<std::string>> rows = {header_row()};
  std::vector<std::vector<std::string>> sizes = {{"bytes of all flights", "libssl", "handfast"}};
  for (const auto& scenario : scenarios) {
    Contest contest(scenario, scenario.key == Key::rsa_2048 ? rsa : ecdsa);
    auto measured = contest.run(effort);
    auto lines = Rows(report, scenario, rows).add(measured, effort.rounds * effort.handshakes);
    set_targets(report, scenario, lines);
    sizes.push_back({scenario.name, measured.libssl_bytes ? std::to_string(measured.libssl_bytes) : "-",
                     std::to_string(measured.our_bytes)});
  }
  report.table(rows);
  report.note("");
  report.table(sizes);
}

}  // namespace

void measure_handshakes12(Report& report, const Effort& effort) {
  report.heading("Handshakes of TLS 1.2: CPU microseconds of each side, objects made and destroyed");
  measure(report, effort, scenarios12(), set_targets12);
}

void measure_handshakes13(Report& report, const Effort& effort) {
  report.heading("Handshakes of TLS 1.3: CPU microseconds of each side, objects made and destroyed");
  measure(report, effort, scenarios13(), set_targets13);
#if __has_include(<lib25519.h>)
  report.note("\nlib25519: found, but X25519 is libcrypto's here: nothing uses it yet");
#else
  report.note("\nlib25519: not found (Debian 12 has no package of it); X25519 is libcrypto's in all rows");
#endif
}

}  // namespace bench
