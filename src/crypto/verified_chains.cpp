// verified_chains.cpp: chains of peers that were verified a short time ago.
#include <algorithm>
#include <crypto/verified_chains.hpp>

namespace handfast::crypto {
namespace {

constexpr size_t longest = 16384;  // bytes of DER; a parsed chain takes several times as much

void add_size(Hash& hash, size_t size) {
  const uint8_t bytes[] = {static_cast<uint8_t>(size >> 24), static_cast<uint8_t>(size >> 16),
                           static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size)};
  hash.update(bytes);
}

}  // namespace

ChainKey::ChainKey(const VerifyOptions& options) : hash_(HashAlgorithm::sha256) {
  const uint8_t what[] = {options.owner == Side::server, options.needs_key_encipherment,
                          static_cast<uint8_t>(options.staple_rule)};
  hash_.update(what);
  add_size(hash_, options.name.size());
  hash_.update(as_bytes(options.name));
  add_size(hash_, options.staple.size());
  hash_.update(options.staple);
}

void ChainKey::add(Bytes der) {
  add_size(hash_, der.size());
  hash_.update(der);
  size_ += der.size();
}

Fingerprint ChainKey::fingerprint() const {
  const auto digest = hash_.peek();
  Fingerprint fingerprint;
  std::copy_n(digest.bytes.begin(), fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

std::shared_ptr<const VerifiedChain> VerifiedChains::find(const ChainKey& key,
                                                          std::chrono::system_clock::time_point now,
                                                          std::chrono::seconds lifetime) {
  if (lifetime <= std::chrono::seconds::zero()) return nullptr;
  auto found = chains_.find(key.fingerprint());
  if (!found) return nullptr;
  const auto& chain = **found;
  // A clock that was put back may stand before a date that was checked.
  const bool holds = now >= chain.verified_at && now - chain.verified_at < lifetime && now < chain.valid_until;
  return holds ? *std::move(found) : nullptr;
}

void VerifiedChains::keep(const ChainKey& key, VerifiedChain chain) {
  if (key.size() > longest) return;
  chains_.keep(key.fingerprint(), std::make_shared<const VerifiedChain>(std::move(chain)));
}

}  // namespace handfast::crypto
