#include <crypto/verify_error.hpp>

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

namespace handfast::crypto {
namespace {

// What libcrypto's verification says where no certificate of a test can make it say so.
TEST(VerifyError, HasAFaultOfOurs) {
  EXPECT_EQ(fault_of(X509_V_ERR_CERT_CHAIN_TOO_LONG), Fault::chain_too_long);
  EXPECT_EQ(fault_of(X509_V_ERR_NO_EXPLICIT_POLICY), Fault::certificate_policy_violated);
  EXPECT_EQ(fault_of(X509_V_ERR_INVALID_POLICY_EXTENSION), Fault::certificate_policy_violated);
  EXPECT_EQ(fault_of(X509_V_ERR_EC_KEY_EXPLICIT_PARAMS), Fault::certificate_type_unsuitable);
  EXPECT_EQ(fault_of(X509_V_ERR_OUT_OF_MEM), Fault::out_of_memory);
}

// An error of a later libcrypto refuses too.
TEST(VerifyError, NeverMeansThatAllIsWell) {
  for (int error = 1; error < 200; ++error) {
    const auto fault = fault_of(error);
    EXPECT_NE(info(fault).id, "") << error;
    EXPECT_NE(info(fault).alert, Alert::close_notify) << error;
  }
  EXPECT_EQ(fault_of(12345), Fault::certificate_not_accepted);
}

}  // namespace
}  // namespace handfast::crypto
