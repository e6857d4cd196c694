// p256.hpp: P-256 with a private key that is known beforehand, which our own interface has no place for.
#pragma once

#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <handfast/result.hpp>
#include <memory>
#include <stdexcept>

namespace handfast::test {

struct P256Exchange {
  Buffer public_value, secret;
};

inline P256Exchange p256_exchange(Bytes private_key, Bytes peer_value) {
  auto owned = [](auto* made, auto free) {
    return std::unique_ptr<std::remove_pointer_t<decltype(made)>, decltype(free)>(made, free);
  };
  auto group = owned(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), EC_GROUP_free);
  auto scalar = owned(BN_bin2bn(private_key.data(), static_cast<int>(private_key.size()), nullptr), BN_free);
  auto ours = owned(EC_POINT_new(group.get()), EC_POINT_free);
  auto theirs = owned(EC_POINT_new(group.get()), EC_POINT_free);
  auto common = owned(EC_POINT_new(group.get()), EC_POINT_free);
  auto x = owned(BN_new(), BN_free);
  P256Exchange result{Buffer(65), Buffer(32)};
  bool done = EC_POINT_mul(group.get(), ours.get(), scalar.get(), nullptr, nullptr, nullptr) == 1 &&
              EC_POINT_point2oct(group.get(), ours.get(), POINT_CONVERSION_UNCOMPRESSED, result.public_value.data(),
                                 result.public_value.size(), nullptr) == result.public_value.size() &&
              EC_POINT_oct2point(group.get(), theirs.get(), peer_value.data(), peer_value.size(), nullptr) == 1 &&
              EC_POINT_mul(group.get(), common.get(), nullptr, theirs.get(), scalar.get(), nullptr) == 1 &&
              EC_POINT_get_affine_coordinates(group.get(), common.get(), x.get(), nullptr, nullptr) == 1 &&
              BN_bn2binpad(x.get(), result.secret.data(), static_cast<int>(result.secret.size())) == 32;
  if (!done) throw std::runtime_error("P-256 failed");
  return result;
}

}  // namespace handfast::test
