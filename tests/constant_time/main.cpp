// The program that memcheck watches; its exit code says whether anything leaked.
#include <array>
#include <cstdio>
#include <cstdlib>

#include <base/declassify.hpp>
#include <base/secret.hpp>
#include <secrets.hpp>

namespace handfast {

void declassify(Bytes bytes) { constant_time::make_public(bytes); }

namespace constant_time {
namespace {

int failures = 0, checks = 0;

unsigned complaints_of(void (*run)()) {
  const auto before = complaints();
  run();
  return complaints() - before;
}

void report(const char* name, bool good, const char* words) {
  ++checks;
  if (!good) ++failures;
  std::printf("%-6s  %s%s%s\n", good ? "ok" : "FAILED", name, *words ? ": " : "", words);
  std::fflush(stdout);
}

volatile int sink;

const Buffer& key() {
  static const auto bytes = secret(Buffer(16, 0x35));
  return bytes;
}

void branch_on_secret() {
  if (key()[3] & 1) sink = 1;
}

void index_by_secret() {
  static const std::array<uint8_t, 256> table{};
  sink = table[key()[5]];
}

void stop_at_first_difference() {
  const Buffer guess(16, 0x35);
  for (size_t i = 0; i < guess.size(); ++i)
    if (key()[i] != guess[i]) return;
  sink = 2;
}

void compare_in_constant_time() {
  if (equal_secrets(key(), Buffer(16, 0x35))) sink = 3;
}

}  // namespace

void require(bool right, const char* what) {
  if (right) return;
  std::printf("FAILED  %s\n", what);
  std::exit(1);
}

void check(const char* name, void (*run)()) {
  const auto count = complaints_of(run);
  report(name, count == 0, count == 0 ? "" : "memcheck saw a branch or an index that depends on a secret");
}

void check_is_caught(const char* name, void (*run)()) {
  const auto count = complaints_of(run);
  report(name, count > 0, count > 0 ? "caught, as it must be, for it leaks on purpose" : "memcheck did not see the leak");
}

}  // namespace constant_time
}  // namespace handfast

int main() {
  using namespace handfast::constant_time;
  if (!RUNNING_ON_VALGRIND) {
    std::puts("not under valgrind: nothing is checked");
    return 77;
  }
  check_is_caught("a branch on a secret", branch_on_secret);
  check_is_caught("a table read at a secret place", index_by_secret);
  check_is_caught("a comparison that stops early", stop_at_first_difference);
  check("equal_secrets", compare_in_constant_time);
  check_mlkem();
  check_cbc();
  check_rsa_premaster();
  check_finished();
  check_binder();
  check_tickets();
  check_aead();
  check_exporter();
  std::printf("%d checks, %d failed\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
