#include <base/host.hpp>
#include <crypto/certificate.hpp>
#include <crypto/hash.hpp>
#include <crypto/key_decoders.hpp>
#include <crypto/owned.hpp>
#include <crypto/point_key.hpp>
#include <crypto/x509_text.hpp>

namespace handfast::crypto {
namespace {

X509* native(const std::shared_ptr<void>& certificate) { return static_cast<X509*>(certificate.get()); }

/// The key that libcrypto has decoded already; empty where it knows no such key.
PublicKey key_of(X509* certificate) {
  auto* key = X509_get0_pubkey(certificate);
  if (!key) return {};
  EVP_PKEY_up_ref(key);
  return PublicKey(std::shared_ptr<void>(key, Release<EVP_PKEY_free>()));
}

OwnedCertificate decode(const uint8_t*& next, size_t size) {
  const auto* start = next;
  {
    const KeyDecodersOnly quicker;
    OwnedCertificate decoded(d2i_X509(nullptr, &next, static_cast<long>(size)));
    if (!decoded || X509_get0_pubkey(decoded.get())) return decoded;
  }
  next = start;  // a kind of key that no suite of ours can use; the words of a refusal may name it
  return OwnedCertificate(d2i_X509(nullptr, &next, static_cast<long>(size)));
}

/// The same key as an object of its own. One that was decoded under KeyDecodersOnly is exported before its first use
/// elsewhere, which takes five times as long.
PublicKey usable(PublicKey key, const X509* certificate) {
  const auto* point = X509_get0_pubkey_bitstr(certificate);
  if (!key.curve() || !point) return key;
  auto same =
      key_of_point(*key.curve(), {ASN1_STRING_get0_data(point), static_cast<size_t>(ASN1_STRING_length(point))});
  return same ? PublicKey(std::move(same)) : key;
}

}  // namespace

Result<Certificate> Certificate::parse(Bytes der) {
  QuietErrors quiet;
  const uint8_t* next = der.data();
  auto parsed = decode(next, der.size());
  if (!parsed)
    return fail(Fault::certificate_malformed,
                {"no X.509 certificate in DER (" + std::to_string(der.size()) + " bytes)"});
  if (const auto left = der.data() + der.size() - next; left > 0)
    return fail(Fault::certificate_malformed, {std::to_string(left) + " bytes behind the end of the certificate"});
  Certificate certificate(std::shared_ptr<void>(parsed.release(), Release<X509_free>()));
  certificate.key_ = usable(std::move(certificate.key_), static_cast<X509*>(certificate.native()));
  return certificate;
}

Certificate::Certificate(std::shared_ptr<void> x509)
    : x509_(std::move(x509)), key_(key_of(handfast::crypto::native(x509_))) {
  // Reads the extensions into the object now, so that threads that share it later only read.
  X509_check_purpose(handfast::crypto::native(x509_), -1, 0);
}

std::string Certificate::subject() const { return one_line(X509_get_subject_name(static_cast<X509*>(native()))); }

std::string Certificate::issuer() const { return one_line(X509_get_issuer_name(static_cast<X509*>(native()))); }

std::string Certificate::common_name() const {
  QuietErrors quiet;
  return crypto::common_name(X509_get_subject_name(static_cast<X509*>(native())));
}

std::vector<std::string> Certificate::names() const {
  QuietErrors quiet;
  return subject_alt_names(static_cast<X509*>(native()));
}

std::string fingerprint(Bytes der) { return hex(hash(HashAlgorithm::sha256, der).view()); }

std::string Certificate::sha256() const { return fingerprint(der()); }

Buffer Certificate::issuer_der() const { return to_der(X509_get_issuer_name(static_cast<X509*>(native()))); }

Buffer Certificate::subject_der() const { return to_der(X509_get_subject_name(static_cast<X509*>(native()))); }

Buffer Certificate::der() const {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(static_cast<X509*>(native()), &bytes);
  const OwnedBytes owned(bytes);
  if (size < 0) return {};
  return {bytes, bytes + size};
}

CertificateSummary Certificate::summary() const {
  const auto* x509 = static_cast<X509*>(native());
  return {.subject = subject(),
          .issuer = issuer(),
          .key = key_.description(),
          .not_before = date_text(X509_get0_notBefore(x509)),
          .not_after = date_text(X509_get0_notAfter(x509)),
          .names = names(),
          .sha256 = sha256()};
}

bool Certificate::names_host(std::string_view host) const {
  QuietErrors quiet;
  if (host.ends_with('.')) host.remove_suffix(1);  // the root's label; no name in a certificate has it
  if (host.empty()) return false;
  const std::string name(host);
  auto* x509 = static_cast<X509*>(native());
  if (is_ip_address(name)) return X509_check_ip_asc(x509, name.c_str(), 0) == 1;
  constexpr unsigned flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(x509, name.data(), name.size(), flags, nullptr) == 1;
}

std::vector<std::string> Certificate::purposes() const {
  QuietErrors quiet;
  Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free> found(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(static_cast<X509*>(native()), NID_ext_key_usage, nullptr, nullptr)));
  std::vector<std::string> names;
  for (int i = 0; i < sk_ASN1_OBJECT_num(found.get()); ++i) {
    char oid[80] = {};
    const auto* object = sk_ASN1_OBJECT_value(found.get(), i);
    const int nid = OBJ_obj2nid(object);
    if (nid == NID_undef) OBJ_obj2txt(oid, sizeof oid, object, 1);
    names.emplace_back(nid == NID_undef ? oid : OBJ_nid2sn(nid));
  }
  return names;
}

bool Certificate::is_authority() const { return X509_check_ca(static_cast<X509*>(native())) > 0; }

bool Certificate::is_self_issued() const {
  return (X509_get_extension_flags(static_cast<X509*>(native())) & EXFLAG_SI) != 0;
}

std::chrono::system_clock::time_point Certificate::not_before() const {
  return time_of(X509_get0_notBefore(static_cast<X509*>(native())));
}

std::chrono::system_clock::time_point Certificate::not_after() const {
  return time_of(X509_get0_notAfter(static_cast<X509*>(native())));
}

bool Certificate::allows_key_encipherment() const {
  return (X509_get_key_usage(static_cast<X509*>(native())) & KU_KEY_ENCIPHERMENT) != 0;
}

bool Certificate::allows_digital_signature() const {
  return (X509_get_key_usage(static_cast<X509*>(native())) & KU_DIGITAL_SIGNATURE) != 0;
}

}  // namespace handfast::crypto
