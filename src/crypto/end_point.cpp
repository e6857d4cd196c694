#include <crypto/end_point.hpp>

#include <crypto/hash.hpp>
#include <crypto/owned.hpp>

namespace handfast::crypto {
namespace {

std::optional<HashAlgorithm> hash_for(int digest) {
  switch (digest) {
    case NID_md5:
    case NID_sha1:
    case NID_sha256: return HashAlgorithm::sha256;
    case NID_sha384: return HashAlgorithm::sha384;
    case NID_sha512: return HashAlgorithm::sha512;
    default: return {};
  }
}

}  // namespace

std::optional<Buffer> end_point_hash(const Certificate& certificate) {
  QuietErrors quiet;
  int digest = NID_undef;
  if (X509_get_signature_info(static_cast<X509*>(certificate.native()), &digest, nullptr, nullptr, nullptr) <= 0) return {};
  auto algorithm = hash_for(digest);
  if (!algorithm) return {};
  auto value = hash(*algorithm, certificate.der());
  return Buffer(value.view().begin(), value.view().end());
}

}  // namespace handfast::crypto
