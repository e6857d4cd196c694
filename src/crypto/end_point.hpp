// end_point.hpp: the hash that stands for a server's certificate in a channel binding.
#pragma once

#include <optional>

#include <crypto/certificate.hpp>

namespace handfast::crypto {

/// By the hash of the certificate's signature, SHA-256 for a weaker one (RFC 5929 section 4.1); none where the signature has no hash
/// of its own, as with Ed25519.
std::optional<Buffer> end_point_hash(const Certificate& certificate);

}  // namespace handfast::crypto
