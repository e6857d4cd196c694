// verified_chains.hpp: chains of peers that were verified a short time ago.
#pragma once

#include <crypto/certificate.hpp>
#include <crypto/recent.hpp>

namespace handfast::crypto {

/// What a connection needs of a chain that was accepted: nothing is parsed, verified or described again.
struct VerifiedChain {
  std::vector<Certificate> certificates;  ///< leaf first
  std::shared_ptr<const PeerIdentity> identity;
  std::chrono::system_clock::time_point verified_at;
  std::chrono::system_clock::time_point valid_until;  ///< as Verdict
};

/// What a verdict is about: the chain and its staple as they came, byte for byte, and all that they were checked against
/// but the time and the trust store.
class ChainKey {
 public:
  explicit ChainKey(const VerifyOptions& options);
  /// What came next: the timestamps or nothing, then each certificate, leaf first.
  void add(Bytes der);
  Fingerprint fingerprint() const;
  size_t size() const { return size_; }  ///< bytes of all that was added

 private:
  Hash hash_;
  size_t size_ = 0;
};

/// Verdicts of one trust store, which is never changed: another store has its own. Only good ones are kept, and only
/// for a time that the one who asks decides. Thread-safe.
class VerifiedChains {
 public:
  explicit VerifiedChains(size_t limit = 128) : chains_(limit) {}

  /// A chain that was verified less than `lifetime` before `now` and not after it, and whose verdict would still be the
  /// same: no certificate has expired since, and no revocation list has ended or begun. Null when there is none.
  std::shared_ptr<const VerifiedChain> find(const ChainKey& key, std::chrono::system_clock::time_point now,
                                            std::chrono::seconds lifetime);
  /// For chains that were verified and accepted only. Very long ones are not kept.
  void keep(const ChainKey& key, VerifiedChain chain);
  void forget_all() { chains_.forget_all(); }
  size_t size() const { return chains_.size(); }

 private:
  Recent<std::shared_ptr<const VerifiedChain>> chains_;
};

}  // namespace handfast::crypto
