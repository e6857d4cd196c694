#include <fmt/format.h>

#include <base/file.hpp>
#include <crypto/identity.hpp>
#include <crypto/owned.hpp>
#include <crypto/pem.hpp>
#include <extensions/timestamp_list.hpp>

namespace handfast {

Result<> crypto::check_kind(const PublicKey& key, const std::string& source) {
  constexpr size_t min_rsa_bits = 2048;  // RFC 9325 section 4.5; peers refuse less
  const bool rsa = key.type() == KeyType::rsa || key.type() == KeyType::rsa_pss;
  if (rsa && key.bits() < min_rsa_bits)
    return fail(Fault::key_unsupported,
                {fmt::format("{}: {}: peers refuse RSA keys of less than {} bits, make a new key", source,
                             key.description(), min_rsa_bits)});
  if (key.type() == KeyType::other || (key.type() == KeyType::ecdsa && !key.curve()))
    return fail(Fault::key_unsupported,
                {fmt::format("{}: {}: use ECDSA over P-256, P-384 or P-521, RSA, Ed25519 or Ed448", source,
                             key.description())});
  return {};
}

namespace {

using namespace crypto;

bool same_key(void* a, const Certificate& certificate) {
  auto* b = X509_get0_pubkey(static_cast<X509*>(certificate.native()));
  return b && EVP_PKEY_eq(static_cast<EVP_PKEY*>(a), b) == 1;
}

Result<> check_match(void* key, const std::vector<Certificate>& chain, const std::string& chain_source,
                     const std::string& key_source) {
  QuietErrors quiet;
  if (same_key(key, chain[0])) return {};
  auto fact = fmt::format("{} is not the key of {} in {}", key_source, chain[0].subject(), chain_source);
  for (size_t i = 1; i < chain.size(); ++i)
    if (same_key(key, chain[i])) fact += fmt::format("; it is that of certificate {} there: put that one first", i + 1);
  return fail(Fault::key_mismatch, {fact});
}

Result<Identity::State> load_chain(std::string_view text, const std::string& source) {
  auto certificates = TRY(certificates_from_pem(text, source));
  Identity::State state;
  state.certificates = std::move(certificates);
  state.public_key = state.certificates[0].key();
  TRY(check_kind(state.public_key, source));
  for (const auto& certificate : state.certificates) state.chain.push_back(certificate.der());
  return state;
}

Result<Identity> load(std::string_view chain, const std::string& chain_source, std::string_view key,
                      const std::string& key_source) {
  auto state = TRY(load_chain(chain, chain_source));
  auto secret = TRY(private_key_from_pem(key, key_source));
  TRY(check_match(secret.get(), state.certificates, chain_source, key_source));
  state.key = PrivateKey(std::move(secret));
  return Identity(std::make_shared<const Identity::State>(std::move(state)));
}

Result<Identity> load_raw(std::string_view key, const std::string& source) {
  auto secret = TRY(private_key_from_pem(key, source));
  Identity::State state;
  state.key = PrivateKey(std::move(secret));
  state.public_key = state.key.public_key();
  TRY(check_kind(state.public_key, source));
  state.chain.push_back(state.public_key.spki());
  return Identity(std::make_shared<const Identity::State>(std::move(state)));
}

/// A copy that others do not share what may change with.
Identity::State copy_of(const Identity::State& state) {
  auto copy = state;
  copy.compressed = std::make_shared<CompressedMessages>();
  return copy;
}

}  // namespace

std::string Identity::State::description() const {
  return certificates.empty() ? "raw public key " + fingerprint(chain.front()) : certificates.front().subject();
}

Result<Identity> Identity::from_files(const std::string& chain_file, const std::string& key_file) try {
  auto chain = TRY(read_file(chain_file));
  auto key = TRY(read_file(key_file));
  return load(as_text(chain.view()), chain_file, as_text(key.view()), key_file);
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<Identity> Identity::from_pem(std::string_view chain, std::string_view key) try {
  return load(chain, "the certificate chain", key, "the private key");
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<Identity> Identity::with_callback(std::string_view chain, SigningCallback sign) try {
  if (!sign) return fail(Fault::config_identity_missing, {"an identity without a key needs a signing callback"});
  auto state = TRY(load_chain(chain, "the certificate chain"));
  state.callback = std::move(sign);
  return Identity(std::make_shared<const State>(std::move(state)));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<Identity> Identity::raw_public_key(std::string_view key) try {
  return load_raw(key, "the private key");
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<Identity> Identity::raw_public_key_from_file(const std::string& key_file) try {
  auto key = TRY(read_file(key_file));
  return load_raw(as_text(key.view()), key_file);
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<Identity> Identity::with_staple(Buffer response) const try {
  if (is_raw_public_key()) return fail(Fault::config_conflict, {"a raw public key has no issuer that could staple"});
  if (!is_staple_for(response, state_->certificates.front()))
    return fail(Fault::config_conflict,
                {"the staple is no OCSP response (DER) about " + state_->certificates.front().subject()});
  auto state = copy_of(*state_);
  state.staple = std::move(response);
  return Identity(std::make_shared<const State>(std::move(state)));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<Identity> Identity::with_timestamps(Buffer list) const try {
  if (is_raw_public_key()) return fail(Fault::config_conflict, {"a raw public key stands in no log of certificates"});
  if (!extensions::is_timestamp_list(list))
    return fail(Fault::config_conflict, {"the timestamps are no SignedCertificateTimestampList (RFC 6962 section 3.3)"});
  auto state = copy_of(*state_);
  state.timestamps = std::move(list);
  return Identity(std::make_shared<const State>(std::move(state)));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

bool Identity::is_raw_public_key() const { return state_->type() == CertificateType::raw_public_key; }

const std::vector<Buffer>& Identity::chain() const { return state_->chain; }

}  // namespace handfast
