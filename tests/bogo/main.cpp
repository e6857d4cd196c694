// The shim that BoGo's runner starts once a test: a client or server that does as its command line says. Its exit codes are the
// runner's: 0 all was as expected, 1 the connection failed (standard error says how), 89 a flag is not known, 90 it is not as it
// must be: no test wants that.
#include <cstdio>
#include <cstring>
#include <string>

#include <bogo/exchange.hpp>
#include <bogo/flags.hpp>

namespace {

using namespace handfast::bogo;

int say(int code, const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  return code;
}

int run(const AllFlags& flags) {
  World world;
  std::shared_ptr<const handfast::Session> session;
  for (int i = 0; i <= flags.initial.resume_count; ++i) {
    const bool resuming = i > 0;
    if (resuming && !flags.initial.server && !session) return say(90, "no session to offer");
    const auto& now = resuming ? flags.resume : flags.initial;
    Exchange exchange(world, now, flags.retry, resuming, session);
    const auto outcome = exchange.run();
    if (!outcome) return say(outcome.error().is_judgement ? 90 : 1, fmt::format("connection {}: {}", i + 1, outcome.error().what));
    session = exchange.session();
    world.now += std::chrono::seconds(now.resumption_delay);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) try {
  if (count == 2 && std::strcmp(arguments[1], "-is-handshaker-supported") == 0) return std::puts("No") < 0;
  const auto flags = parse_flags(count - 1, arguments + 1);
  return flags ? run(*flags) : say(89, flags.error());
} catch (const NotImplemented& not_implemented) {
  return say(89, "not implemented: " + not_implemented.what);
}
