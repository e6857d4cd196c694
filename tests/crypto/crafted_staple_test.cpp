// OCSP responses as other responders make them: signed with RSA-PSS, and naming the certificate by other digests.
#include <gtest/gtest.h>

#include <openssl/ocsp.h>
#include <openssl/rsa.h>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <crypto/owned.hpp>
#include <stdexcept>

namespace handfast::crypto {
namespace {

using namespace std::chrono_literals;
using OwnedTime = Owned<ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free>;

const auto now = std::chrono::sys_days{std::chrono::May / 17 / 2031} + 12h;
const Validity good{now - 24h, now + 24h * 90};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return *std::move(result);
}

X509* native(const Certificate& certificate) { return static_cast<X509*>(certificate.native()); }
time_t seconds(std::chrono::system_clock::time_point time) { return std::chrono::system_clock::to_time_t(time); }

class CraftedStaple : public testing::Test {
 protected:
  /// Says that the certificate is good; its id is made with one digest, and PSS signs with another one.
  Buffer staple(const EVP_MD* id_digest, const EVP_MD* signature_digest) {
    const Owned<OCSP_BASICRESP, OCSP_BASICRESP_free> basic(OCSP_BASICRESP_new());
    const OwnedTime from(ASN1_GENERALIZEDTIME_set(nullptr, seconds(now - 1h))), to(ASN1_GENERALIZEDTIME_set(nullptr, seconds(now + 1h)));
    const Owned<OCSP_CERTID, OCSP_CERTID_free> id(OCSP_cert_to_id(id_digest, native(leaf), native(root.certificate)));
    OCSP_basic_add1_status(basic.get(), id.get(), V_OCSP_CERTSTATUS_GOOD, 0, nullptr, from.get(), to.get());
    const OwnedDigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* signing = nullptr;
    EVP_DigestSignInit(context.get(), &signing, signature_digest, nullptr, static_cast<EVP_PKEY*>(root.key.get()));
    EVP_PKEY_CTX_set_rsa_padding(signing, RSA_PKCS1_PSS_PADDING);
    if (OCSP_basic_sign_ctx(basic.get(), native(root.certificate), context.get(), nullptr, OCSP_NOCERTS) <= 0)
      throw std::runtime_error("not signed");
    const Owned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    unsigned char* bytes = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
    const OwnedBytes owned(bytes);
    return {bytes, bytes + size};
  }

  Verdict verify(Bytes staple) {
    return verify_chain({leaf}, trust, {.name = "localhost", .now = now, .staple_rule = StapleRule::required, .staple = staple});
  }

  KeyHandle key = must(make_key(NewKey::rsa_2048));
  Issuer root{must(issue_certificate({.common_name = "Root", .purpose = Purpose::authority, .valid = good}, key, nullptr)), key};
  Certificate leaf = must(issue_certificate({.common_name = "server", .valid = good, .dns_names = {"localhost"}},
                                            must(make_key(NewKey::p256)), &root));
  TrustStore trust = must(TrustStore::from_pem(certificate_to_pem(root.certificate)));
};

TEST_F(CraftedStaple, NamesItsCertificateByAnyDigest) {
  for (const auto* digest : {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()})
    EXPECT_TRUE(verify(staple(digest, EVP_sha256())).accepted) << EVP_MD_get0_name(digest);
  const auto verdict = verify(staple(EVP_sha224(), EVP_sha256()));
  EXPECT_FALSE(verdict.accepted);
  EXPECT_EQ(verdict.fault, Fault::staple_invalid);
}

TEST_F(CraftedStaple, SignedWithPssIsAsStrongAsItsDigest) {
  for (const auto* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()})
    EXPECT_TRUE(verify(staple(EVP_sha1(), digest)).accepted) << EVP_MD_get0_name(digest);
  for (const auto* digest : {EVP_sha1(), EVP_sha224()}) {  // RFC 4055 section 3.1: SHA-1 is named by leaving it out
    const auto verdict = verify(staple(EVP_sha1(), digest));
    EXPECT_FALSE(verdict.accepted) << EVP_MD_get0_name(digest);
    EXPECT_EQ(verdict.fault, Fault::staple_invalid);
  }
}

}  // namespace
}  // namespace handfast::crypto
