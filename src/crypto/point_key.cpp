#include <openssl/core_names.h>

#include <array>
#include <crypto/owned.hpp>
#include <crypto/point_key.hpp>

namespace handfast::crypto {
namespace {

struct Curve {
  Group group;
  const char* name;
  size_t point_size;  ///< bytes of an uncompressed point
};

constexpr Curve curves[] = {
    {Group::secp256r1, "P-256", 65}, {Group::secp384r1, "P-384", 97}, {Group::secp521r1, "P-521", 133}};
constexpr uint8_t uncompressed = 4;  // RFC 5480 section 2.2

OwnedKey make_key(const Curve& curve, Bytes point) {
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(curve.name), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<uint8_t*>(point.data()), point.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, const_cast<OSSL_PARAM*>(parameters)) <= 0)
    return nullptr;
  return OwnedKey(key);
}

}  // namespace

std::shared_ptr<void> key_of_point(Group group, Bytes point) {
  for (const auto& curve : curves) {
    if (curve.group != group) continue;
    if (point.size() != curve.point_size || point[0] != uncompressed) return nullptr;
    // Setting a curve by its name takes 12 us; a copy of a key of that curve with another point takes 4.
    thread_local std::array<OwnedKey, std::size(curves)> samples;
    auto& sample = samples[static_cast<size_t>(&curve - curves)];
    if (!sample) sample = make_key(curve, point);
    OwnedKey key(sample ? EVP_PKEY_dup(sample.get()) : nullptr);
    if (!key || EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) <= 0) return nullptr;
    return {key.release(), Release<EVP_PKEY_free>()};
  }
  return nullptr;
}

}  // namespace handfast::crypto
