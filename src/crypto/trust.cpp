// trust.cpp: TrustStore, what a peer's certificate is checked against.
#include <fmt/format.h>
#include <sys/stat.h>

#include <base/file.hpp>
#include <crypto/identity.hpp>
#include <crypto/owned.hpp>
#include <crypto/pem.hpp>
#include <crypto/x509_text.hpp>

namespace handfast {
namespace {

using namespace crypto;

std::shared_ptr<void> new_store() { return {X509_STORE_new(), Release<X509_STORE_free>()}; }

Buffer der_of(const X509_CRL* crl) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_CRL(crl, &bytes);
  const OwnedBytes owned(bytes);
  if (size < 0) return {};
  return {bytes, bytes + size};
}

Buffer sha256(Bytes bytes) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) <= 0) size = 0;
  return {digest, digest + size};
}

/// Gathers anchors and revocation lists into a store.
class Builder {
 public:
  Result<> add_authorities(std::string_view text, const std::string& source) {
    auto certificates = TRY(certificates_from_pem(text, source));
    for (const auto& certificate : certificates) {
      auto* anchor = static_cast<X509*>(certificate.native());
      if (X509_STORE_add_cert(store(), anchor) <= 0) return fail(Fault::crypto_failed, {source + ": cannot be kept"});
      state_.subjects.push_back(to_der(X509_get_subject_name(anchor)));
      note(certificate.der());
    }
    return {};
  }

  Result<> add_crls(std::string_view text, const std::string& source) {
    auto crls = TRY(crls_from_pem(text, source));
    for (const auto& crl : crls) {
      if (X509_STORE_add_crl(store(), crl.get()) <= 0) return fail(Fault::crypto_failed, {source + ": cannot be kept"});
      note(der_of(crl.get()));
    }
    state_.checks_revocation = true;
    return {};
  }

  TrustStore finish() && {
    state_.fingerprint = sha256(content_);
    return TrustStore(std::make_shared<const TrustStore::State>(std::move(state_)));
  }

 private:
  X509_STORE* store() { return static_cast<X509_STORE*>(state_.store.get()); }
  void note(const Buffer& der) { content_.insert(content_.end(), der.begin(), der.end()); }

  TrustStore::State state_{.store = new_store()};
  Buffer content_;  ///< DER, which delimits itself
};

bool exists(const char* path) {
  struct stat status {};
  return stat(path, &status) == 0;
}

/// What changes with it, by its name.
std::string state_of(const char* path) {
  struct stat status {};
  if (stat(path, &status) != 0) return path;
  return fmt::format("{} {} {}.{}", path, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

TrustStore of_system(TrustStore::State state, std::string_view where) {
  state.fingerprint = sha256(as_bytes(where));
  return TrustStore(std::make_shared<const TrustStore::State>(std::move(state)));
}

/// The store with further keys. What is known of certificates stays with the old one.
Result<TrustStore::State> add_raw_keys(TrustStore::State state, std::string_view text, const std::string& source) {
  auto keys = TRY(public_keys_from_pem(text, source));
  for (const auto& key : keys) {
    TRY(check_kind(key, source));
    state.raw_keys.push_back(key.spki());
    auto content = std::move(state.fingerprint);
    content.insert(content.end(), state.raw_keys.back().begin(), state.raw_keys.back().end());
    state.fingerprint = sha256(content);
  }
  state.known = std::make_shared<KnownCertificates>();
  state.verified = std::make_shared<VerifiedChains>();
  return state;
}

}  // namespace

Result<TrustStore> TrustStore::system() try {
  QuietErrors quiet;
  const char* file = X509_get_default_cert_file();
  const char* folder = X509_get_default_cert_dir();
  State state{.store = new_store()};
  auto* store = static_cast<X509_STORE*>(state.store.get());
  bool found = false;
  // The folder is read as authorities are asked for, by the hash of their names.
  if (auto* lookup = exists(folder) ? X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir()) : nullptr)
    found = X509_LOOKUP_add_dir(lookup, folder, X509_FILETYPE_PEM) > 0;
  if (auto* lookup = exists(file) ? X509_STORE_add_lookup(store, X509_LOOKUP_file()) : nullptr)
    found = X509_LOOKUP_load_file(lookup, file, X509_FILETYPE_PEM) > 0 || found;
  if (!found)
    return fail(Fault::config_trust_missing,
                {fmt::format("neither {} nor {} is there: install ca-certificates, or name a CA file", folder, file)});
  return of_system(std::move(state), state_of(folder) + "\n" + state_of(file));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<TrustStore> TrustStore::from_files(const std::vector<std::string>& ca_files,
                                          const std::vector<std::string>& crl_files) try {
  QuietErrors quiet;
  if (ca_files.empty()) return fail(Fault::config_trust_missing, {"no CA file was named"});
  Builder builder;
  for (const auto& path : ca_files) {
    auto text = TRY(read_file(path));
    TRY(builder.add_authorities(as_text(text.view()), path));
  }
  for (const auto& path : crl_files) {
    auto text = TRY(read_file(path));
    TRY(builder.add_crls(as_text(text.view()), path));
  }
  return std::move(builder).finish();
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<TrustStore> TrustStore::from_pem(std::string_view authorities, std::string_view crls) try {
  QuietErrors quiet;
  Builder builder;
  TRY(builder.add_authorities(authorities, "the certificate authorities"));
  if (!crls.empty()) TRY(builder.add_crls(crls, "the revocation lists"));
  return std::move(builder).finish();
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

TrustStore TrustStore::insecure_accept_anyone() {
  State state{.accepts_anyone = true};
  state.fingerprint = sha256(as_bytes("anyone"));
  return TrustStore(std::make_shared<const State>(std::move(state)));
}

TrustStore TrustStore::nobody() {
  State state{.store = new_store(), .takes_certificates = false};
  state.fingerprint = sha256(as_bytes("nobody"));
  return TrustStore(std::make_shared<const State>(std::move(state)));
}

Result<TrustStore> TrustStore::with_raw_keys(std::string_view keys) const try {
  auto state = TRY(add_raw_keys(*state_, keys, "the raw public keys"));
  return TrustStore(std::make_shared<const State>(std::move(state)));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<TrustStore> TrustStore::with_raw_keys_from_files(const std::vector<std::string>& files) const try {
  State state = *state_;
  for (const auto& path : files) {
    auto text = TRY(read_file(path));
    auto added = TRY(add_raw_keys(std::move(state), as_text(text.view()), path));
    state = std::move(added);
  }
  return TrustStore(std::make_shared<const State>(std::move(state)));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

bool TrustStore::takes_certificates() const { return state_->takes_certificates; }

const std::vector<Buffer>& TrustStore::raw_keys() const { return state_->raw_keys; }

bool TrustStore::accepts_anyone() const { return state_->accepts_anyone; }

const std::vector<Buffer>& TrustStore::subjects() const { return state_->subjects; }

Bytes TrustStore::fingerprint() const { return state_->fingerprint; }

}  // namespace handfast
