// staple.hpp: what a stapled OCSP response says of a certificate (RFC 6066 section 8, RFC 6960).
#pragma once

#include <chrono>
#include <crypto/owned.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

/// A response that says "good", and for how long it may be believed (nextUpdate).
struct GoodStaple {
  std::chrono::system_clock::time_point valid_until;
};

/// Checks an OCSPResponse (DER) about `certificate`: signed by `issuer`, which comes from the verified chain, or by a
/// responder that it has delegated to (RFC 6960 section 4.2.2.2); current at `now`; about this very certificate;
/// "good". Fault::certificate_revoked when it says so, Fault::staple_invalid for all else; the fact says which.
Result<GoodStaple> check_staple(Bytes response, const X509* certificate, X509* issuer,
                                std::chrono::system_clock::time_point now);

/// Whether the certificate demands a staple (RFC 7633: the TLS feature status_request, "must-staple").
bool demands_staple(const X509* certificate);

}  // namespace handfast::crypto
