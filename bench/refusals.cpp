// refusals.cpp: what a hello that is refused costs its server, beside a whole handshake: who wants to keep a server busy chooses the
// dearest per byte.
#include <fmt/format.h>

#include <cstring>

#include <handfast_pair.hpp>
#include <sections.hpp>
#include <support/hello_bytes.hpp>

namespace bench {
namespace {

using handfast::Buffer;
using handfast::support::HelloBytes;
using handfast::support::put;
using handfast::support::put_block;

constexpr size_t longest = handfast::Limits{}.client_hello;

struct Attack {
  std::string name, id;
  Buffer wire;
};

HelloBytes without_suite() {
  auto hello = HelloBytes::tls13();
  hello.suites = {0x1399};
  return hello;
}

HelloBytes with_extensions(size_t count, size_t size) {
  auto hello = without_suite();
  for (size_t i = 0; hello.extensions.size() < count; ++i) hello.extensions.emplace_back(static_cast<uint16_t>(0x4000 + i), Buffer(size, 5));
  return hello;
}

/// Tickets of nobody; the last suite is one that we have, so that they are looked at.
HelloBytes with_tickets(size_t count, size_t size) {
  auto hello = HelloBytes::tls13();
  hello.extensions[1].second = {0, 2, 0x44, 0x44};   // no common group
  hello.extensions[4].second = {0, 0};
  Buffer identities, binders, data;
  for (size_t i = 0; i < count; ++i) {
    put_block(identities, Buffer(size, 8), 2);
    put(identities, 0, 4);
    put_block(binders, Buffer(32, 3), 1);
  }
  put_block(data, identities, 2);
  put_block(data, binders, 2);
  hello.extensions.emplace_back(HelloBytes::pre_shared_key, data);
  return hello;
}

HelloBytes with_suites() {
  auto hello = without_suite();
  while (hello.body().size() + 2 <= longest) hello.suites.push_back(0x4a4a);
  return hello;
}

std::vector<Attack> attacks() {
  Buffer too_long{1};
  put(too_long, longest + 1, 3);
  return {{"no common suite", "no_suite", without_suite().wire()},
          {"the same, as long as it may be", "long", without_suite().pad_to(longest).wire()},
          {"the same, in records of one byte", "long_in_bytes", without_suite().pad_to(longest).wire(1)},
          {"6000 suites that we do not have", "suites", with_suites().wire()},
          {"128 extensions", "extensions", with_extensions(128, 80).wire()},
          {"8 tickets of nobody", "tickets", with_tickets(8, 200).wire()},
          {"too long by its header", "too_long", handfast::support::plain_records(22, too_long)},
          {"not TLS", "not_tls", Buffer(100, 'x')}};
}

void refuse(const HandfastConfig& config, const Attack& attack) {
  auto server = *handfast::Connection::server(config.server());
  for (handfast::Bytes rest = attack.wire; !rest.empty();) {
    auto room = server.input();
    const auto n = std::min(room.size(), rest.size());
    if (n == 0) break;
    std::memcpy(room.data(), rest.data(), n);
    rest = rest.subspan(n);
    if (!server.received(n)) break;
  }
  if (!server.error()) throw std::runtime_error("a hello was not refused: " + attack.name);
}

}  // namespace

void measure_refusals(Report& report, const Effort& effort) {
  report.heading("Refused hellos: CPU microseconds of the server, object made and destroyed");
  Scenario scenario;
  scenario.suite = handfast::Suite::TLS_AES_128_GCM_SHA256;
  const HandfastConfig config(scenario, make_credentials(Key::ecdsa_p256));
  const auto all = attacks();
  std::vector<std::vector<double>> costs(all.size() + 1);
  for (size_t round = 0; round < effort.rounds + 1; ++round) {
    Stopwatch client, server;
    for (size_t i = 0; i < effort.handshakes; ++i) {
      HandfastPair pair(config);
      pair.handshake(client, server);
      server.lap([&] { pair.destroy_server(); });
    }
    const auto whole = server.take() / 1000 / static_cast<double>(effort.handshakes);
    if (round > 0) costs.back().push_back(whole);
    for (size_t kind = 0; kind < all.size(); ++kind) {
      Stopwatch watch;
      watch.lap([&] {
        for (size_t i = 0; i < effort.handshakes; ++i) refuse(config, all[kind]);
      });
      if (round > 0) costs[kind].push_back(watch.take() / 1000 / static_cast<double>(effort.handshakes));   // the first warms up
    }
  }
  std::vector<std::vector<std::string>> rows = {{"", "bytes", "us", "x a whole handshake", "ns a byte"}};
  rows.push_back({"a whole handshake of TLS 1.3", "-", number(median(costs.back())), "1.00", "-"});
  report.figure("refusals.whole_handshake_us", median(costs.back()));
  for (size_t kind = 0; kind < all.size(); ++kind) {
    const auto cost = median(costs[kind]);
    const auto bytes = all[kind].wire.size();
    rows.push_back({all[kind].name, std::to_string(bytes), number(cost), number(median_ratio(costs[kind], costs.back()), 2),
                    number(1000 * cost / static_cast<double>(bytes), 1)});
    report.figure("refusals." + all[kind].id + "_us", cost);
  }
  report.table(rows);
}

}  // namespace bench
