// memory.cpp: what an idle server connection holds, with many open. Each kind is measured in a process of its own, forked
// while the heap is still empty, so that none finds the room that another has left.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>

#include <handfast_pair.hpp>
#include <libssl_pair.hpp>
#include <sections.hpp>

namespace bench {
namespace {

/// Bytes of one connection.
struct Held {
  double ours, libcrypto;   ///< asked for by operator new and by libcrypto, as malloc rounds them
  double heap;              ///< all that malloc has given out, its own headers included
  double resident;          ///< what the process has grown by
};

struct Snapshot {
  Allocations counted = allocations();
  size_t heap, resident;
  Snapshot() {
    auto info = mallinfo2();
    heap = info.uordblks + info.hblkhd;
    size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    resident *= static_cast<size_t>(sysconf(_SC_PAGESIZE));
  }
};

Held held(const Snapshot& before, const Snapshot& after, size_t connections) {
  auto each = [&](size_t a, size_t b) { return (static_cast<double>(b) - static_cast<double>(a)) / static_cast<double>(connections); };
  return {each(before.counted.ours.bytes, after.counted.ours.bytes),
          each(before.counted.libcrypto.bytes, after.counted.libcrypto.bytes), each(before.heap, after.heap),
          each(before.resident, after.resident)};
}

constexpr size_t warm_up = 16;   // connections before the first snapshot: pools, caches and threads' own things are made
const handfast::Buffer& request() {
  static const handfast::Buffer bytes(100, 0x61);
  return bytes;
}

/// What kind of connection is held.
struct Kind {
  std::string name, id;   ///< behind the library's in the report and in the JSON
  handfast::Suite suite;
  bool mutual;
  double limit;           ///< KiB that it should take at most
};

const std::vector<Kind>& kinds() {
  using enum handfast::Suite;
  constexpr auto tls12 = TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls13 = TLS_AES_128_GCM_SHA256;
  static const std::vector<Kind> all = {{"", "", tls12, false, 6},
                                        {", client certificate", "_mutual", tls12, true, 6},
                                        {", TLS 1.3", "_tls13", tls13, false, 4},
                                        {", TLS 1.3, client certificate", "_tls13_mutual", tls13, true, 4}};
  return all;
}

Scenario scenario_of(const Kind& kind) {
  Scenario scenario;
  scenario.suite = kind.suite;
  scenario.mutual = kind.mutual;
  return scenario;
}

Held hold_handfast(const Kind& kind, size_t connections) {
  const auto scenario = scenario_of(kind);
  HandfastConfig config(scenario, make_credentials(Key::ecdsa_p256));
  std::vector<handfast::Connection> open;
  open.reserve(connections + warm_up);
  std::optional<Snapshot> before;
  for (size_t i = 0; i < connections + warm_up; ++i) {
    if (i == warm_up) before.emplace();
    Stopwatch ignored;
    HandfastPair pair(config);
    pair.handshake(ignored, ignored);
    handfast::Buffer wire;
    require(pair.client().write(request()));
    send(pair.client(), wire);
    receive(pair.server(), wire);
    for (auto data = pair.server().read(); data && !data->empty();) data = pair.server().read();
    require(pair.server().write(request()));
    send(pair.server(), wire);
    open.push_back(pair.take_server());
  }
  return held(*before, Snapshot(), connections);
}

Held hold_libssl(const Kind& kind, bool release_buffers, size_t connections) {
  const auto scenario = scenario_of(kind);
  LibsslConfig config(scenario, make_credentials(Key::ecdsa_p256), release_buffers);
  std::vector<Ssl> open;
  open.reserve(connections + warm_up);
  std::optional<Snapshot> before;
  for (size_t i = 0; i < connections + warm_up; ++i) {
    if (i == warm_up) before.emplace();
    Stopwatch ignored;
    LibsslPair pair(config);
    pair.handshake(ignored, ignored);
    std::array<uint8_t, 200> answer;
    auto size = static_cast<int>(request().size());
    if (SSL_write(pair.client(), request().data(), size) != size || SSL_read(pair.server(), answer.data(), 200) != size ||
        SSL_write(pair.server(), request().data(), size) != size)
      throw std::runtime_error("libssl: the exchange failed");
    auto server = pair.take_server();
    SSL_set_bio(server.get(), BIO_new(BIO_s_null()), BIO_new(BIO_s_null()));   // a socket would not hold the bytes either
    open.push_back(std::move(server));
  }
  return held(*before, Snapshot(), connections);
}

template <class Measure>
Held in_a_child(Measure measure) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  auto child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    int failed = 1;
    try {
      auto result = measure();
      failed = write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1;
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
    _exit(failed);
  }
  close(ends[1]);
  Held result{};
  auto got = read(ends[0], &result, sizeof result);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (got != sizeof result || status != 0) throw std::runtime_error("measuring memory failed in the child process");
  return result;
}

}  // namespace

void measure_memory(Report& report, const Effort& effort) {
  auto connections = effort.connections;
  report.heading("Memory: bytes of an idle server connection, " + std::to_string(connections) + " open");
  std::vector<std::vector<std::string>> rows = {{"", "operator new", "libcrypto", "malloc's sum", "resident"}};
  auto add = [&](const std::string& name, const std::string& id, const Held& held) {
    rows.push_back({name, number(held.ours, 0), number(held.libcrypto, 0), number(held.heap, 0), number(held.resident, 0)});
    report.figure("memory." + id + ".operator_new", held.ours);
    report.figure("memory." + id + ".libcrypto", held.libcrypto);
    report.figure("memory." + id + ".malloc", held.heap);
    report.figure("memory." + id + ".resident", held.resident);
  };
  for (const auto& kind : kinds()) {
    auto ours = in_a_child([&] { return hold_handfast(kind, connections); });
    add("handfast" + kind.name, "handfast" + kind.id, ours);
    add("libssl" + kind.name, "libssl" + kind.id, in_a_child([&] { return hold_libssl(kind, false, connections); }));
    add("libssl, SSL_MODE_RELEASE_BUFFERS" + kind.name, "libssl_release_buffers" + kind.id,
        in_a_child([&] { return hold_libssl(kind, true, connections); }));
    report.target("idle server connection" + kind.name, ours.heap / 1024, Bound::at_most, kind.limit, "KiB");
  }
  report.table(rows);
}

}  // namespace bench
