#include <openssl/x509_vfy.h>

#include <crypto/verify_error.hpp>

namespace handfast::crypto {

Fault fault_of(int verify_error) {
  using enum Fault;
  switch (verify_error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
      return issuer_unknown;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return self_signed;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
      return certificate_signature_invalid;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_NON_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return issuer_not_ca;
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return path_too_long;
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return chain_too_long;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return name_constraint_violated;
    case X509_V_ERR_NO_EXPLICIT_POLICY:
    case X509_V_ERR_INVALID_POLICY_EXTENSION:
      return certificate_policy_violated;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Fault::certificate_expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return certificate_not_yet_valid;
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
    case X509_V_ERR_INVALID_EXTENSION:
      return certificate_malformed;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return key_too_weak;
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return digest_too_weak;
    case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
      return certificate_type_unsuitable;
    case X509_V_ERR_CERT_REVOKED:
      return Fault::certificate_revoked;
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return crl_expired;
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return crl_not_yet_valid;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return crl_missing;
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
      return crl_invalid;
    case X509_V_ERR_OUT_OF_MEM:
      return Fault::out_of_memory;
    default:
      return certificate_not_accepted;
  }
}

}  // namespace handfast::crypto
