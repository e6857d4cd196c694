#include <fmt/format.h>
#include <openssl/pem.h>

#include <base/host.hpp>
#include <crypto/issue.hpp>
#include <crypto/issue_parts.hpp>
#include <crypto/owned.hpp>
#include <crypto/pem.hpp>

namespace handfast::crypto {
namespace {

using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedNumber = Owned<BIGNUM, BN_free>;
using OwnedTime = Owned<ASN1_TIME, ASN1_TIME_free>;

EVP_PKEY* native(const KeyHandle& key) { return static_cast<EVP_PKEY*>(key.get()); }
X509* native(const Certificate& certificate) { return static_cast<X509*>(certificate.native()); }

std::unexpected<Error> failed(std::string_view what) {
  return fail(Fault::crypto_failed, {fmt::format("libcrypto: {}", what)});
}

OwnedKey generate(NewKey kind) {
  const auto rsa = [](size_t bits) { return OwnedKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)); };
  const auto ec = [](const char* curve) { return OwnedKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); };
  switch (kind) {
    case NewKey::p256:
      return ec("P-256");
    case NewKey::p384:
      return ec("P-384");
    case NewKey::rsa_1024:
      return rsa(1024);
    case NewKey::rsa_2048:
      return rsa(2048);
    case NewKey::rsa_3072:
      return rsa(3072);
    case NewKey::ed25519:
      return OwnedKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  }
  return nullptr;
}

template <class Write>
std::string to_pem(Write write) {
  OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!bio || write(bio.get()) <= 0) return {};
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}


bool set_random_serial(X509* certificate) {
  constexpr int bits = 127;  // RFC 5280 section 4.1.2.2: positive, at most 20 bytes
  OwnedNumber number(BN_new());
  return number && BN_rand(number.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) > 0 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_common_name(X509* certificate, const std::string& name) {
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  return name.empty() || X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                                    text, static_cast<int>(name.size()), -1, 0) > 0;
}

/// Takes value over.
bool push_name(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  Owned<GENERAL_NAME, GENERAL_NAME_free> name(GENERAL_NAME_new());
  if (!name || !value) {
    ASN1_STRING_free(value);
    return false;
  }
  GENERAL_NAME_set0_value(name.get(), type, value);
  if (sk_GENERAL_NAME_push(names, name.get()) <= 0) return false;
  name.release();
  return true;
}

ASN1_STRING* dns_value(const std::string& name) {
  auto* value = ASN1_IA5STRING_new();
  if (value) ASN1_STRING_set(value, name.data(), static_cast<int>(name.size()));
  return value;
}

bool is_certificate_name(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  return is_dns_name(name) && !is_ip_address(name);
}

Result<> check_names(const CertificateSpec& spec) {
  for (const auto* names : {&spec.dns_names, &spec.permitted_names})
    for (const auto& name : *names)
      if (!is_certificate_name(name)) return fail(Fault::server_name_invalid, {name + " is no DNS name"});
  for (const auto& address : spec.addresses)
    if (!is_ip_address(address)) return fail(Fault::server_name_invalid, {address + " is no IP address"});
  if (spec.common_name.size() > 64)
    return fail(Fault::server_name_invalid, {spec.common_name + ": a common name has at most 64 characters"});
  return {};
}

bool add_alternative_names(X509* certificate, const CertificateSpec& spec) {
  if (spec.dns_names.empty() && spec.addresses.empty()) return true;
  OwnedNames names(GENERAL_NAMES_new());
  if (!names) return false;
  for (const auto& name : spec.dns_names)
    if (!push_name(names.get(), GEN_DNS, dns_value(name))) return false;
  for (const auto& address : spec.addresses)
    if (!push_name(names.get(), GEN_IPADD, a2i_IPADDRESS(address.c_str()))) return false;
  const int critical = spec.common_name.empty();  // RFC 5280 section 4.2.1.6
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), critical, X509V3_ADD_DEFAULT) > 0;
}

const char* usage_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::server:
      return "serverAuth";
    case Purpose::client:
      return "clientAuth";
    case Purpose::server_and_client:
      return "serverAuth,clientAuth";
    case Purpose::ocsp_responder:
      return "OCSPSigning";
    default:
      return nullptr;
  }
}

/// The values of the extensions, in libcrypto's configuration syntax; nothing of it comes from outside but checked
/// names.
std::vector<std::pair<int, std::string>> extension_values(const CertificateSpec& spec, const EVP_PKEY* key) {
  std::vector<std::pair<int, std::string>> values;
  const bool authority = spec.purpose == Purpose::authority;
  if (!authority) values.emplace_back(NID_basic_constraints, "critical,CA:FALSE");
  if (authority && !spec.without_basic_constraints)
    values.emplace_back(NID_basic_constraints,
                        "critical,CA:TRUE" + (spec.path_length ? fmt::format(",pathlen:{}", *spec.path_length) : ""));
  const bool rsa = EVP_PKEY_get_id(key) == EVP_PKEY_RSA;
  values.emplace_back(NID_key_usage, spec.without_digital_signature ? "critical,keyAgreement"
                                     : authority                    ? "critical,keyCertSign,cRLSign"
                                     : rsa                          ? "critical,digitalSignature,keyEncipherment"
                                                                    : "critical,digitalSignature");
  if (const auto* usage = usage_of(spec.limited_to.value_or(spec.purpose)))
    values.emplace_back(NID_ext_key_usage, usage);
  std::string permitted;
  for (const auto& name : spec.permitted_names) permitted += ",permitted;DNS:" + name;
  if (!permitted.empty()) values.emplace_back(NID_name_constraints, "critical" + permitted);
  if (spec.must_staple) values.emplace_back(NID_tlsfeature, "status_request");
  values.emplace_back(NID_subject_key_identifier, "hash");
  values.emplace_back(NID_authority_key_identifier, "keyid");
  return values;
}

