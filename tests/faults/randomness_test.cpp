// The n-th call for randomness fails, for every n, in every scenario and on either side: the connection that asked fails with that, and
// sends nothing any more but its alert.
#include <gtest/gtest.h>
#include <openssl/rand.h>

#include <support/scenarios.hpp>

namespace handfast {
namespace {

using namespace support;

/// libcrypto's generator by way of the configuration, until it fails.
struct Source {
  size_t calls = 0, fails_at = SIZE_MAX;
  std::function<bool(std::span<uint8_t>)> function() {
    return [this](std::span<uint8_t> out) {
      for (auto& byte : out) byte = static_cast<uint8_t>(next_ = next_ * 6364136223846793005u + 1442695040888963407u, next_ >> 56);
      return ++calls < fails_at;
    };
  }

 private:
  uint64_t next_ = 1;
};

/// Messages that this side sends after its source has failed.
struct LastWords : Sink {
  LastWords(const Source& of, Side who) : source(of), side(who) {}
  void event(const Origin& origin, const Event& event) override {
    auto message = std::get_if<MessageEvent>(&event);
    if (!message || origin.side != side || message->direction != Direction::sent || source.calls < source.fails_at) return;
    words += std::string(message->name) + " ";
  }
  const Source& source;
  const Side side;
  std::string words{};
};

void fail_each_call(const Scenario& plain, Side side) {
  Source source;
  auto scenario = plain;
  scenario.of(side).environment.random = source.function();
  const Scene scene(scenario);
  for (size_t n = 1; n < 100; ++n) {
    SCOPED_TRACE(std::string(side == Side::client ? "client" : "server") + "'s call " + std::to_string(n));
    source.calls = 0;
    source.fails_at = n;
    LastWords last(source, side);
    auto pair = scene.begin(&last);
    if (!pair) {
      EXPECT_EQ(pair.error().fault, Fault::randomness_failed);
      continue;
    }
    scene.live(*pair);
    if (source.calls < n) {
      EXPECT_TRUE(scene.lived(*pair));
      return;
    }
    EXPECT_EQ(last.words, "");
    auto& end = side == Side::client ? pair->client : pair->server;
    auto& other = side == Side::client ? pair->server : pair->client;
    EXPECT_EQ(fault_id(end), info(Fault::randomness_failed).id);
    ASSERT_TRUE(other.error());
    EXPECT_EQ(other.error()->alert, Alert::internal_error);
  }
  FAIL() << "it never ends";
}

TEST(RandomnessFails, AtAnyCall) {
  for (const auto& each : all_scenarios()) {
    SCOPED_TRACE(each.name);
    for (auto side : {Side::client, Side::server}) fail_each_call(each, side);
  }
}

/// Between libcrypto and its generator, while it exists: keys, nonces of signatures, blinding, IVs and whatever the configuration has
/// no source of its own for.
struct LibcryptoSource {
  LibcryptoSource() { use(&method); }
  ~LibcryptoSource() { use(nullptr); }
  LibcryptoSource(const LibcryptoSource&) = delete;

  static inline size_t calls = 0, fails_at = SIZE_MAX;

 private:
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  static void use(const RAND_METHOD* replacement) { ASSERT_EQ(RAND_set_rand_method(replacement), 1); }
#pragma GCC diagnostic pop
  static int bytes(unsigned char* out, int length) {
    if (++calls == fails_at) return 0;
    return EVP_RAND_generate(RAND_get0_private(nullptr), out, static_cast<size_t>(length), 0, 0, nullptr, 0);
  }
  static inline const RAND_METHOD method = {nullptr, bytes, nullptr, nullptr, bytes, nullptr};
};

/// It has failed by itself. An RSA decryption that fails must look like a bad padding, whatever the reason (RFC 5246 section 7.4.7.1).
bool failed_by_itself(const Connection& end, bool decrypts) {
  const auto* error = end.error();
  if (decrypts && fault_id(end) == "record.bad_mac") return true;
  return error && error->who == Who::local && error->alert == Alert::internal_error;
}

TEST(RandomnessFails, AtAnyCallWithinLibcrypto) {
  for (const auto& each : all_scenarios()) {
    const Scene scene(each);
    LibcryptoSource source;
    bool failed = true;
    for (size_t n = 1; failed; ++n) {
      SCOPED_TRACE(each.name + ", call " + std::to_string(n));
      source.calls = 0;
      source.fails_at = n;
      auto pair = scene.begin();
      if (!pair) continue;
      scene.live(*pair);
      failed = source.calls >= n;
      EXPECT_EQ(failed_by_itself(pair->client, false) || failed_by_itself(pair->server, each.name == "TLS 1.2 RSA"), failed)
          << fault_id(pair->client) << " " << fault_id(pair->server);
      EXPECT_EQ(scene.lived(*pair), !failed);
      ASSERT_FALSE(HasFailure());
    }
  }
}

}  // namespace
}  // namespace handfast
