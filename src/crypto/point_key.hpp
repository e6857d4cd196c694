// point_key.hpp: ECDSA public keys from their points.
#pragma once

#include <handfast/names.hpp>
#include <handfast/result.hpp>
#include <memory>

namespace handfast::crypto {

/// An EVP_PKEY of this uncompressed point of P-256, P-384 or P-521; null for a point in another format or not on the
/// curve, and for other groups.
std::shared_ptr<void> key_of_point(Group curve, Bytes point);

}  // namespace handfast::crypto
