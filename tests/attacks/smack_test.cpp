// "A Messy State of the Union" (Beurdouche and others, 2015): state machines that take messages left out, twice or too early.
#include <gtest/gtest.h>

#include <handshake/link_pair.hpp>
#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

/// What somebody in between, or a hostile peer, does with the messages.
struct Script {
  enum Act { leave_out, twice, swap } act;
  Side to;
  size_t at;   ///< the message to `to` that it happens to
};

struct Outcome {
  bool happened = false;
  bool completed = false;   ///< the victim
  std::string what{};
};

bool is_optional(std::string_view message) { return message == "ChangeCipherSpec"; }

/// Runs the handshake; the script applies while the victim's handshake is not over.
Outcome play(const Scene& scene, const Script& script) {
  LinkPair pair(scene.client, scene.server, scene.session, scene.early_data);
  auto& victim = pair.end(script.to);
  Outcome outcome;
  const bool has_what = pair.run_until(script.to, script.at) && !victim.link->done;
  auto& coming = pair.other(script.to).outbox.messages;
  const size_t needed = script.act == Script::swap ? 2 : 1;
  // RFC 8446 section D.4: a ChangeCipherSpec of TLS 1.3 says nothing, and may be left out, repeated or moved.
  const bool means_nothing = has_what && victim.link->is_tls13() && is_optional(coming.front().name);
  if (!has_what || coming.size() < needed || means_nothing) return outcome;
  outcome.happened = true;
  outcome.what = coming.front().name;
  if (script.act == Script::leave_out) coming.pop_front();
  if (script.act == Script::twice) coming.push_front(coming.front());
  if (script.act == Script::swap) std::swap(coming[0], coming[1]);
  pair.run_until(script.to, SIZE_MAX);
  outcome.completed = victim.link->done && !victim.link->error;
  return outcome;
}

void expect_no_way_through(Script::Act act) {
  size_t tried = 0;
  for (const auto& each : all_scenarios()) {
    const Scene scene(each);
    for (auto to : {Side::client, Side::server})
      for (size_t at = 0; at < 12; ++at) {
        const auto outcome = play(scene, {act, to, at});
        if (!outcome.happened) continue;
        ++tried;
        EXPECT_FALSE(outcome.completed) << each.name << ": " << outcome.what << " to the "
                                        << (to == Side::client ? "client" : "server");
      }
  }
  EXPECT_GT(tried, 50u);
}

// SKIP-TLS, CVE-2014-6593 (JSSE) and CVE-2015-0205 (OpenSSL): whoever leaves a message out does not come through.
TEST(Smack, NoMessageMayBeLeftOut) { expect_no_way_through(Script::leave_out); }

// The same paper, "repeating messages": none is taken twice.
TEST(Smack, NoMessageMayComeTwice) { expect_no_way_through(Script::twice); }

// The same paper, "hopping": nor in another order.
TEST(Smack, NoMessagesChangePlaces) { expect_no_way_through(Script::swap); }

// Early CCS, CVE-2014-0224: a ChangeCipherSpec before the keys are agreed on is refused at every earlier moment.
TEST(EarlyChangeCipherSpec, IsRefused) {
  const WireMessage change{change_cipher_spec_kind, "ChangeCipherSpec", {1}};
  size_t tried = 0;
  for (const auto& each : all_scenarios()) {
    const Scene scene(each);
    if (each.client.versions[0] == Version::tls13) continue;
    for (auto side : {Side::client, Side::server})
      for (size_t at = 0; at < 12; ++at) {
        LinkPair pair(scene.client, scene.server, scene.session);
        auto& end = pair.end(side);
        if (!pair.run_until(side, at) || end.link->done) break;
        const auto next = pair.other(side).outbox.messages.front().name;
        if (next == "ChangeCipherSpec" || next == "Finished") continue;
        end.deliver(change);
        ++tried;
        ASSERT_TRUE(end.link->error) << each.name << " before " << next;
        EXPECT_EQ(end.link->error->fault, Fault::unexpected_message) << each.name << " before " << next;
      }
  }
  EXPECT_GT(tried, 40u);
}

}  // namespace
}  // namespace handfast
