#include <algorithm>
#include <crypto/known_certificates.hpp>

namespace handfast::crypto {
namespace {

constexpr size_t longest = 8192;  // bytes of DER; a parsed certificate takes several times as much

Fingerprint fingerprint_of(Bytes der) {
  const auto digest = hash(HashAlgorithm::sha256, der);
  Fingerprint fingerprint;
  std::copy_n(digest.bytes.begin(), fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

}  // namespace

std::optional<Certificate> KnownCertificates::find(Bytes der) {
  if (der.size() > longest) return {};
  return known_.find(fingerprint_of(der));
}

void KnownCertificates::keep(Bytes der, const Certificate& certificate) {
  if (der.size() <= longest) known_.keep(fingerprint_of(der), certificate);
}

}  // namespace handfast::crypto
