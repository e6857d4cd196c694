// Verdicts that are kept: for exactly what they are about, and for no longer than they hold.
#include <gtest/gtest.h>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <thread>

namespace handfast::crypto {
namespace {

using namespace std::chrono_literals;

const auto now = std::chrono::sys_days{std::chrono::November / 21 / 2026} + 12h;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(*result);
}

VerifyOptions options(std::string_view name = "server.test", Side owner = Side::server, bool encipherment = false) {
  return {.owner = owner, .name = name, .now = now, .needs_key_encipherment = encipherment};
}

ChainKey key_of(const std::vector<Buffer>& chain, const VerifyOptions& what = options()) {
  ChainKey key(what);
  for (const auto& der : chain) key.add(der);
  return key;
}

std::vector<Buffer> some_chain() { return {Buffer(500, 1), Buffer(400, 2)}; }

VerifiedChain verdict(std::chrono::system_clock::time_point valid_until = now + 24h) {
  return {.certificates = {},
          .identity = std::make_shared<PeerIdentity>(),
          .verified_at = now,
          .valid_until = valid_until};
}

TEST(VerifiedChains, GiveBackWhatTheyKeep) {
  VerifiedChains chains;
  const auto key = key_of(some_chain());
  EXPECT_FALSE(chains.find(key, now, 5min));
  auto kept = verdict();
  const auto identity = kept.identity;
  chains.keep(key, std::move(kept));
  const auto found = chains.find(key, now, 5min);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->identity, identity);
  chains.forget_all();
  EXPECT_FALSE(chains.find(key, now, 5min));
}

TEST(VerifiedChains, HoldForAShortTime) {
  VerifiedChains chains;
  const auto key = key_of(some_chain());
  chains.keep(key, verdict());
  EXPECT_TRUE(chains.find(key, now + 5min - 1s, 5min));
  EXPECT_FALSE(chains.find(key, now + 5min, 5min));
  EXPECT_FALSE(chains.find(key, now + 1s, 1s));
  EXPECT_TRUE(chains.find(key, now + 1h, 2h));
  EXPECT_FALSE(chains.find(key, now, 0s));
  EXPECT_FALSE(chains.find(key, now, -1s));
  // A clock that was put back.
  EXPECT_FALSE(chains.find(key, now - 1s, 5min));
  EXPECT_FALSE(chains.find(key, now - 48h, 5min));
}

TEST(VerifiedChains, HoldNoLongerThanTheVerdict) {
  VerifiedChains chains;
  const auto key = key_of(some_chain());
  chains.keep(key, verdict(now + 1min));
  EXPECT_TRUE(chains.find(key, now + 1min - 1s, 5min));
  EXPECT_FALSE(chains.find(key, now + 1min, 5min));
}

TEST(VerifiedChains, ANewVerdictTakesThePlaceOfTheOld) {
  VerifiedChains chains;
  const auto key = key_of(some_chain());
  chains.keep(key, verdict());
  auto later = verdict();
  later.verified_at = now + 10min;
  chains.keep(key, std::move(later));
  EXPECT_EQ(chains.size(), 1u);
  EXPECT_TRUE(chains.find(key, now + 12min, 5min));
}

TEST(VerifiedChains, AnythingElseIsAnotherChain) {
  VerifiedChains chains;
  const auto chain = some_chain();
  chains.keep(key_of(chain), verdict());
  EXPECT_FALSE(chains.find(key_of(chain, options("other.test")), now, 5min));
  EXPECT_FALSE(chains.find(key_of(chain, options("")), now, 5min));
  EXPECT_FALSE(chains.find(key_of(chain, options("server.test", Side::client)), now, 5min));
  EXPECT_FALSE(chains.find(key_of(chain, options("server.test", Side::server, true)), now, 5min));
  auto stapled = options();
  stapled.staple_rule = StapleRule::checked;
  EXPECT_FALSE(chains.find(key_of(chain, stapled), now, 5min));
  const Buffer staple(100, 3);
  stapled.staple = staple;
  EXPECT_FALSE(chains.find(key_of(chain, stapled), now, 5min));
  for (size_t certificate = 0; certificate < chain.size(); ++certificate)
    for (size_t bit = 0; bit < chain[certificate].size() * 8; ++bit) {
      auto changed = chain;
      changed[certificate][bit / 8] = static_cast<uint8_t>(changed[certificate][bit / 8] ^ (1u << (bit % 8)));
      ASSERT_FALSE(chains.find(key_of(changed), now, 5min)) << certificate << " " << bit;
    }
  EXPECT_FALSE(chains.find(key_of({chain[0]}), now, 5min));
  EXPECT_FALSE(chains.find(key_of({chain[1], chain[0]}), now, 5min));
  auto longer = chain;
  longer.push_back(chain[1]);
  EXPECT_FALSE(chains.find(key_of(longer), now, 5min));
  // The same bytes, cut elsewhere.
  auto joined = chain[0];
  joined.insert(joined.end(), chain[1].begin(), chain[1].end());
  EXPECT_FALSE(chains.find(key_of({joined}), now, 5min));
  EXPECT_TRUE(chains.find(key_of(chain), now, 5min));
}