bool add_extensions(X509* certificate, X509* issuer, const CertificateSpec& spec, const EVP_PKEY* key) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const auto& [nid, value] : extension_values(spec, key)) {
    OwnedExtension extension(X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) <= 0) return false;
  }
  return add_alternative_names(certificate, spec);
}

bool revoke(X509_CRL* crl, const Certificate& certificate, const ASN1_TIME* date) {
  Owned<X509_REVOKED, X509_REVOKED_free> entry(X509_REVOKED_new());
  if (!entry || X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(native(certificate))) <= 0 ||
      X509_REVOKED_set_revocationDate(entry.get(), const_cast<ASN1_TIME*>(date)) <= 0 ||
      X509_CRL_add0_revoked(crl, entry.get()) <= 0)
    return false;
  entry.release();
  return true;
}

}  // namespace

Result<KeyHandle> make_key(NewKey kind) {
  QuietErrors quiet;
  auto key = generate(kind);
  if (!key) return failed("no key was made");
  return KeyHandle(key.release(), Release<EVP_PKEY_free>());
}

Result<SecretBuffer> key_to_pem(const KeyHandle& key) {
  QuietErrors quiet;
  OwnedBio bio(BIO_new(BIO_s_mem()));  // erases what it held
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), native(key), nullptr, nullptr, 0, nullptr, nullptr) <= 0)
    return failed("the key cannot be written");
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return SecretBuffer(as_bytes({text, static_cast<size_t>(size)}));
}

Result<std::string> public_key_to_pem(const KeyHandle& key) {
  QuietErrors quiet;
  auto text = to_pem([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, native(key)); });
  if (text.empty()) return failed("the public key cannot be written");
  return text;
}

std::string certificate_to_pem(const Certificate& certificate) {
  return to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, native(certificate)); });
}

Result<Issuer> issuer_from_pem(std::string_view certificate, std::string_view key, const std::string& source) {
  auto certificates = TRY(certificates_from_pem(certificate, source));
  auto secret = TRY(private_key_from_pem(key, source));
  QuietErrors quiet;
  if (X509_check_private_key(native(certificates[0]), native(secret)) != 1)
    return fail(Fault::key_mismatch, {fmt::format("{}: the key is not that of {}", source, certificates[0].subject())});
  return Issuer{certificates[0], secret};
}

Result<Certificate> issue_certificate(const CertificateSpec& spec, const KeyHandle& key, const Issuer* issuer) {
  QuietErrors quiet;
  TRY(check_names(spec));
  OwnedCertificate made(X509_new());
  constexpr long version_3 = 2;
  if (!made || X509_set_version(made.get(), version_3) <= 0 || !set_random_serial(made.get()) ||
      !set_common_name(made.get(), spec.common_name) || X509_set_pubkey(made.get(), native(key)) <= 0 ||
      !ASN1_TIME_set(X509_getm_notBefore(made.get()), seconds(spec.valid.from)) ||
      !ASN1_TIME_set(X509_getm_notAfter(made.get()), seconds(spec.valid.to)))
    return failed("the certificate cannot be filled in");
  auto* signer = issuer ? native(issuer->certificate) : made.get();
  if (X509_set_issuer_name(made.get(), X509_get_subject_name(signer)) <= 0 ||
      !add_extensions(made.get(), signer, spec, native(key)))
    return failed("the certificate's extensions cannot be filled in");
  auto* secret = native(issuer ? issuer->key : key);
  if (X509_sign(made.get(), secret, digest_for(secret, spec.signed_with_sha1)) <= 0)
    return failed("the certificate cannot be signed");
  auto der = Certificate(std::shared_ptr<void>(made.release(), Release<X509_free>())).der();
  return Certificate::parse(der);
}

Result<std::string> make_crl(const Issuer& issuer, const std::vector<Certificate>& revoked, Validity valid) {
  QuietErrors quiet;
  OwnedCrl crl(X509_CRL_new());
  OwnedTime from(ASN1_TIME_set(nullptr, seconds(valid.from))), to(ASN1_TIME_set(nullptr, seconds(valid.to)));
  constexpr long version_2 = 1;
  if (!crl || !from || !to || X509_CRL_set_version(crl.get(), version_2) <= 0 ||
      X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(native(issuer.certificate))) <= 0 ||
      X509_CRL_set1_lastUpdate(crl.get(), from.get()) <= 0 || X509_CRL_set1_nextUpdate(crl.get(), to.get()) <= 0)
    return failed("the revocation list cannot be filled in");
  for (const auto& certificate : revoked)
    if (!revoke(crl.get(), certificate, from.get())) return failed("the revocation list cannot be filled in");
  X509_CRL_sort(crl.get());
  if (X509_CRL_sign(crl.get(), native(issuer.key), digest_for(native(issuer.key), false)) <= 0)
    return failed("the revocation list cannot be signed");
  return to_pem([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, crl.get()); });
}

}  // namespace handfast::crypto
