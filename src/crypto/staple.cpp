#include <fmt/format.h>
#include <openssl/ocsp.h>
#include <openssl/rsa.h>

#include <crypto/certificate.hpp>
#include <crypto/staple.hpp>
#include <crypto/x509_text.hpp>

namespace handfast::crypto {
namespace {

using TimePoint = std::chrono::system_clock::time_point;
using OwnedResponse = Owned<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using OwnedBasic = Owned<OCSP_BASICRESP, OCSP_BASICRESP_free>;
using OwnedId = Owned<OCSP_CERTID, OCSP_CERTID_free>;
using OwnedStore = Owned<X509_STORE, X509_STORE_free>;
using OwnedStack = Owned<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

constexpr auto clock_difference = std::chrono::minutes(5);  // between a responder and us
constexpr int like_rsa_2048 = 2;                            // 112 bits of security, as for the chain

std::unexpected<Error> refuse(std::string fact) { return fail(Fault::staple_invalid, {std::move(fact)}); }

Result<OwnedBasic> parse(Bytes der) {
  const uint8_t* next = der.data();
  const OwnedResponse response(d2i_OCSP_RESPONSE(nullptr, &next, static_cast<long>(der.size())));
  if (!response || next != der.data() + der.size()) return refuse("it is no OCSP response in DER");
  if (const int status = OCSP_response_status(response.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
    return refuse(fmt::format("the responder's status is {}", OCSP_response_status_str(status)));
  OwnedBasic basic(OCSP_response_get1_basic(response.get()));
  if (!basic) return refuse("it holds no basic OCSP response");
  return basic;
}

/// The digest that a signature algorithm works with; NID_undef for none, or where it cannot be told.
int digest_of(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  int type = 0, digest = NID_undef, key = NID_undef;
  const void* value = nullptr;
  X509_ALGOR_get0(&object, &type, &value, algorithm);
  OBJ_find_sigid_algs(OBJ_obj2nid(object), &digest, &key);
  if (OBJ_obj2nid(object) != NID_rsassaPss || type != V_ASN1_SEQUENCE) return digest;
  const Owned<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free> parameters(static_cast<RSA_PSS_PARAMS*>(
      ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), ASN1_ITEM_rptr(RSA_PSS_PARAMS))));
  if (!parameters || !parameters->hashAlgorithm) return NID_undef;  // absent: SHA-1 (RFC 4055 section 3.1)
  X509_ALGOR_get0(&object, nullptr, nullptr, parameters->hashAlgorithm);
  return OBJ_obj2nid(object);
}

bool is_signed_strongly(const OCSP_BASICRESP* basic) {
  const auto* algorithm = OCSP_resp_get0_tbs_sigalg(basic);
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int scheme = OBJ_obj2nid(object);
  if (scheme == NID_ED25519 || scheme == NID_ED448) return true;
  const int digest = digest_of(algorithm);
  return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

/// Signed by the issuer or by a responder whose certificate the issuer has signed for that (id-kp-OCSPSigning): the
/// issuer is the one anchor of this verification, and "now" is its time.
bool is_signed_by(OCSP_BASICRESP* basic, X509* issuer, TimePoint now) {
  const OwnedStore store(X509_STORE_new());
  const OwnedStack candidates(sk_X509_new_null());
  if (!store || !candidates || X509_STORE_add_cert(store.get(), issuer) <= 0 ||
      sk_X509_push(candidates.get(), issuer) <= 0)
    return false;
  auto* parameters = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(now));
  X509_VERIFY_PARAM_set_auth_level(parameters, like_rsa_2048);
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  return OCSP_basic_verify(basic, candidates.get(), store.get(), OCSP_NOEXPLICIT) == 1;
}

/// Whether an id names this certificate; each id says by which digest (RFC 6960 section 4.1.1).
bool names(const OCSP_CERTID* id, const X509* certificate, const X509* issuer) {
  ASN1_OBJECT* algorithm = nullptr;
  OCSP_id_get0_info(nullptr, &algorithm, nullptr, nullptr, const_cast<OCSP_CERTID*>(id));
  const int nid = OBJ_obj2nid(algorithm);
  const auto* digest = nid == NID_sha1     ? EVP_sha1()
                       : nid == NID_sha256 ? EVP_sha256()
                       : nid == NID_sha384 ? EVP_sha384()
                       : nid == NID_sha512 ? EVP_sha512()
                                           : nullptr;
  const OwnedId wanted(digest ? OCSP_cert_to_id(digest, certificate, issuer) : nullptr);
  return wanted && OCSP_id_cmp(wanted.get(), id) == 0;
}

OCSP_SINGLERESP* find_single(OCSP_BASICRESP* basic, const X509* certificate, const X509* issuer) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    auto* single = OCSP_resp_get0(basic, i);
    if (names(OCSP_SINGLERESP_get0_id(single), certificate, issuer)) return single;
  }
  return nullptr;
}

