// pem.hpp: certificates, revocation lists and private keys in PEM text (RFC 7468).
#pragma once

#include <crypto/certificate.hpp>
#include <crypto/owned.hpp>
#include <memory>
#include <string>
#include <vector>

namespace handfast::crypto {

// `source` names where the text comes from in errors: a file, or "the certificate chain".

/// All certificates, in order. Fault::pem_malformed where there is none or one does not parse.
Result<std::vector<Certificate>> certificates_from_pem(std::string_view text, const std::string& source);
/// All revocation lists. Fault::pem_malformed where there is none or one does not parse.
Result<std::vector<OwnedCrl>> crls_from_pem(std::string_view text, const std::string& source);
/// All public keys ("PUBLIC KEY": SubjectPublicKeyInfo), in order. Fault::pem_malformed where there is none or one does not
/// parse.
Result<std::vector<PublicKey>> public_keys_from_pem(std::string_view text, const std::string& source);
/// The first private key, an EVP_PKEY. Fault::key_encrypted, Fault::pem_malformed, Fault::key_unsupported.
Result<std::shared_ptr<void>> private_key_from_pem(std::string_view text, const std::string& source);

}  // namespace handfast::crypto
