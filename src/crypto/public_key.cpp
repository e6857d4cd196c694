#include <openssl/rsa.h>

#include <crypto/hash.hpp>
#include <crypto/owned.hpp>
#include <crypto/public_key.hpp>
#include <crypto/scheme_algorithms.hpp>

namespace handfast::crypto {
namespace {

EVP_PKEY* native(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

KeyType type_of(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_id(key)) {
    case EVP_PKEY_RSA:
      return KeyType::rsa;
    case EVP_PKEY_RSA_PSS:
      return KeyType::rsa_pss;
    case EVP_PKEY_EC:
      return KeyType::ecdsa;
    case EVP_PKEY_ED25519:
      return KeyType::ed25519;
    case EVP_PKEY_ED448:
      return KeyType::ed448;
    default:
      return KeyType::other;
  }
}

std::string curve_name(const EVP_PKEY* key) {
  char name[64] = {};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof name, &size) <= 0) return {};
  return {name, size};
}

std::optional<Group> curve_of(const EVP_PKEY* key) {
  const auto name = curve_name(key);
  if (name == "prime256v1") return Group::secp256r1;
  if (name == "secp384r1") return Group::secp384r1;
  if (name == "secp521r1") return Group::secp521r1;
  return {};
}

/// Whether an RSA key has room for the padding of a signature: PSS with a salt as long as the hash (RFC 8017 section
/// 9.1.1), or PKCS#1 v1.5 with its DigestInfo (section 9.2), which TLS 1.0 and 1.1 leave out (RFC 2246 section 7.4.3).
bool has_room(const SchemeAlgorithm& algorithm, size_t bits) {
  if (algorithm.padding == Padding::pss) return (bits + 6) / 8 >= 2 * algorithm.digest_bytes + 2;
  const size_t digest_info = algorithm.before_tls12 ? 0 : 19;
  constexpr size_t least_padding = 11;
  return algorithm.padding != Padding::pkcs1 || (bits + 7) / 8 >= digest_info + algorithm.digest_bytes + least_padding;
}

HashAlgorithm hash_of(const SchemeAlgorithm& algorithm) {
  return algorithm.digest_bytes == 20   ? HashAlgorithm::sha1
         : algorithm.digest_bytes == 32 ? HashAlgorithm::sha256
         : algorithm.digest_bytes == 48 ? HashAlgorithm::sha384
                                        : HashAlgorithm::sha512;
}

/// With our own hash: EVP_DigestVerify would look the digest up by its name, which costs more than hashing.
bool verify_ecdsa(EVP_PKEY* key, const SchemeAlgorithm& algorithm, Bytes message, Bytes signature) {
  const auto digest = hash(hash_of(algorithm), message);
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && EVP_PKEY_verify_init(context.get()) > 0 &&
         EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.bytes.data(), digest.size) == 1;
}

}  // namespace

PublicKey::PublicKey(std::shared_ptr<void> key) : key_(std::move(key)) {
  if (!key_) return;
  QuietErrors quiet;
  type_ = type_of(native(key_));
  bits_ = static_cast<size_t>(EVP_PKEY_get_bits(native(key_)));
  if (type_ == KeyType::ecdsa) curve_ = curve_of(native(key_));
}

Result<PublicKey> PublicKey::parse(Bytes spki) {
  QuietErrors quiet;
  const uint8_t* next = spki.data();
  std::shared_ptr<void> key(d2i_PUBKEY(nullptr, &next, static_cast<long>(spki.size())), Release<EVP_PKEY_free>());
  if (!key) return fail(Fault::certificate_malformed, {"no public key in DER (" + std::to_string(spki.size()) + " bytes)"});
  if (next != spki.data() + spki.size())
    return fail(Fault::certificate_malformed, {"bytes behind the end of the public key"});
  return PublicKey(std::move(key));
}

Buffer PublicKey::spki() const {
  QuietErrors quiet;
  unsigned char* bytes = nullptr;
  const int size = key_ ? i2d_PUBKEY(native(key_), &bytes) : -1;
  const OwnedBytes owned(bytes);
  if (size < 0) return {};
  return {bytes, bytes + size};
}

std::string PublicKey::description() const {
  if (!key_) return "a key of an unknown kind";
  switch (type_) {
    case KeyType::rsa:
      return "RSA " + std::to_string(bits_);
    case KeyType::rsa_pss:
      return "RSA-PSS " + std::to_string(bits_);
    case KeyType::ed25519:
      return "Ed25519";
    case KeyType::ed448:
      return "Ed448";
    case KeyType::ecdsa:
      break;
    case KeyType::other: {
      const char* name = EVP_PKEY_get0_type_name(native(key_));
      return std::string(name ? name : "unknown") + " " + std::to_string(bits_);
    }
  }
  if (curve_) return "ECDSA P-" + std::to_string(bits_);
  const auto curve = curve_name(native(key_));
  return curve.empty() ? "ECDSA with explicit curve parameters" : "ECDSA " + curve;
}

bool PublicKey::fits(Scheme scheme, Version version) const {
  const auto* algorithm = find(scheme);
  if (!algorithm || algorithm->key != type_ || !has_room(*algorithm, bits_)) return false;
  if (type_ == KeyType::ecdsa && !curve_) return false;
  if (version < Version::tls10 || algorithm->before_tls12 != (version < Version::tls12)) return false;
  if (algorithm->before_tls12) return true;
  if (version == Version::tls12) return true;
  return algorithm->padding != Padding::pkcs1 && (!algorithm->curve || algorithm->curve == curve_);
}

Result<> PublicKey::verify(Scheme scheme, Version version, Bytes message, Bytes signature) const {
  if (!fits(scheme, version))
    return fail(Fault::scheme_not_for_key,
                {printable(scheme) + " is no scheme for " + description() + " in " + printable(version)});
  QuietErrors quiet;
  const auto& algorithm = *find(scheme);
  const auto refuse = [&] { return fail(Fault::signature_invalid, {printable(scheme) + " by " + description()}); };
  if (algorithm.key == KeyType::ecdsa) {
    if (!verify_ecdsa(native(key_), algorithm, message, signature)) return refuse();
    return {};
  }
  const auto context = make_context(algorithm, EVP_DigestVerifyInit_ex, native(key_));
  if (!context)
    return fail(Fault::scheme_not_for_key, {"this " + description() + " key does not allow " + printable(scheme)});
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) != 1)
    return refuse();
  return {};
}

Result<Buffer> PublicKey::encrypt_pkcs1(Bytes secret) const {
  QuietErrors quiet;
  if (type_ != KeyType::rsa) return fail(Fault::certificate_type_unsuitable, {description() + " cannot encrypt"});
  OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, native(key_), nullptr));
  Buffer encrypted(static_cast<size_t>(EVP_PKEY_get_size(native(key_))));
  size_t size = encrypted.size();
  if (!context || EVP_PKEY_encrypt_init(context.get()) <= 0 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) <= 0 ||
      EVP_PKEY_encrypt(context.get(), encrypted.data(), &size, secret.data(), secret.size()) <= 0)
    return fail(Fault::crypto_failed, {"PKCS#1 encryption with " + description() + " failed"});
  encrypted.resize(size);
  return encrypted;
}

}  // namespace handfast::crypto