/// What one SingleResponse says (RFC 6960 section 4.2.1).
struct Word {
  int status = V_OCSP_CERTSTATUS_UNKNOWN;
  int reason = OCSP_REVOKED_STATUS_NOSTATUS;
  ASN1_GENERALIZEDTIME *revoked = nullptr, *this_update = nullptr, *next_update = nullptr;
};

Word word_of(OCSP_SINGLERESP* single) {
  Word word;
  word.status = OCSP_single_get0_status(single, &word.reason, &word.revoked, &word.this_update, &word.next_update);
  return word;
}

Result<> check_dates(const Word& word, TimePoint now) {
  const auto facts = fmt::format("thisUpdate {}, nextUpdate {}, now {}", date_text(word.this_update),
                                 date_text(word.next_update), date_text(now));
  if (!word.next_update) return refuse("it does not say until when it is good (RFC 5019 section 4); " + facts);
  std::tm parts{};
  if (ASN1_TIME_to_tm(word.this_update, &parts) <= 0 || ASN1_TIME_to_tm(word.next_update, &parts) <= 0)
    return refuse("its dates do not parse");
  if (time_of(word.this_update) > now + clock_difference)
    return refuse("it is not valid yet, or a clock is wrong; " + facts);
  if (time_of(word.next_update) <= now) return refuse("it is out of date; " + facts);
  return {};
}

Result<> check_status(const Word& word) {
  if (word.status == V_OCSP_CERTSTATUS_GOOD) return {};
  if (word.status != V_OCSP_CERTSTATUS_REVOKED)
    return refuse("the responder says that it does not know the certificate");
  auto fact = fmt::format("a stapled OCSP response says so: revoked {}", date_text(word.revoked));
  if (word.reason != OCSP_REVOKED_STATUS_NOSTATUS) fact += fmt::format(", {}", OCSP_crl_reason_str(word.reason));
  return fail(Fault::certificate_revoked, {fact});
}

bool has_unknown_critical_extension(OCSP_BASICRESP* basic, OCSP_SINGLERESP* single) {
  return OCSP_BASICRESP_get_ext_by_critical(basic, 1, -1) >= 0 ||
         OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) >= 0;
}

}  // namespace

Result<GoodStaple> check_staple(Bytes response, const X509* certificate, X509* issuer, TimePoint now) {
  QuietErrors quiet;
  auto basic = TRY(parse(response));
  if (!is_signed_strongly(basic.get())) return refuse("it is signed with a digest that is too weak, or unknown here");
  if (!is_signed_by(basic.get(), issuer, now))
    return refuse(
        fmt::format("it is signed neither by {} nor by a responder of it", one_line(X509_get_subject_name(issuer))));
  auto* single = find_single(basic.get(), certificate, issuer);
  if (!single) return refuse("it is about another certificate");
  if (has_unknown_critical_extension(basic.get(), single)) return refuse("it has a critical extension");
  const auto word = word_of(single);
  TRY(check_dates(word, now));
  TRY(check_status(word));
  return GoodStaple{time_of(word.next_update)};
}

bool is_staple_for(Bytes response, const Certificate& certificate) {
  QuietErrors quiet;
  const auto basic = parse(response);
  if (!basic) return false;
  for (int i = 0; i < OCSP_resp_count(basic->get()); ++i) {
    ASN1_INTEGER* serial = nullptr;
    auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(OCSP_resp_get0(basic->get(), i)));
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial, id);
    if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(static_cast<X509*>(certificate.native()))) == 0) return true;
  }
  return false;
}

bool demands_staple(const X509* certificate) {
  QuietErrors quiet;
  const Owned<TLS_FEATURE, TLS_FEATURE_free> features(
      static_cast<TLS_FEATURE*>(X509_get_ext_d2i(certificate, NID_tlsfeature, nullptr, nullptr)));
  constexpr long status_request = 5;
  for (int i = 0; i < sk_ASN1_INTEGER_num(features.get()); ++i)
    if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == status_request) return true;
  return false;
}

}  // namespace handfast::crypto