TEST(VerifiedChains, TheLeastRecentlyUsedLeaves) {
  VerifiedChains chains(2);
  const auto a = key_of({Buffer(10, 1)}), b = key_of({Buffer(10, 2)}), c = key_of({Buffer(10, 3)});
  chains.keep(a, verdict());
  chains.keep(b, verdict());
  EXPECT_TRUE(chains.find(a, now, 5min));
  chains.keep(c, verdict());
  EXPECT_EQ(chains.size(), 2u);
  EXPECT_TRUE(chains.find(a, now, 5min));
  EXPECT_FALSE(chains.find(b, now, 5min));
  EXPECT_TRUE(chains.find(c, now, 5min));

  VerifiedChains bounded;
  for (int i = 0; i < 1000; ++i) {
    ChainKey key(options(std::to_string(i)));
    bounded.keep(key, verdict());
  }
  EXPECT_EQ(bounded.size(), 128u);
  VerifiedChains none(0);
  none.keep(a, verdict());
  EXPECT_EQ(none.size(), 0u);
}

TEST(VerifiedChains, VeryLongOnesAreNotKept) {
  VerifiedChains chains;
  chains.keep(key_of({Buffer(8000, 1), Buffer(8385, 1)}), verdict());
  EXPECT_EQ(chains.size(), 0u);
  chains.keep(key_of({Buffer(8000, 1), Buffer(8384, 1)}), verdict());
  EXPECT_EQ(chains.size(), 1u);
}

TEST(VerifiedChains, ServeManyThreads) {
  VerifiedChains chains(4);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&chains, thread] {
      for (int i = 0; i < 500; ++i) {
        const auto key = key_of({Buffer(10, static_cast<uint8_t>((i * (thread + 1)) % 7))});
        const auto found = chains.find(key, now, 5min);
        EXPECT_TRUE(!found || found->verified_at == now);
        chains.keep(key, verdict());
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(chains.size(), 4u);
}

TEST(Verdict, HoldsUntilACertificateExpiresOrARevocationListChanges) {
  const auto root_key = must(make_key(NewKey::p256)), leaf_key = must(make_key(NewKey::p256));
  const CertificateSpec root_spec{
      .common_name = "Root", .purpose = Purpose::authority, .valid = {now - 24h, now + 48h}};
  const CertificateSpec leaf_spec{
      .common_name = "leaf", .purpose = Purpose::server, .valid = {now - 24h, now + 24h}, .dns_names = {"server.test"}};
  const Issuer root{must(issue_certificate(root_spec, root_key, nullptr)), root_key};
  const std::vector<Certificate> chain{must(issue_certificate(leaf_spec, leaf_key, &root))};
  const auto anchor = certificate_to_pem(root.certificate);
  const auto verify = [&](const std::string& crls, const VerifyOptions& how = options()) {
    return verify_chain(chain, must(TrustStore::from_pem(anchor, crls)), how);
  };
  const auto crl = [&](Validity valid) { return must(make_crl(root, {}, valid)); };

  auto verdict = verify("");
  ASSERT_TRUE(verdict.accepted);
  EXPECT_EQ(verdict.valid_until, now + 24h);
  verdict = verify(crl({now - 1h, now + 2min}));
  ASSERT_TRUE(verdict.accepted);
  EXPECT_EQ(verdict.valid_until, now + 2min);
  verdict = verify(crl({now - 1h, now + 72h}));
  EXPECT_EQ(verdict.valid_until, now + 24h);
  // A list that is not valid yet may revoke when it is.
  verdict = verify(crl({now - 1h, now + 72h}) + crl({now + 3min, now + 72h}));
  ASSERT_TRUE(verdict.accepted);
  EXPECT_EQ(verdict.valid_until, now + 3min);
}

}  // namespace
}  // namespace handfast::crypto
