#include <credentials.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <vector>

namespace bench {
namespace {

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("libcrypto cannot ") + what);
}

KeyPtr make_key(Key kind) {
  auto key = kind == Key::rsa_2048 ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
  require(key != nullptr, "make a key");
  return {key, EVP_PKEY_free};
}

template <class Write>
std::string pem_of(Write write) {
  std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  require(bio && write(bio.get()) == 1, "write PEM");
  char* text = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  require(extension && X509_add_ext(certificate, extension, -1) == 1, "add an extension");
  X509_EXTENSION_free(extension);
}

void set_name(X509* certificate, X509* issuer, const std::string& common_name) {
  auto subject = X509_get_subject_name(certificate);
  auto text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1, "set a name");
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
}

void set_serial_and_dates(X509* certificate) {
  int64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "give random bytes");
  ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), (serial & INT64_MAX) | 1);
  constexpr long hour = 3600, month = 30 * 24 * hour;
  X509_gmtime_adj(X509_getm_notBefore(certificate), -hour);
  X509_gmtime_adj(X509_getm_notAfter(certificate), month);
}

struct Extension {
  int nid;
  std::string value;
};

/// Signed by `issuer`, or by itself where that is null.
Credential make_certificate(Key kind, const std::string& name, const Credential* issuer,
                            const std::vector<Extension>& extensions) {
  Credential made;
  made.key = make_key(kind);
  made.certificate = {X509_new(), X509_free};
  auto certificate = made.certificate.get();
  auto issuer_certificate = issuer ? issuer->certificate.get() : certificate;
  X509_set_version(certificate, X509_VERSION_3);
  set_serial_and_dates(certificate);
  set_name(certificate, issuer_certificate, name);
  X509_set_pubkey(certificate, made.key.get());
  for (const auto& [nid, value] : extensions) add_extension(certificate, issuer_certificate, nid, value);
  auto signer = issuer ? issuer->key.get() : made.key.get();
  require(X509_sign(certificate, signer, EVP_sha256()) > 0, "sign a certificate");
  made.certificate_pem = pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
  made.key_pem = pem_of([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, made.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return made;
}

std::vector<Extension> end_entity(const std::string& purpose, const std::string& names) {
  return {{NID_basic_constraints, "critical,CA:FALSE"}, {NID_key_usage, "critical,digitalSignature"},
          {NID_ext_key_usage, purpose},                  {NID_subject_key_identifier, "hash"},
          {NID_authority_key_identifier, "keyid"},       {NID_subject_alt_name, names}};
}

}  // namespace

Credentials make_credentials(Key kind) {
  Credentials all;
  all.root = make_certificate(kind, "Handfast bench root", nullptr,
                              {{NID_basic_constraints, "critical,CA:TRUE"},
                               {NID_key_usage, "critical,keyCertSign,cRLSign"},
                               {NID_subject_key_identifier, "hash"}});
  all.server = make_certificate(kind, host_name, &all.root, end_entity("serverAuth", std::string("DNS:") + host_name));
  all.client = make_certificate(kind, "member", &all.root, end_entity("clientAuth", "email:member@bench.example"));
  return all;
}

}  // namespace bench
