#include <algorithm>
#include <crypto/known_certificates.hpp>
#include <cstring>

namespace handfast::crypto {
namespace {

constexpr size_t longest = 8192;  // bytes of DER; a parsed certificate takes several times as much

}  // namespace

size_t KnownCertificates::FirstBytes::operator()(const Fingerprint& fingerprint) const {
  size_t value = 0;
  std::memcpy(&value, fingerprint.data(), sizeof value);
  return value;
}

KnownCertificates::Fingerprint KnownCertificates::fingerprint_of(Bytes der) {
  const auto digest = hash(HashAlgorithm::sha256, der);
  Fingerprint fingerprint;
  std::copy_n(digest.bytes.begin(), fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

std::optional<Certificate> KnownCertificates::find(Bytes der) {
  if (der.size() > longest) return {};
  const auto fingerprint = fingerprint_of(der);
  std::lock_guard lock(mutex_);
  const auto found = index_.find(fingerprint);
  if (found == index_.end()) return {};
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->certificate;
}

void KnownCertificates::keep(Bytes der, const Certificate& certificate) {
  if (der.size() > longest || limit_ == 0) return;
  const auto fingerprint = fingerprint_of(der);
  std::lock_guard lock(mutex_);
  if (index_.contains(fingerprint)) return;
  entries_.push_front({fingerprint, certificate});
  index_.emplace(fingerprint, entries_.begin());
  if (entries_.size() <= limit_) return;
  index_.erase(entries_.back().fingerprint);
  entries_.pop_back();
}

void KnownCertificates::forget_all() {
  std::lock_guard lock(mutex_);
  index_.clear();
  entries_.clear();
}

size_t KnownCertificates::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace handfast::crypto
