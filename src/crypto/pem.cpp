#include <fmt/format.h>
#include <openssl/pem.h>

#include <climits>
#include <crypto/pem.hpp>

namespace handfast::crypto {
namespace {

OwnedBio reader(std::string_view text) {
  return OwnedBio(text.size() <= INT_MAX ? BIO_new_mem_buf(text.data(), static_cast<int>(text.size())) : nullptr);
}

/// Whether reading stopped because there is no further object in the text.
bool is_at_end() { return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE; }

/// What else a file without PEM text may be.
std::string hint(std::string_view text) {
  if (text.empty()) return "; it is empty";
  if (text.starts_with('\x30'))
    return "; it looks like DER: convert it (openssl x509 -inform DER, openssl pkey -inform DER)";
  return {};
}

std::unexpected<Error> none(std::string_view what, std::string_view text, const std::string& source) {
  return fail(Fault::pem_malformed, {fmt::format("{}: no {} in PEM (-----BEGIN ...){}", source, what, hint(text))});
}

std::unexpected<Error> broken(std::string_view what, size_t number, const std::string& source) {
  return fail(Fault::pem_malformed,
              {fmt::format("{}: {} number {} does not parse: is it cut off?", source, what, number)});
}

/// Asked for only when the key is encrypted; notes that and gives none.
int refuse_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

}  // namespace

Result<std::vector<Certificate>> certificates_from_pem(std::string_view text, const std::string& source) {
  QuietErrors quiet;
  const auto bio = reader(text);
  std::vector<Certificate> certificates;
  while (auto* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(std::shared_ptr<void>(certificate, Release<X509_free>()));
  if (!is_at_end()) return broken("certificate", certificates.size() + 1, source);
  if (certificates.empty()) return none("certificate", text, source);
  return certificates;
}

Result<std::vector<OwnedCrl>> crls_from_pem(std::string_view text, const std::string& source) {
  QuietErrors quiet;
  const auto bio = reader(text);
  std::vector<OwnedCrl> crls;
  while (auto* crl = PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)) crls.push_back(OwnedCrl(crl));
  if (!is_at_end()) return broken("revocation list", crls.size() + 1, source);
  if (crls.empty()) return none("revocation list (X509 CRL)", text, source);
  return crls;
}

Result<std::vector<PublicKey>> public_keys_from_pem(std::string_view text, const std::string& source) {
  QuietErrors quiet;
  const auto bio = reader(text);
  std::vector<PublicKey> keys;
  unsigned char* bytes = nullptr;
  long size = 0;
  while (PEM_bytes_read_bio(&bytes, &size, nullptr, PEM_STRING_PUBLIC, bio.get(), nullptr, nullptr) > 0) {
    const OwnedBytes owned(bytes);
    auto key = PublicKey::parse({bytes, static_cast<size_t>(size)});
    if (!key) return broken("public key", keys.size() + 1, source);
    keys.push_back(*std::move(key));
  }
  if (!is_at_end()) return broken("public key", keys.size() + 1, source);
  if (keys.empty()) return none("public key (openssl pkey -in KEY -pubout)", text, source);
  return keys;
}

Result<std::shared_ptr<void>> private_key_from_pem(std::string_view text, const std::string& source) {
  QuietErrors quiet;
  const auto bio = reader(text);
  bool was_asked = false;
  auto* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, &was_asked);
  if (key) return std::shared_ptr<void>(key, Release<EVP_PKEY_free>());
  if (was_asked)
    return fail(Fault::key_encrypted, {source + ": decrypt it first, e.g. openssl pkey -in FILE -out NEW"});
  if (text.find("-----BEGIN") == std::string_view::npos || text.find("PRIVATE KEY-----") == std::string_view::npos)
    return none("private key", text, source);
  return fail(Fault::pem_malformed,
              {source + ": the private key does not parse: is it cut off, or of an unknown kind?"});
}

}  // namespace handfast::crypto
