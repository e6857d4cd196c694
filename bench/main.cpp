// handfast-bench: Handfast beside libssl, measured in one process and one run. docs/bench.md says how to read it.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sched.h>

#include <crypto/aead.hpp>
#include <handfast/version.hpp>
#include <sections.hpp>

namespace {

constexpr bench::Effort thorough{24, 40, 24, 2000};
constexpr bench::Effort quick{16, 10, 4, 200};

/// What the figures depend on, in general terms.
std::vector<std::string> machine() {
  std::string features = "processor:";
  if (__builtin_cpu_supports("aes")) features += " AES-NI";
  if (__builtin_cpu_supports("avx2")) features += " AVX2";
  if (__builtin_cpu_supports("vaes")) features += " VAES";
  if (__builtin_cpu_supports("avx512f")) features += " AVX-512";
  if (__builtin_cpu_supports("avx512ifma")) features += " IFMA";
  using handfast::crypto::Aead;
  bool ipsec_mb = Aead::available(handfast::crypto::AeadAlgorithm::aes_128_gcm, handfast::crypto::AeadBackend::ipsec_mb);
  return {fmt::format("handfast {}", handfast::version()), OpenSSL_version(OPENSSL_VERSION), features,
          ipsec_mb ? "AEAD by Intel IPsec MB" : "AEAD by libcrypto"};
}

// A measurement that moves between processors pays for cold caches.
void stay_on_this_processor() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(sched_getcpu()), &set);
  sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

int main(int argc, char** argv) {
  if (!bench::count_libcrypto_allocations()) fmt::print(stderr, "libcrypto's allocations will not be counted\n");
  CLI::App app{"Handfast beside libssl: records, handshakes, memory. docs/bench.md says how to read the figures."};
  bool json = false, is_quick = false;
  std::string only;
  app.add_flag("--json", json, "print one JSON object");
  app.add_flag("--quick", is_quick, "few repetitions: to see that it works");
  app.add_option("--only", only, "measure this part alone")->check(CLI::IsMember({"records", "handshakes", "handshakes12", "handshakes13", "mlkem", "memory", "refusals", "oracles"}));
  CLI11_PARSE(app, argc, argv);

  bench::Report report(json);
  const auto& effort = is_quick ? quick : thorough;
  try {
    for (const auto& fact : machine()) report.note(fact);
    if (only.empty() || only == "memory") bench::measure_memory(report, effort);   // while the heap is still empty
    bench::stop_counting_bytes();
    stay_on_this_processor();
    if (only.empty() || only == "records") bench::measure_records(report, effort);
    const bool both = only.empty() || only == "handshakes";
    if (both || only == "handshakes12") bench::measure_handshakes12(report, effort);
    if (both || only == "handshakes13") bench::measure_handshakes13(report, effort);
    if (only.empty() || only == "mlkem") bench::measure_mlkem(report, effort);
    if (only.empty() || only == "refusals") bench::measure_refusals(report, effort);
    if (only.empty() || only == "oracles") bench::measure_oracles(report, effort);
    report.finish(machine());
  } catch (const std::exception& error) {
    fmt::print(stderr, "handfast-bench: {}\n", error.what());
    return 1;
  }
}
