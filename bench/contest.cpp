#include <contest.hpp>

#include <stdexcept>

namespace bench {

Contest::Contest(const Scenario& scenario, const Credentials& credentials)
    : scenario_(scenario), handfast_(scenario, credentials), floor_(scenario, credentials), own_chain_(credentials) {
  if (libssl_has(scenario.group)) libssl_.emplace(scenario, credentials);
  if (scenario.is_full()) return;
  Stopwatch ignored;
  if (libssl_) {
    LibsslPair first(*libssl_);
    first.handshake(ignored, ignored);
    ssl_session_ = first.session();
    first.destroy_client();
    first.destroy_server();
  }
  HandfastPair ours(handfast_);
  ours.handshake(ignored, ignored);
  session_ = ours.client().session();
  if (!session_) throw std::runtime_error("Handfast: no session to resume");
}

Measured Contest::run(const Effort& effort) {
  Measured warm_up, measured;
  run_round(warm_up, effort.handshakes);
  for (size_t i = 0; i < effort.rounds; ++i) run_round(measured, effort.handshakes);
  return measured;
}

/// Each candidate has its handshakes in a row, so that none pays for the other's use of the caches.
void Contest::run_round(Measured& to, size_t times) {
  if (libssl_)
    to.libssl.round(times, [&](Stopwatch& client, Stopwatch& server) { to.libssl_bytes = run_libssl(client, server); });
  to.ours.round(times, [&](Stopwatch& client, Stopwatch& server) {
    client.lap([&] { handfast_.forget_peers(); });   // what a full store of known certificates does now and then
    to.our_bytes = run_handfast(client, server);
  });
  if (scenario_.is_full()) {
    to.known.round(times, [&](Stopwatch& client, Stopwatch& server) {
      client.lap([&] { handfast_.forget_verdicts(); });
      run_handfast(client, server);
    });
    to.repeated.round(times, [&](Stopwatch& client, Stopwatch& server) { run_handfast(client, server); });
  }
  run_floors(to, times);
  run_chains(to, times);
}

/// All that a side needs, in turn as in a handshake: a chain drives the other primitives out of the processor's caches, the
/// other side's too.
void Contest::run_floors(Measured& to, size_t times) {
  auto round = [&](Sides& sides, auto chain) {
    sides.round(times, [&](Stopwatch& client, Stopwatch& server) {
      client.lap([&] {
        floor_.run(Side::client, to.our_bytes);
        chain(Side::client);
      });
      server.lap([&] {
        floor_.run(Side::server, to.our_bytes);
        if (scenario_.mutual) chain(Side::server);
      });
    });
  };
  round(to.floor, [](Side) {});
  if (!scenario_.is_full()) return;
  round(to.known_floor, [&](Side side) { floor_.verify_chain(side); });
  round(to.new_floor, [&](Side side) { floor_.check_chain(side); });
}

/// Of a resumption there is none to check, and a server checks one only when the client has shown one: then it took no time.
void Contest::run_chains(Measured& to, size_t times) {
  auto round = [&](Sides& sides, auto work) {
    sides.round(times, [&](Stopwatch& client, Stopwatch& server) {
      if (scenario_.is_full()) client.lap([&] { work(Side::client); });
      if (scenario_.is_full() && scenario_.mutual) server.lap([&] { work(Side::server); });
    });
  };
  round(to.chain, [&](Side side) { floor_.check_chain(side); });
  round(to.verify, [&](Side side) { floor_.verify_chain(side); });
  round(to.own_chain, [&](Side side) { own_chain_.check(side); });
  round(to.own_verify, [&](Side side) { own_chain_.verify(side); });
}

size_t Contest::run_libssl(Stopwatch& client, Stopwatch& server) {
  LibsslPair pair(*libssl_, ssl_session_.get());
  pair.handshake(client, server);
  if (ssl_session_ && SSL_session_reused(pair.server()) != 1) throw std::runtime_error("libssl: not resumed");
  client.lap([&] { pair.destroy_client(); });
  server.lap([&] { pair.destroy_server(); });
  return pair.client_bytes() + pair.server_bytes();
}

size_t Contest::run_handfast(Stopwatch& client, Stopwatch& server) {
  HandfastPair pair(handfast_, session_);
  pair.handshake(client, server);
  if (session_ && !pair.server().summary().resumed) throw std::runtime_error("Handfast: not resumed");
  client.lap([&] { pair.destroy_client(); });
  server.lap([&] { pair.destroy_server(); });
  return pair.client_bytes() + pair.server_bytes();
}

}  // namespace bench
