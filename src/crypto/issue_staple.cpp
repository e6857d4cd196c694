// issue_staple.cpp: make_staple of issue.hpp.
#include <openssl/ocsp.h>

#include <crypto/issue.hpp>
#include <crypto/issue_parts.hpp>

namespace handfast::crypto {
namespace {

using OwnedBasic = Owned<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using OwnedId = Owned<OCSP_CERTID, OCSP_CERTID_free>;
using OwnedTime = Owned<ASN1_TIME, ASN1_TIME_free>;

X509* native(const Certificate& certificate) { return static_cast<X509*>(certificate.native()); }

OwnedTime time_at(std::chrono::system_clock::time_point time) {
  return OwnedTime(ASN1_GENERALIZEDTIME_set(nullptr, seconds(time)));
}

bool add_word(OCSP_BASICRESP* response, const Issuer& issuer, const Certificate& certificate, const StapleSpec& spec) {
  // By SHA-1, which every client knows: it names, it protects nothing (RFC 5019 section 2.1.1).
  const OwnedId id(OCSP_cert_to_id(EVP_sha1(), native(certificate), native(issuer.certificate)));
  const auto from = time_at(spec.valid.from), to = time_at(spec.valid.to);
  if (!id || !from || !to) return false;
  const int status = spec.status == StapleStatus::good      ? V_OCSP_CERTSTATUS_GOOD
                     : spec.status == StapleStatus::revoked ? V_OCSP_CERTSTATUS_REVOKED
                                                            : V_OCSP_CERTSTATUS_UNKNOWN;
  return OCSP_basic_add1_status(response, id.get(), status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, from.get(), from.get(),
                                spec.without_next_update ? nullptr : to.get()) != nullptr;
}

}  // namespace

Result<Buffer> make_staple(const Issuer& issuer, const Certificate& certificate, const StapleSpec& spec) {
  QuietErrors quiet;
  const auto failed = [](std::string what) { return fail(Fault::crypto_failed, {"libcrypto: " + std::move(what)}); };
  const OwnedBasic basic(OCSP_BASICRESP_new());
  if (!basic || !add_word(basic.get(), issuer, certificate, spec))
    return failed("the OCSP response cannot be filled in");
  const auto& signer = spec.responder ? *spec.responder : issuer;
  auto* key = static_cast<EVP_PKEY*>(signer.key.get());
  // Named by its subject: GnuTLS 3.7 finds a signer that comes without its certificate in no other way.
  const unsigned long flags = spec.responder ? OCSP_RESPID_KEY : OCSP_NOCERTS;
  if (OCSP_basic_sign(basic.get(), native(signer.certificate), key, digest_for(key, spec.signed_with_sha1), nullptr,
                      flags) <= 0)
    return failed("the OCSP response cannot be signed");
  const Owned<OCSP_RESPONSE, OCSP_RESPONSE_free> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  unsigned char* bytes = nullptr;
  const int size = response ? i2d_OCSP_RESPONSE(response.get(), &bytes) : -1;
  const OwnedBytes owned(bytes);
  if (size < 0) return failed("the OCSP response cannot be written");
  return Buffer(bytes, bytes + size);
}

}  // namespace handfast::crypto
