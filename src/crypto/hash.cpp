// hash.cpp: hashes and HMAC by libcrypto.
#include <crypto/hash.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <new>

#include <crypto/fetched.hpp>

namespace handfast::crypto {
namespace {

constexpr size_t max_block_size = 128;
constexpr size_t block_size(HashAlgorithm algorithm) {
  return algorithm == HashAlgorithm::sha384 || algorithm == HashAlgorithm::sha512 ? 128 : 64;
}

void require(int success) {
  if (success != 1) throw std::bad_alloc();
}

const EVP_MD* digest(HashAlgorithm algorithm) {
  static FetchedDigest digests[] = {FetchedDigest("SHA1"), FetchedDigest("SHA2-256"), FetchedDigest("SHA2-384"),
                                    FetchedDigest("SHA2-512"), FetchedDigest("MD5"), FetchedDigest("MD5-SHA1")};
  auto fetched = digests[static_cast<size_t>(algorithm)].get();
  require(fetched != nullptr);
  return fetched;
}

// Frees its state with it, erased.
struct Context {
  Context() : context(EVP_MD_CTX_new()) { require(context != nullptr); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(context); }

  void start(HashAlgorithm algorithm) { require(EVP_DigestInit_ex2(context, digest(algorithm), nullptr)); }
  void start(const Context& from) { require(EVP_MD_CTX_copy_ex(context, from.context)); }
  void update(Bytes bytes) { require(EVP_DigestUpdate(context, bytes.data(), bytes.size())); }
  void finish(uint8_t* out) { require(EVP_DigestFinal_ex(context, out, nullptr)); }
  void clear() { EVP_MD_CTX_reset(context); }

  EVP_MD_CTX* context;
};

Context& state(void* context) { return *static_cast<Context*>(context); }

// For what is done at once; a context of its own would cost as much as the hash of a short message.
Context& scratch() {
  thread_local Context context;
  return context;
}

/// scratch(), cleared when this goes: what is left in it may be a key.
struct SecretScratch {
  ~SecretScratch() { scratch().clear(); }
  Context& context = scratch();
};

// The states after the padded key, which every message starts from.
struct Keyed {
  Context inner, outer, work;
};

void absorb_key(Context& context, HashAlgorithm algorithm, Bytes key, uint8_t pad) {
  Secret<max_block_size> secret(max_block_size);
  const auto block = secret.writable().first<max_block_size>();   // of a size that the compiler knows: 40 ns less
  std::ranges::copy(key, block.begin());
  for (auto& byte : block) byte ^= pad;
  context.start(algorithm);
  context.update(block.first(block_size(algorithm)));
}

/// A key that is longer than a block stands for its hash (RFC 2104 section 2); `hashed` keeps that.
Bytes fitting_key(HashAlgorithm algorithm, Bytes key, Secret<64>& hashed) {
  if (key.size() <= block_size(algorithm)) return key;
  Context context;
  context.start(algorithm);
  context.update(key);
  hashed.resize(digest_size(algorithm));
  context.finish(hashed.writable().data());
  return hashed.view();
}

}  // namespace

Hash::Hash(HashAlgorithm algorithm) : algorithm_(algorithm) {
  auto context = std::make_unique<Context>();
  context->start(algorithm);
  context_ = context.release();
}

Hash::Hash(Hash&& other) noexcept : algorithm_(other.algorithm_), context_(std::exchange(other.context_, nullptr)) {}

Hash& Hash::operator=(Hash&& other) noexcept {
  std::swap(algorithm_, other.algorithm_);
  std::swap(context_, other.context_);
  return *this;
}

Hash::~Hash() { delete static_cast<Context*>(context_); }

void Hash::update(Bytes bytes) { state(context_).update(bytes); }

Hash Hash::copy() const {
  Hash other(algorithm_);
  state(other.context_).start(state(context_));
  return other;
}

Digest Hash::peek() const {
  Digest result;
  scratch().start(state(context_));
  scratch().finish(result.bytes.data());
  result.size = digest_size(algorithm_);
  return result;
}

Digest hash(HashAlgorithm algorithm, Bytes bytes) {
  Digest result;
  scratch().start(algorithm);
  scratch().update(bytes);
  scratch().finish(result.bytes.data());
  result.size = digest_size(algorithm);
  return result;
}

void hmac(HashAlgorithm algorithm, Bytes key, std::initializer_list<Bytes> parts, std::span<uint8_t> out) {
  Secret<64> hashed, inner(digest_size(algorithm));
  key = fitting_key(algorithm, key, hashed);
  SecretScratch cleared;
  auto& context = cleared.context;
  absorb_key(context, algorithm, key, 0x36);
  for (auto part : parts) context.update(part);
  context.finish(inner.writable().data());
  absorb_key(context, algorithm, key, 0x5c);
  context.update(inner.view());
  context.finish(out.data());
}

Hmac::Hmac(HashAlgorithm algorithm, Bytes key) : algorithm_(algorithm) {
  Secret<64> hashed;
  key = fitting_key(algorithm, key, hashed);
  auto keyed = std::make_unique<Keyed>();
  absorb_key(keyed->inner, algorithm, key, 0x36);
  absorb_key(keyed->outer, algorithm, key, 0x5c);
  state_ = keyed.release();
}

Hmac::Hmac(Hmac&& other) noexcept : algorithm_(other.algorithm_), state_(std::exchange(other.state_, nullptr)) {}

Hmac& Hmac::operator=(Hmac&& other) noexcept {
  std::swap(algorithm_, other.algorithm_);
  std::swap(state_, other.state_);
  return *this;
}

Hmac::~Hmac() { delete static_cast<Keyed*>(state_); }

void Hmac::compute(std::initializer_list<Bytes> parts, std::span<uint8_t> out) {
  auto& keyed = *static_cast<Keyed*>(state_);
  std::array<uint8_t, 64> inner;
  keyed.work.start(keyed.inner);
  for (auto part : parts) keyed.work.update(part);
  keyed.work.finish(inner.data());
  keyed.work.start(keyed.outer);
  keyed.work.update(std::span(inner).first(size()));
  keyed.work.finish(out.data());
}

}  // namespace handfast::crypto
