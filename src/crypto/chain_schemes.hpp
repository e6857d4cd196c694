// chain_schemes.hpp: which signature schemes the signatures of certificates are by (signature_algorithms_cert, RFC 8446
// section 4.2.3).
#pragma once

#include <crypto/certificate.hpp>
#include <optional>
#include <span>

namespace handfast::crypto {

/// Whether the certificate's own signature is by this scheme. `issuer_key` tells the curve of ECDSA and the kind of RSA
/// key (rsaEncryption or RSASSA-PSS); unknown (null) it may be any, and in TLS 1.2 the curve may be any in every case.
bool is_signed_by(const Certificate& certificate, Scheme scheme, Version version, const PublicKey* issuer_key);

/// The first certificate of a chain, by its place, whose signature is by none of the schemes; none when all are. One
/// that is signed by its own key is a trust anchor, or none that anybody trusts, and may be signed by anything (section
/// 4.4.2.2). The issuers' keys are looked for in the chain.
std::optional<size_t> first_signed_by_none_of(std::span<const Certificate> chain, std::span<const Scheme> schemes,
                                              Version version);

}  // namespace handfast::crypto
